// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"time"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// A Definition is all that the shared client knows of a kind. A is the plain
// struct of its arguments and S that of its observed state, both with the JSON
// names of the manifest; X is the object that the Packet API reports.
//
// Its functions are pure. They are called with arguments that may be
// incomplete: a resource that is imported by its external name has none.
type Definition[A, S, X any] struct {
	// Noun names an object of the kind in messages: BGP session.
	Noun string
	// Key identifies the object that the arguments ask for among all objects
	// of the kind at an endpoint. It is empty if they do not identify one.
	Key func(A) string
	// Incomplete says, for a person, which arguments Key lacks.
	Incomplete func(A) string
	// ID of the object.
	ID func(X) string
	// KeyOf is the key of an object.
	KeyOf func(X) string
	// Mismatch says, for a person, in which identifying arguments the object
	// differs from those that are set; empty if it is the one.
	Mismatch func(A, X) string
	// Differences lists the fields in which an object differs from the
	// arguments and that can be changed.
	Differences func(A, X) []Difference
	// Recreate is true for kinds that make an object anew that vanished.
	Recreate bool
	// Window is how long an unresolved creation is not repeated. It is zero
	// for kinds of which the API refuses a second object with the same key.
	Window time.Duration
	// Unreadable are the conditions, beside Ready and Synced, of an object that
	// cannot be read since a time. Last is the state last reported.
	Unreadable func(last S, since time.Time) []xpv1.Condition
	// Connect returns the operations of the kind on one connection.
	Connect func(*packet.Client) Operations[A, S, X]
	// Forget drops what the kind remembers of the object with an id at an
	// endpoint. Nil if it remembers nothing.
	Forget func(endpoint, id string)
}

// A Difference is a field whose value at the API is not the one asked for.
type Difference struct {
	// Field is the argument's JSON name.
	Field string
	// Want and Got are the values, for a person.
	Want, Got string
}

// Operations are what can be done with objects of a kind. Errors are those of
// package packet, or a *Refusal.
type Operations[A, S, X any] interface {
	Reader[A, X]
	Writer[A, X]
	Reporter[S, X]
}

// A Reader reads objects of a kind.
type Reader[A, X any] interface {
	// Get returns the object with an id, and whether there is one. The
	// arguments, which may be incomplete, help to tell an object that is gone
	// from one that cannot be read, which is an error.
	Get(ctx context.Context, id string, args A) (X, bool, error)
	// Find returns the object that the arguments identify, which are complete,
	// and whether there is one.
	Find(ctx context.Context, args A) (X, bool, error)
}

// A Writer changes objects of a kind.
type Writer[A, X any] interface {
	// Prepare checks what must be so before an object can be created. It
	// returns a *Refusal that names the remedy if something is missing.
	Prepare(ctx context.Context, args A) error
	// Create makes the object that the arguments identify.
	Create(ctx context.Context, args A) (X, error)
	// Update gives the object the values asked for in the fields that differ.
	Update(ctx context.Context, object X, args A, differences []Difference) (X, error)
	// Delete deletes the object.
	Delete(ctx context.Context, object X) error
}

// A Reporter turns an object into what the user sees of it.
type Reporter[S, X any] interface {
	// Report may read more than the object. A failure to read more is no
	// failure to report: what cannot be read keeps its previous value.
	Report(ctx context.Context, object X, v View[S]) Report[S]
}

// A View is what a report is made for.
type View[S any] struct {
	// Previous is the state last reported, the zero value if there is none.
	Previous S
	// Manages is true if the managed resource holds the claim to the object.
	// Only then may more be asked of the API than to be read.
	Manages bool
	// Publishes is true if a connection secret is asked for.
	Publishes bool
}

// A Report is what the user sees of an object.
type Report[S any] struct {
	// State becomes status.atProvider.
	State S
	// Conditions beside Ready.
	Conditions []xpv1.Condition
	// Details for the connection secret; nil leaves the secret as it is.
	Details managed.ConnectionDetails
}

// A Refusal is an error that says why something is not done although the API
// can be read, and what to do about it.
type Refusal struct { //nolint:errname // What Decide calls it.
	// Reason becomes the reason of the condition Ready.
	Reason Reason
	// Message says what is wrong and names the remedy.
	Message string
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

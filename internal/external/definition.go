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
	// of the kind at an endpoint. It is empty if they do not identify one, and
	// nil for kinds whose objects cannot be recognised by what they are asked
	// to be: names of projects are not unique. Objects of such kinds carry a
	// mark, the owner that Connect is given, by which Find finds them.
	Key func(A) string
	// Incomplete says, for a person, which arguments are lacking to find an
	// object; empty if none is.
	Incomplete func(A) string
	// ID of the object.
	ID func(X) string
	// KeyOf is the key of an object; nil if Key is.
	KeyOf func(X) string
	// KeyOfState is the key of the object whose state was last reported, empty
	// if none was. Nil for kinds whose keys the arguments tell as well: without
	// a Secret to be read, and for as long as there is the object.
	KeyOfState func(S) string
	// Marked is true if an object carries the mark of an owner. Nil for kinds
	// with a key.
	Marked func(object X, owner string) bool
	// Retrace returns the arguments by which also the object is found that an
	// attempt with another key may have made, for a reference or a Secret may
	// say something else by then. It returns them as they are if the key is none.
	// Nil for kinds with a mark, and for those whose objects cannot be deleted.
	Retrace func(a A, key string) A
	// AsObserved returns the arguments with those that identify the object whose
	// state was last reported: where it was, whatever is asked for by now. Nil
	// for kinds with a mark, and for those whose objects cannot be read by id.
	AsObserved func(a A, last S) A
	// Mismatch says, for a person, in which identifying arguments the object
	// differs from those that are set; empty if it is the one.
	Mismatch func(A, X) string
	// Differences lists the fields in which an object differs from the
	// arguments and that can be changed.
	Differences func(A, X) []Difference
	// Recreate says whether an object that vanished is made anew, and if not
	// what the user can do. Asked is true if AnnotationRecreate says so, last
	// is the state last reported.
	Recreate func(asked bool, last S) (bool, string)
	// InProject is true if the argument and the state projectId are the project
	// that an object is in. Where the argument is not written, it is that of the
	// configuration at the first creation, and stays so.
	InProject bool
	// Undeletable says why the API cannot delete an object; empty if it can.
	Undeletable string
	// Window is how long an unresolved creation is not repeated. It is zero
	// for kinds of which the API refuses a second object with the same key; where
	// there is Retrace, it counts if the key is another one by then.
	Window time.Duration
	// Unreadable are the conditions, beside Ready and Synced, of an object that
	// cannot be read since a time. Last is the state last reported. Nil if
	// there are none.
	Unreadable func(last S, since time.Time) []xpv1.Condition
	// Connect returns the operations of the kind on one connection, on behalf
	// of an owner, which is the UID of the managed resource.
	Connect func(api *packet.Client, owner string) Operations[A, S, X]
	// Forget drops what the kind remembers of the object with an id at an
	// endpoint. Nil if it remembers nothing.
	Forget func(endpoint, id string)
}

// kept says, for a person, why an object stays when its managed resource is
// deleted; empty if it does not.
func (d Definition[A, S, X]) kept(by policies) string {
	switch {
	case d.Undeletable != "":
		return d.Undeletable
	case !by.delete:
		return "the policies do not allow Delete"
	default:
		return ""
	}
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
	// or that the owner made, and whether there is one.
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
	// Delete deletes the object. It returns a *Refusal if that has to wait for
	// something that a person should know.
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
	// Ready is whether the object can be used. It can, once it exists, if this
	// is nil.
	Ready *xpv1.Condition
	// Conditions beside Ready.
	Conditions []xpv1.Condition
	// Events that happened since the previous report, each told once.
	Events []string
	// Details for the connection secret; nil leaves the secret as it is, and a
	// detail that is nil leaves what the secret has of it.
	Details managed.ConnectionDetails
}

// A Refusal is an error that says why something is not done although the API
// can be read, and what to do about it.
type Refusal struct { //nolint:errname // What Decide calls it.
	// Reason becomes the reason of the condition Ready, or of Deletable if it is
	// a deletion that is refused.
	Reason Reason
	// Message says what is wrong and names the remedy.
	Message string
	// Argument is the JSON name of the argument whose value is at fault, if one
	// is. The user is told before the message where that value stands.
	Argument string
}

// Error returns the message.
func (r *Refusal) Error() string { return r.Message }

// SPDX-License-Identifier: Apache-2.0

package external

import (
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// whereabouts are the arguments that lead to the object of a managed resource,
// whatever is asked for by now.
type whereabouts[A any] struct {
	// read has the object where it was observed.
	read A
	// sought has it where it was attempted to be created, while it is not known
	// how that ended; else where it is asked for.
	sought A
	// retraced is true if sought is where an attempt was made.
	retraced bool
}

// whereabouts tells where the object was observed and where it was attempted, for
// kinds with a key. What is found where it was attempted is deleted with the
// resource, so that nothing else that is asked for by then is looked for.
func (c *Connector[A, S, X]) whereabouts(mg resource.Managed, endpoint string, asked A) (whereabouts[A], error) {
	at := whereabouts[A]{read: asked, sought: asked}
	if c.Definition.Retrace != nil && creationOf(mg, c.Clock, 0) != Settled {
		key := attemptedKey(mg, endpoint)
		alone := c.Definition.Retrace(*new(A), key)
		at.retraced = c.Definition.Incomplete(alone) == ""
		switch {
		case at.retraced && meta.WasDeleted(mg):
			at.sought = alone
		case at.retraced:
			at.sought = c.Definition.Retrace(asked, key)
		}
	}
	if c.Definition.AsObserved == nil {
		return at, nil
	}
	about, err := loadState[Identity](mg)
	name := nameOf(mg)
	if err != nil || about.ID == "" || about.Endpoint != endpoint || name != "" && !strings.EqualFold(name, about.ID) {
		return at, err
	}
	last, err := loadState[S](mg)
	if err == nil {
		at.read = c.Definition.AsObserved(at.read, last)
	}
	return at, err
}

// window is how long the object of an unresolved creation may still appear. To
// wait for it before a creation is repeated is up to the kind, and of no use if
// the API refuses a second object: one with the same key. A deletion waits in
// any case: nobody looks afterwards.
func (c *externalClient[A, S, X]) window(mg resource.Managed) time.Duration {
	window := c.Window
	if c.Retrace != nil && attemptedKey(mg, c.endpoint) == c.Key(c.args.merged) {
		window = 0
	}
	if meta.WasDeleted(mg) {
		window = max(window, c.late)
	}
	return window
}

// lacking says what is not known of what has to be looked for. A resource that
// is being deleted asks for nothing any more.
func (c *externalClient[A, S, X]) lacking(mg resource.Managed) string {
	certain := c.at.retraced || c.args.waits == ""
	switch {
	case meta.WasDeleted(mg) && certain:
		return c.Incomplete(c.at.sought)
	case c.args.waits != "":
		return c.args.waits + " names what is not there or has no id yet: create it, or correct the reference"
	default:
		return c.Incomplete(c.args.merged)
	}
}

// nameOf is the external name. While the managed resource is being deleted, what
// cannot be an id is none: nobody will correct it any more.
func nameOf(mg resource.Managed) string {
	name := meta.GetExternalName(mg)
	if meta.WasDeleted(mg) && !packet.ValidID(name) {
		return ""
	}
	return name
}

// acquired is true if the managed resource is known to have made or adopted an
// object. To have observed one proves nothing: somebody may have looked at what is
// a stranger's.
func acquired(mg resource.Managed) bool {
	return !meta.GetExternalCreateSucceeded(mg).IsZero() || mg.GetCondition(TypeAdopted).Status == corev1.ConditionTrue
}

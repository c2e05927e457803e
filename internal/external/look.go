// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"fmt"
	"strings"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// look gathers the situation.
func (c *externalClient[A, S, X]) look(ctx context.Context, mg resource.Managed) (Situation, error) {
	if err := c.recall(mg); err != nil {
		return Situation{}, err
	}
	s := Situation{
		Upstream:   Absent,
		Claim:      NotClaimed,
		Creation:   creationOf(mg, c.clock, c.window(mg)),
		Named:      meta.GetExternalName(mg) != "",
		Deleting:   meta.WasDeleted(mg),
		MayCreate:  c.allowed.create,
		MayUpdate:  c.allowed.update,
		MayDelete:  c.allowed.delete && c.Undeletable == "",
		NoAdoption: mg.GetAnnotations()[AnnotationAdopt] == "false",
	}
	c.unresolved = s.Creation != Settled
	last, err := lastOf[S](mg)
	if err != nil {
		return s, err
	}
	s.Recreate, _ = c.Recreate(mg.GetAnnotations()[AnnotationRecreate] == "true", last)
	if err := c.find(ctx, mg, s); err != nil {
		return s, c.explain(mg, err)
	}
	if s.Deleting && !c.found && mg.GetCondition(TypeDeletable).Reason == reasonRequested {
		// What a creation without an answer had made was found, and deleted.
		s.Creation = Settled
	}
	if c.found {
		// The key leads to the object in place of one that vanished, which
		// the name is no name of.
		s.Named = s.Named && strings.EqualFold(c.ID(c.object), meta.GetExternalName(mg))
		if c.Key == nil && !s.Named && s.Creation == Settled {
			// The mark is a proof that an earlier creation of ours made it,
			// whatever became of the annotations.
			s.Creation = Unresolved
		}
		s.Upstream, c.differences = Matching, c.compare()
		switch {
		case c.Mismatch(c.args.merged, c.object) != "" && (!s.Deleting || !c.ours(mg)):
			s.Upstream = Foreign
		case len(c.differences) > 0:
			s.Upstream = Differing
		}
	}
	if key := c.key(mg); key != "" && c.allowed.writes() && s.Upstream != Foreign {
		claim, err := c.claims.Claim(ctx, c.endpoint, key, mg.GetUID())
		if err != nil {
			return s, errors.Wrapf(err, "cannot tell whether another resource manages the %s", c.Noun)
		}
		s.Claim = claim
	}
	return s, nil
}

// find looks for the object: by its name if it has one, else by its key. While
// the managed resource is being deleted the key counts only if an unresolved
// creation may have made the object; a mark always counts.
func (c *externalClient[A, S, X]) find(ctx context.Context, mg resource.Managed, s Situation) error {
	var err error
	name := meta.GetExternalName(mg)
	switch {
	case s.Named && !packet.ValidID(name):
		err = &Refusal{Reason: ReasonMismatch, Message: fmt.Sprintf("the external name %q is not an id of the Packet API; correct or remove the annotation %s",
			name, meta.AnnotationKeyExternalName)}
	case s.Named:
		c.object, c.found, err = c.ops.Get(ctx, name, c.sought)
		if err == nil && c.lacking(mg) == "" && (!c.found || s.Deleting && c.strange(mg)) {
			err = c.findSuccessor(ctx, mg, s)
		}
		if err == nil && !c.found && (s.Deleting && s.MayDelete || !s.Deleting && s.Recreate && s.MayCreate) {
			err = c.elsewhere(mg)
		}
	case c.lacking(mg) != "":
		err = &Refusal{Reason: ReasonIncomplete, Message: c.lacking(mg)}
	case c.Key == nil, !s.Deleting, s.Creation != Settled:
		c.object, c.found, err = c.search(ctx, mg, s)
	}
	var refusal *Refusal
	switch {
	case !errors.As(err, &refusal):
		return errors.Wrapf(err, "cannot find the %s", c.Noun)
	case s.Deleting && (refusal.Reason == ReasonMismatch || refusal.Reason == ReasonIncomplete || refusal.Argument != ""):
		// What cannot be ours, or be told, must not keep the resource.
		return nil
	}
	return err
}

// findSuccessor looks by key where the object with the name is not found: a
// creation in its place was cut off, or somebody else made one, or the one
// answer was behind the times. A resource that is being deleted will not ask
// again; what somebody else made is not its to delete. It looks by its mark also
// where the object with the name seems to be a stranger's.
func (c *externalClient[A, S, X]) findSuccessor(ctx context.Context, mg resource.Managed, s Situation) error {
	unresolved := s.Creation != Settled
	object, found, err := c.search(ctx, mg, s)
	switch {
	case packet.IsForbidden(err) && s.Deleting && !unresolved:
		return nil
	case err != nil:
		return err
	case s.Deleting && !unresolved && c.Key != nil && !strings.EqualFold(c.ID(object), meta.GetExternalName(mg)):
		// Somebody else's; what carries our mark never is.
		return nil
	case found:
		c.object, c.found = object, true
	}
	return nil
}

// search looks for the object by its key or its mark.
func (c *externalClient[A, S, X]) search(ctx context.Context, mg resource.Managed, s Situation) (X, bool, error) {
	if err := c.attemptedElsewhere(mg, s.Creation); err != nil {
		return *new(X), false, err
	}
	object, found, err := c.ops.Find(ctx, c.sought)
	c.marked = c.Key == nil && found
	return object, found, err
}

// recall takes what was observed here for the name of an object that carries a
// mark and has none: annotations can be lost, and a list that lags behind would
// have another one made.
func (c *externalClient[A, S, X]) recall(mg resource.Managed) error {
	if c.Key != nil || meta.GetExternalName(mg) != "" {
		return nil
	}
	last, err := loadState[Identity](mg)
	if err == nil && last.ID != "" && last.Endpoint == c.endpoint {
		meta.SetExternalName(mg, last.ID)
	}
	return err
}

// ours is true if the object is known to be this resource's, of a kind that has
// marks, although another project is asked for by now: it carries the mark, or it
// is what was made, and observed, here. To have observed it proves nothing:
// somebody may have looked at what is a stranger's.
func (c *externalClient[A, S, X]) ours(mg resource.Managed) bool {
	made := confirmed(mg, c.endpoint) && !meta.GetExternalCreateSucceeded(mg).IsZero()
	return c.Key == nil && (c.marked || made && c.Mismatch(c.sought, c.object) == "")
}

// strange is true if the object with the name does not fit the arguments, and
// only its mark could still tell that it is this resource's.
func (c *externalClient[A, S, X]) strange(mg resource.Managed) bool {
	return c.Key == nil && c.Mismatch(c.args.merged, c.object) != "" && !c.ours(mg)
}

// elsewhere is a *Refusal if the object that is not found was observed at
// another endpoint than the one that was asked.
func (c *externalClient[A, S, X]) elsewhere(mg resource.Managed) error {
	last, err := loadState[Identity](mg)
	if err != nil || last.Endpoint == "" || last.Endpoint == c.endpoint || !strings.EqualFold(last.ID, meta.GetExternalName(mg)) {
		return err
	}
	remedy := "remove the annotation " + meta.AnnotationKeyExternalName + " to have another one here"
	if meta.WasDeleted(mg) {
		remedy = "leave Delete out of the management policies (or set deletionPolicy to Orphan) to let it be"
	}
	return &Refusal{Reason: ReasonElsewhere, Message: fmt.Sprintf("the %s %s was observed at %s, and is not at %s, to which %s leads now; "+
		"correct the address there, or %s", c.Noun, last.ID, last.Endpoint, c.endpoint, c.connection.Reference, remedy)}
}

// compare returns the differences that count: an argument that stands in
// initProvider only is never compared after creation, and who may not update
// asks for what is written and for no defaults.
func (c *externalClient[A, S, X]) compare() []Difference {
	var count []Difference
	for _, d := range c.Differences(c.args.merged, c.object) {
		if !c.args.initial[d.Field] && (c.allowed.update || c.args.given[d.Field]) {
			count = append(count, d)
		}
	}
	return count
}

// key is what is claimed: the key of the object, if it is the one asked for,
// for the arguments may be incomplete. It is empty if there is nothing to claim.
func (c *externalClient[A, S, X]) key(mg resource.Managed) string {
	switch name := meta.GetExternalName(mg); {
	case c.found && c.Key == nil:
		return strings.ToLower(c.ID(c.object))
	case c.found && c.Mismatch(c.args.merged, c.object) == "":
		return c.KeyOf(c.object)
	case c.Key != nil && c.Key(c.args.merged) != "":
		return c.Key(c.args.merged)
	case c.Key == nil && name == "":
		// What only we can have made is nobody else's to claim.
		return string(mg.GetUID())
	default:
		return strings.ToLower(name)
	}
}

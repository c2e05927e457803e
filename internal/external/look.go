// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// look gathers the situation.
func (c *externalClient[A, S, X]) look(ctx context.Context, mg resource.Managed) (Situation, error) {
	adopt := mg.GetAnnotations()[AnnotationAdopt]
	s := Situation{
		Upstream:   Absent,
		Claim:      NotClaimed,
		Creation:   creationOf(mg, c.clock, c.window(mg)),
		Deleting:   meta.WasDeleted(mg),
		MayCreate:  c.allowed.create,
		MayUpdate:  c.allowed.update,
		MayDelete:  c.allowed.delete && c.Undeletable == "",
		NoAdoption: adopt != "" && adopt != "true", // A mistyped no is no yes.
	}
	key := attemptedKey(mg, c.endpoint)
	c.unresolved = s.Creation != Settled && (c.Retrace == nil || key == "" || key == c.Key(c.args.merged))
	if err := c.find(ctx, mg, &s); err != nil {
		return s, c.explain(mg, err)
	}
	last, err := lastOf[S](mg)
	if err != nil {
		return s, err
	}
	s.Recreate, _ = c.Recreate(mg.GetAnnotations()[AnnotationRecreate] == "true", last)
	if s.Deleting && !c.found && askedToGo(mg) {
		// What a creation without an answer had made was found, and deleted.
		s.Creation = Settled
	}
	c.judge(mg, &s)
	if c.allowed.writes() && s.Upstream != Foreign && c.doubted == "" {
		s.Claim, err = c.claim(ctx, mg, s)
	}
	return s, errors.Wrapf(err, "cannot tell whether another resource manages the %s", c.Noun)
}

// claim claims the object. One that has no name yet is claimed by what is asked
// for as well, and by that first: who has just made it may have asked for it by
// another key than it has now, and has not said yet that it is there.
func (c *externalClient[A, S, X]) claim(ctx context.Context, mg resource.Managed, s Situation) (Claim, error) {
	keys := []string{c.key(mg)}
	if c.found && c.Key != nil && !s.Named && !s.Deleting {
		keys = slices.Compact([]string{c.Key(c.args.merged), keys[0]})
	}
	claim := NotClaimed
	for _, key := range keys {
		if key == "" {
			continue
		}
		var err error
		if claim, err = c.claims.Claim(ctx, c.endpoint, key, mg.GetUID()); err != nil || claim == Lost {
			c.giveBack(mg)
			return claim, err
		}
		c.claimed = append(c.claimed, key)
	}
	return claim, nil
}

// forget gives back what was claimed, now or before: who will not or cannot
// manage the object must not keep others from it.
func (c *externalClient[A, S, X]) forget(mg resource.Managed) {
	if key := c.key(mg); !slices.Contains(c.claimed, key) {
		c.claimed = append(c.claimed, key)
	}
	c.giveBack(mg)
}

// giveBack gives back what was claimed just now.
func (c *externalClient[A, S, X]) giveBack(mg resource.Managed) {
	for _, key := range c.claimed {
		c.claims.Forget(c.endpoint, key, mg.GetUID())
	}
	c.claimed = nil
}

// askedToGo is true if an object that the name does not tell was asked to go.
func askedToGo(mg resource.Managed) bool {
	return mg.GetCondition(TypeDeletable).Reason == reasonRequested
}

// judge says what was found.
func (c *externalClient[A, S, X]) judge(mg resource.Managed, s *Situation) {
	if !c.found {
		if s.Deleting && nameOf(mg) != meta.GetExternalName(mg) && s.Creation == Settled && !askedToGo(mg) {
			s.Upstream = Foreign
		}
		return
	}
	// The key leads to the object in place of one that vanished, which the name
	// is no name of.
	s.Named = s.Named && strings.EqualFold(c.ID(c.object), meta.GetExternalName(mg))
	if c.marked && !s.Named && s.Creation == Settled {
		// The mark is a proof that an earlier creation of ours made it, whatever
		// became of the annotations.
		s.Creation = Unresolved
	}
	s.Upstream, c.differences = Matching, c.compare()
	switch {
	case c.Mismatch(c.args.merged, c.object) != "" && c.doubted == "" && (!s.Deleting || !c.ours(mg)):
		s.Upstream = Foreign
	case len(c.differences) > 0:
		s.Upstream = Differing
	}
}

// find looks for the object: by its name if it has one, else by its key. While
// the managed resource is being deleted the key counts only if an unresolved
// creation may have made the object; a mark always counts.
func (c *externalClient[A, S, X]) find(ctx context.Context, mg resource.Managed, s *Situation) error {
	err := c.read(ctx, mg)
	s.Named = nameOf(mg) != ""
	if wrong := new(Refusal); s.Deleting && errors.As(err, &wrong) && wrong.Reason == ReasonMismatch {
		err = nil // The name is of something else; ours may be there all the same.
	}
	switch {
	case err != nil:
	case s.Named:
		if c.lacking(mg) == "" && (!c.found || s.Deleting && c.strange(mg)) {
			err = c.findSuccessor(ctx, mg, *s)
		}
		if err == nil && !c.found && (!s.Deleting || s.MayDelete) {
			err = c.elsewhere(mg)
		}
		if err == nil && !c.found && c.args.waits != "" {
			err = &Refusal{Reason: ReasonIncomplete, Message: c.lacking(mg)}
		}
	case c.Key == nil, !s.Deleting, s.Creation != Settled:
		err = c.findUnnamed(ctx, mg, *s)
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

// read reads the object by its name, or by what status says was observed here:
// annotations can be lost, and a list that lags behind, or another key by then,
// would have another object made. It becomes the name of what is known to be this
// resource's, or to be gone. Who changes nothing follows its key.
func (c *externalClient[A, S, X]) read(ctx context.Context, mg resource.Managed) error {
	name := nameOf(mg)
	switch {
	case name != "" && !packet.ValidID(name):
		return &Refusal{Reason: ReasonMismatch, Message: noID(name)}
	case name != "":
		var err error
		c.object, c.found, err = c.ops.Get(ctx, name, c.at.read)
		return err
	}
	last, err := loadState[Identity](mg)
	if err != nil || last.ID == "" || last.Endpoint != c.endpoint || c.Key != nil && (c.AsObserved == nil || !c.allowed.writes()) {
		return err
	}
	object, found, err := c.ops.Get(ctx, last.ID, c.at.read)
	switch {
	case err != nil:
		return err
	case found && !c.proven(mg, object):
		c.doubted = last.ID
		if meta.WasDeleted(mg) && creationOf(mg, c.clock, 0) == Settled {
			c.object, c.found = object, true
		}
	case found || c.Key == nil:
		meta.SetExternalName(mg, last.ID)
		c.object, c.found = object, found
	}
	return nil
}

// proven is true if an object that was observed is known to be this resource's,
// or is to be observed only.
func (c *externalClient[A, S, X]) proven(mg resource.Managed, object X) bool {
	return !c.allowed.writes() || acquired(mg) || c.Marked != nil && c.Marked(object, string(mg.GetUID()))
}

// findUnnamed looks for the object that has no name. What was observed and is not
// known to be this resource's is no other's place to be made in: it may have been
// made by it.
func (c *externalClient[A, S, X]) findUnnamed(ctx context.Context, mg resource.Managed, s Situation) error {
	object, found, err := c.search(ctx, mg, s)
	switch {
	case packet.IsForbidden(err) && s.Deleting && s.Creation == Settled && created(mg, c.endpoint) == "":
		return nil // As far as anything tells, there never was one.
	case err != nil:
		return err
	}
	if found && (c.marked || strings.EqualFold(c.ID(object), c.doubted)) {
		c.doubted = ""
	}
	if c.doubted != "" && !s.Deleting {
		return &Refusal{Reason: ReasonNotOurs, Message: fmt.Sprintf("this resource observed the %s %s, and it is not known to have made it; set the annotation %s to that id to manage it, "+
			"or delete this resource, which leaves the %s as it is, and create another to have one of its own", c.Noun, c.doubted, meta.AnnotationKeyExternalName, c.Noun)}
	}
	if found {
		c.object, c.found = object, true
	}
	return nil
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
func (c *externalClient[A, S, X]) search(ctx context.Context, mg resource.Managed, s Situation) (object X, found bool, err error) {
	if err := c.attemptedElsewhere(mg, s.Creation); err != nil {
		return object, false, err
	}
	if text := c.lacking(mg); text != "" {
		return object, false, &Refusal{Reason: ReasonIncomplete, Message: text}
	}
	if id := created(mg, c.endpoint); c.Marked != nil && id != "" && !strings.EqualFold(id, nameOf(mg)) {
		object, found, err = c.ops.Get(ctx, id, c.at.sought)
		if c.marked = found && c.Marked(object, string(mg.GetUID())); c.marked || err != nil {
			return object, c.marked, err
		}
	}
	object, found, err = c.ops.Find(ctx, c.at.sought)
	c.marked = found && (c.Key == nil || s.Deleting && c.at.retraced)
	return object, found, err
}

// ours is true if the object is known to be this resource's, although something
// else is asked for by now: it carries the mark, or was found where it was
// attempted, or it is what was made or adopted, and observed, here.
func (c *externalClient[A, S, X]) ours(mg resource.Managed) bool {
	return c.marked || confirmed(mg, c.endpoint) && acquired(mg) && c.Mismatch(c.at.read, c.object) == ""
}

// strange is true if the object with the name does not fit the arguments, and
// only another one, with the mark or where it was attempted, could be this
// resource's.
func (c *externalClient[A, S, X]) strange(mg resource.Managed) bool {
	return (c.Key == nil || c.at.retraced) && c.Mismatch(c.args.merged, c.object) != "" && !c.ours(mg)
}

// elsewhere is a *Refusal if the object that is not found was observed at
// another endpoint than the one that was asked.
func (c *externalClient[A, S, X]) elsewhere(mg resource.Managed) error {
	last, err := loadState[Identity](mg)
	if err != nil || last.Endpoint == "" || last.Endpoint == c.endpoint || !strings.EqualFold(last.ID, meta.GetExternalName(mg)) {
		return err
	}
	remedy := "remove the annotation " + meta.AnnotationKeyExternalName + " to have another one here"
	switch {
	case meta.WasDeleted(mg):
		remedy = "leave Delete out of the management policies (or set deletionPolicy to Orphan) to let it be"
	case !c.allowed.create:
		remedy = "correct the annotation " + meta.AnnotationKeyExternalName
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

// key is what is claimed: the key of the object, if it is the one asked for, or
// this resource's to delete, for the arguments may be incomplete. It is empty if
// there is nothing to claim.
func (c *externalClient[A, S, X]) key(mg resource.Managed) string {
	switch name := nameOf(mg); {
	case c.found && c.Key == nil:
		return strings.ToLower(c.ID(c.object))
	case c.found && (c.Mismatch(c.args.merged, c.object) == "" || meta.WasDeleted(mg) && c.ours(mg)):
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

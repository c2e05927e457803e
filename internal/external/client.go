// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/utils/clock"
	"k8s.io/utils/ptr"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/event"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/reconciler/managed"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
	"github.com/crossplane-contrib/provider-packet/internal/providerconfig"
)

// An externalClient acts upstream on behalf of one managed resource, for one
// reconciliation.
type externalClient[A, S, X any] struct {
	Definition[A, S, X]

	ops        Operations[A, S, X]
	claims     Claimer
	events     event.Recorder
	clock      clock.PassiveClock
	connection providerconfig.Connection
	endpoint   string
	args       arguments[A]
	at         whereabouts[A]
	allowed    policies
	late       time.Duration

	// What Observe found, for the call that follows it.
	object      X
	found       bool
	differences []Difference
	// claimed are the keys that were claimed.
	claimed []string
	// marked is true if the object carries the mark of the managed resource, or,
	// once that is being deleted, was found where it attempted to create it.
	marked bool
	// doubted is the id of an object that was observed and is not known to be
	// this resource's; empty if there is none.
	doubted string
	// unresolved is true if an earlier creation may have made what is created
	// now.
	unresolved bool
}

// Observe finds the object, decides what is to be done, and reports. It
// changes nothing upstream.
func (c *externalClient[A, S, X]) Observe(ctx context.Context, mg resource.Managed) (managed.ExternalObservation, error) {
	situation, err := c.look(ctx, mg)
	if err != nil {
		return managed.ExternalObservation{}, err
	}
	decision := Decide(situation)
	switch decision.Action {
	case Observe, Adopt, Update:
		return c.report(ctx, mg, situation, decision)
	case Create:
		return managed.ExternalObservation{}, c.prepare(ctx, mg)
	case Delete:
		return managed.ExternalObservation{ResourceExists: true}, nil
	case Release:
		c.release(mg, decision.Reason)
		return managed.ExternalObservation{}, nil
	case Refuse:
		if decision.Reason != ReasonConflict {
			// Who will not manage the object must not keep others from it.
			c.forget(mg)
		}
		return managed.ExternalObservation{}, c.explain(mg, c.refusal(mg, decision.Reason))
	case Wait:
		return managed.ExternalObservation{}, c.explain(mg, c.refusal(mg, decision.Reason))
	default:
		return managed.ExternalObservation{}, errors.Errorf("cannot carry out the decision %q", decision.Action)
	}
}

// prepare makes sure that a creation can begin, and records where.
func (c *externalClient[A, S, X]) prepare(ctx context.Context, mg resource.Managed) error {
	if err := c.vanished(mg); err != nil {
		return c.explain(mg, err)
	}
	if err := c.tooSoon(mg); err != nil {
		return err
	}
	if err := c.ops.Prepare(ctx, c.args.merged); err != nil {
		// Who cannot create must not keep others from it.
		c.forget(mg)
		return c.explain(mg, err)
	}
	return c.recordPlace(mg)
}

// report writes what was found into the managed resource.
func (c *externalClient[A, S, X]) report(ctx context.Context, mg resource.Managed, s Situation, d Decision) (managed.ExternalObservation, error) {
	if d.Action == Adopt {
		c.adopt(mg, s)
	} else if err := c.disown(mg); err != nil {
		return managed.ExternalObservation{}, err
	}
	details, err := c.describe(ctx, mg, s.Claim == Held)
	if err != nil {
		return managed.ExternalObservation{}, err
	}
	upToDate := len(c.differences) == 0 || !s.MayUpdate || s.Claim != Held
	if upToDate {
		// Of differences that are about to be mended the update tells.
		c.announce(mg, c.drift())
	}
	return managed.ExternalObservation{ResourceExists: true, ResourceUpToDate: upToDate, ConnectionDetails: details}, nil
}

// describe reports the object into status.
func (c *externalClient[A, S, X]) describe(ctx context.Context, mg resource.Managed, manages bool) (managed.ConnectionDetails, error) {
	previous, err := loadState[S](mg)
	if err != nil {
		return nil, err
	}
	report := c.ops.Report(ctx, c.object, View[S]{Previous: previous, Manages: manages, Publishes: publishes(mg)})
	if err := storeState(mg, c.endpoint, report.State); err != nil {
		return nil, err
	}
	c.announce(mg, ptr.Deref(report.Ready, xpv1.Available()))
	c.announce(mg, report.Conditions...)
	for _, text := range report.Events {
		c.events.Event(mg, event.Normal("Reported", text))
	}
	return report.Details, nil
}

// publishes reports whether a managed resource of either scope asks for a
// connection secret.
func publishes(mg resource.Managed) bool {
	switch mg := mg.(type) {
	case resource.ConnectionSecretWriterTo:
		return mg.GetWriteConnectionSecretToReference() != nil
	case resource.LocalConnectionSecretWriterTo:
		return mg.GetWriteConnectionSecretToReference() != nil
	default:
		return false
	}
}

// adopt records the name of the object that was found, and that its creation
// is settled. The finalizer persists both.
func (c *externalClient[A, S, X]) adopt(mg resource.Managed, s Situation) {
	name := c.ID(c.object)
	taken := meta.GetExternalName(mg) != name
	if taken {
		meta.SetExternalName(mg, name)
	}
	if taken && s.Claim == Held {
		setConditions(mg, adopted(c.Noun, s.Creation))
		c.events.Event(mg, event.Normal(event.Reason(TypeAdopted), fmt.Sprintf("Found the %s %s and took it over", c.Noun, c.ID(c.object))))
	}
	if s.Creation != Settled {
		// Never before the attempt, whatever the clock of the provider that
		// made it said: the creation would count as incomplete again.
		at := c.clock.Now()
		for _, attempt := range []time.Time{meta.GetExternalCreatePending(mg), lostCreation(mg)} {
			if attempt.After(at) {
				at = attempt
			}
		}
		meta.SetExternalCreateSucceeded(mg, at)
	}
}

// disown takes back that the object was adopted once another one is in its
// place.
func (c *externalClient[A, S, X]) disown(mg resource.Managed) error {
	previous, err := loadState[Identity](mg)
	if err == nil && previous.ID != c.ID(c.object) && mg.GetCondition(TypeAdopted).Status == corev1.ConditionTrue {
		setConditions(mg, condition(TypeAdopted, corev1.ConditionFalse, "Replaced", fmt.Sprintf("This %s is not the one that was found.", c.Noun)))
	}
	return err
}

// release says why the managed resource lets its object be, and says it once:
// while another finalizer stands, the same is observed again and again.
func (c *externalClient[A, S, X]) release(mg resource.Managed, why Reason) {
	c.forget(mg)
	if why == ReasonNone || slices.ContainsFunc(mg.GetFinalizers(), func(f string) bool { return f != managed.FinalizerName }) {
		return
	}
	name := meta.GetExternalName(mg)
	if name == "" && c.found {
		name = c.ID(c.object)
	}
	c.events.Event(mg, released(c.Noun, name, c.refusal(mg, why).Message))
}

// Create makes the object. Whatever goes wrong after the request left, the
// object is looked for before an error is believed.
func (c *externalClient[A, S, X]) Create(ctx context.Context, mg resource.Managed) (managed.ExternalCreation, error) {
	if !c.unresolved {
		// Where an earlier attempt was, nothing came to light: what is found from
		// now on where this one is must not pass for what that one made.
		meta.RemoveAnnotations(mg, AnnotationLostCreation)
	}
	object, err := c.ops.Create(ctx, c.args.merged)
	if packet.IsAmbiguous(err) {
		if found, ok, findErr := c.ops.Find(ctx, c.args.merged); findErr == nil && ok {
			object, err = found, nil
		}
	}
	if packet.IsAlreadyExists(err) {
		// Whoever made it: the next observation decides whether to adopt it. An
		// earlier attempt may have, and must not pass for one that made nothing.
		if c.unresolved {
			c.lose(mg)
		}
		return managed.ExternalCreation{}, errors.Wrapf(err, "the %s came into being meanwhile and is looked at again", c.Noun)
	}
	if packet.IsAmbiguous(err) {
		c.lose(mg)
	}
	if err != nil {
		if !packet.IsAmbiguous(err) {
			// Who cannot create must not keep others from it.
			c.forget(mg)
		}
		return managed.ExternalCreation{}, errors.Wrapf(c.remedy(mg, err), "cannot create the %s", c.Noun)
	}
	meta.SetExternalName(mg, c.ID(object))
	if c.Key == nil {
		meta.AddAnnotations(mg, map[string]string{AnnotationCreated: c.endpoint + " " + c.ID(object)})
	}
	return managed.ExternalCreation{}, nil
}

// lose records that it is not known whether the creation made an object. The
// managed reconciler records a failure, which would pass for an attempt that is
// known to have made nothing.
func (c *externalClient[A, S, X]) lose(mg resource.Managed) {
	meta.AddAnnotations(mg, map[string]string{AnnotationLostCreation: c.clock.Now().Format(time.RFC3339)})
}

// Update mends the differences that Observe found, and reports the result in
// the same reconciliation.
func (c *externalClient[A, S, X]) Update(ctx context.Context, mg resource.Managed) (managed.ExternalUpdate, error) {
	object, err := c.ops.Update(ctx, c.object, c.args.merged, c.differences)
	if err != nil {
		setConditions(mg, outdated(c.differences, ReasonUpdateFailed, "The update failed; Synced says why."))
		return managed.ExternalUpdate{}, errors.Wrapf(c.remedy(mg, err), "cannot update the %s", c.Noun)
	}
	c.object, c.differences = object, nil
	details, err := c.describe(ctx, mg, true)
	c.announce(mg, c.drift())
	return managed.ExternalUpdate{ConnectionDetails: details}, err
}

// Delete deletes the object that Observe found. One that is gone already is
// deleted.
func (c *externalClient[A, S, X]) Delete(ctx context.Context, mg resource.Managed) (managed.ExternalDelete, error) {
	err := c.ops.Delete(ctx, c.object)
	if packet.IsNotFound(err) {
		err = nil
	}
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal):
		setConditions(mg, condition(TypeDeletable, corev1.ConditionFalse, xpv1.ConditionReason(refusal.Reason), refusal.Message))
	case err == nil && (!strings.EqualFold(meta.GetExternalName(mg), c.ID(c.object)) || mg.GetCondition(TypeDeletable).Status == corev1.ConditionFalse):
		setConditions(mg, condition(TypeDeletable, corev1.ConditionTrue, reasonRequested, ""))
	}
	return managed.ExternalDelete{}, errors.Wrapf(c.remedy(mg, err), "cannot delete the %s", c.Noun)
}

// Disconnect does nothing: connections are shared.
func (c *externalClient[A, S, X]) Disconnect(context.Context) error { return nil }

// SPDX-License-Identifier: Apache-2.0

package external

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/event"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// Changes returns a recorder that drops what is no news. The managed
// reconciler records an event at each attempt that fails, finds a resource
// paused, or asks for a deletion; only the first of them says something that the
// conditions of the resource do not say yet.
//
// It remembers nothing: an attempt that succeeds changes Synced, so that the
// next failure is told again, and a restart of the provider repeats nothing.
func Changes(to event.Recorder) event.Recorder { return &changes{to: to} }

type changes struct{ to event.Recorder }

// Event records the event, unless the conditions said it before.
func (c *changes) Event(obj runtime.Object, e event.Event) {
	if r, ok := obj.(resource.Conditioned); ok && said(r.GetCondition(xpv1.TypeSynced), r.GetCondition(xpv1.TypeReady), e) {
		return
	}
	c.to.Event(obj, e)
}

// WithAnnotations returns a recorder whose events have the annotations.
func (c *changes) WithAnnotations(keysAndValues ...string) event.Recorder {
	return &changes{to: c.to.WithAnnotations(keysAndValues...)}
}

// said reports whether Synced and Ready, as the last attempt left them, say what
// the event does. The reconciler puts before an error at what it happened.
func said(synced, ready xpv1.Condition, e event.Event) bool {
	switch synced.Reason {
	case xpv1.ReasonReconcileSuccess:
		return e.Type == event.TypeNormal && e.Reason == "DeletedExternalResource" && ready.Reason == xpv1.ReasonDeleting
	case xpv1.ReasonReconcileError:
		return e.Type == event.TypeWarning && strings.HasSuffix(synced.Message, e.Message)
	case xpv1.ReasonReconcilePaused:
		return e.Type == event.TypeNormal && e.Reason == "ReconciliationPaused"
	default:
		return false
	}
}

// announce sets conditions that follow from what was read, and records an event
// for each whose status changed.
func (c *externalClient[A, S, X]) announce(mg resource.Managed, conditions ...xpv1.Condition) {
	for _, now := range conditions {
		if before := mg.GetCondition(now.Type); newsworthy(before, now) {
			c.events.Event(mg, c.news(before, now))
		}
	}
	setConditions(mg, conditions...)
}

// released says that an object is let be, and why.
func released(noun, name, because string) event.Event {
	return event.Normal("Released", fmt.Sprintf("Left the %s as it is: %s", strings.TrimSpace(noun+" "+name), because))
}

// newsworthy reports whether a condition says something new. The first word on
// an object is news only if it is a bad one, and Ready is none after a
// creation, of which there is an event.
func newsworthy(before, now xpv1.Condition) bool {
	switch before.Reason {
	case "":
		return now.Status == corev1.ConditionFalse
	case xpv1.ReasonCreating:
		return false
	default:
		return before.Status != now.Status
	}
}

func (c *externalClient[A, S, X]) news(before, now xpv1.Condition) event.Event {
	text := fmt.Sprintf("%s of the %s %s is %s", now.Type, c.Noun, c.ID(c.object), now.Status)
	if before.Reason != "" {
		text += fmt.Sprintf(" and was %s (%s)", before.Status, before.Reason)
	}
	if now.Message != "" {
		text += ". " + now.Message
	}
	e := event.Normal(event.Reason(now.Reason), text)
	if now.Status == corev1.ConditionFalse {
		e.Type = event.TypeWarning
	}
	return e
}

// SPDX-License-Identifier: Apache-2.0

package external

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/utils/clock"

	xpv1 "github.com/crossplane/crossplane-runtime/v2/apis/common/v1"
	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// AnnotationAdopt says whether an object that exists already is adopted. It is,
// unless the value is "false".
const AnnotationAdopt = "packet.crossplane.io/adopt"

// AnnotationRecreate says whether an object that vanished is made anew, for
// kinds that do so only where it is asked for. It is if the value is "true".
const AnnotationRecreate = "packet.crossplane.io/recreate"

// The types of the conditions that every kind has beside Ready and Synced.
const (
	// TypeAdopted is true if the object was found rather than made. It is
	// absent otherwise.
	TypeAdopted xpv1.ConditionType = "Adopted"
	// TypeUpToDate is false if the object differs from what is asked for and
	// the policies forbid to mend it.
	TypeUpToDate xpv1.ConditionType = "UpToDate"
	// TypeDeletable is false if a deletion has to wait for something that a
	// person should know, and true once the API was asked to delete the object
	// after that, or an object whose name was not recorded. It is absent
	// otherwise. What the managed reconciler says after a deletion that failed
	// replaces Ready.
	TypeDeletable xpv1.ConditionType = "Deletable"
)

// reasonRequested is the reason of Deletable once the API has been asked to
// delete the object, and did not refuse.
const reasonRequested xpv1.ConditionReason = "Requested"

// Reasons that are no outcome of Decide.
const (
	// ReasonIncomplete: neither an external name nor the arguments that
	// identify an object are given.
	ReasonIncomplete Reason = "Incomplete"
	// ReasonUnauthorized: the API refuses the key.
	ReasonUnauthorized Reason = "Unauthorized"
	// ReasonForbidden: the key is good but may not do this.
	ReasonForbidden Reason = "Forbidden"
	// ReasonUpdateFailed: the object differs and the attempt to change it
	// failed.
	ReasonUpdateFailed Reason = "UpdateFailed"
	// ReasonElsewhere: the object was observed at another endpoint.
	ReasonElsewhere Reason = "ObservedElsewhere"
	// ReasonMoved: what is asked for is another object than the one that was
	// observed, which stays.
	ReasonMoved Reason = "Moved"
	// ReasonInvalid: the API refuses the request for what it says.
	ReasonInvalid Reason = "Invalid"
)

func adopted(noun string, creation Creation) xpv1.Condition {
	c := condition(TypeAdopted, corev1.ConditionTrue, "Found", fmt.Sprintf("The %s existed already.", noun))
	if creation != Settled {
		c.Reason = "Recovered"
		c.Message = fmt.Sprintf("The %s was made by an earlier attempt whose answer was lost.", noun)
	}
	return c
}

// drift says whether the object is as asked for, or why that is not mended.
func (c *externalClient[A, S, X]) drift() xpv1.Condition {
	if len(c.differences) == 0 {
		return condition(TypeUpToDate, corev1.ConditionTrue, "AsAskedFor", "")
	}
	return outdated(c.differences, ReasonUpdateForbidden, "The management policies do not allow Update.")
}

// outdated says in what the object differs, and why that stays so.
func outdated(differences []Difference, why Reason, because string) xpv1.Condition {
	texts := make([]string, 0, len(differences))
	for _, d := range differences {
		texts = append(texts, fmt.Sprintf("%s is %s and should be %s", d.Field, d.Got, d.Want))
	}
	return condition(TypeUpToDate, corev1.ConditionFalse, xpv1.ConditionReason(why), strings.Join(texts, "; ")+". "+because)
}

// refusal words the reason why something is not done.
func (c *externalClient[A, S, X]) refusal(mg resource.Managed, why Reason) *Refusal {
	name := meta.GetExternalName(mg)
	mismatch := fmt.Sprintf("the external name %s belongs to another %s: %s; correct the annotation %s or the arguments",
		name, c.Noun, c.mismatch(), meta.AnnotationKeyExternalName)
	if name == "" {
		mismatch = fmt.Sprintf("the %s that exists already is another: %s; correct the arguments", c.Noun, c.mismatch())
	}
	if name != "" && !packet.ValidID(name) {
		mismatch = noID(name)
	}
	text := map[Reason]string{
		ReasonConflict: "another resource already manages the same " + c.Noun + "; delete this one, or the other, or let one of them only observe",
		ReasonMismatch: mismatch,
		ReasonAdoptionRefused: fmt.Sprintf("the %s exists already and the annotation %s is %q; remove the annotation to take it over, or delete the %s",
			c.Noun, AnnotationAdopt, mg.GetAnnotations()[AnnotationAdopt], c.Noun),
		ReasonNotFound:            fmt.Sprintf("there is no such %s, and the management policies do not allow Create", c.Noun),
		ReasonVanished:            c.textOfVanished(mg, name),
		ReasonCreationUnconfirmed: fmt.Sprintf("it is not known yet whether the %s was created; looking again before trying again", c.Noun),
		ReasonDeleteForbidden:     c.kept(c.allowed),
		ReasonNotOurs:             "this resource neither created nor adopted it",
	}[why]
	return &Refusal{Reason: why, Message: text}
}

// noID says what is wrong with an external name.
func noID(name string) string {
	return fmt.Sprintf("the external name %q is not an id of the Packet API; correct or remove the annotation %s", name, meta.AnnotationKeyExternalName)
}

// textOfVanished says what the user can do about an object that is gone, or
// that never was: its name was given by somebody.
func (c *externalClient[A, S, X]) textOfVanished(mg resource.Managed, name string) string {
	seen, err := lastOf[Identity](mg)
	if err == nil && seen.ID == "" && meta.GetExternalCreateSucceeded(mg).IsZero() {
		return fmt.Sprintf("there is no %s %s; correct the annotation %s, or remove it to have one created", c.Noun, name, meta.AnnotationKeyExternalName)
	}
	text := fmt.Sprintf("the %s %s no longer exists", c.Noun, name)
	last, err := lastOf[S](mg)
	if err != nil {
		return text
	}
	if _, remedy := c.Recreate(mg.GetAnnotations()[AnnotationRecreate] == "true", last); remedy != "" {
		return text + "; " + remedy
	}
	return text
}

func (c *externalClient[A, S, X]) mismatch() string {
	if !c.found {
		return ""
	}
	return c.Mismatch(c.args.merged, c.object)
}

// explain puts the cause of an error into the condition Ready where the cause
// is known not to go away by itself, and returns the error for Synced. An
// object that cannot be read, for an outage or for a key that is refused, may
// well be there: where there was one, Ready stays as it is.
func (c *externalClient[A, S, X]) explain(mg resource.Managed, err error) error {
	err = c.remedy(mg, err)
	unread(mg, c.Unreadable, c.clock)
	var why Reason
	var refusal *Refusal
	switch named := meta.GetExternalName(mg) != ""; {
	case errors.As(err, &refusal):
		why = refusal.Reason
	case packet.IsInvalid(err):
		why = ReasonInvalid
	case named:
		return err
	case packet.IsUnauthorized(err):
		why = ReasonUnauthorized
	case packet.IsForbidden(err):
		why = ReasonForbidden
	default:
		return err
	}
	setConditions(mg, condition(xpv1.TypeReady, corev1.ConditionFalse, xpv1.ConditionReason(why), err.Error()))
	return err
}

// vanished is a *Refusal if the conditions still say that the object, which is
// to be made anew, is there. What is set before a creation is lost, whatever
// becomes of it; what is set before an error is not, and so is said first. An
// object that can be read only where it is asked for is not gone because it is
// not there any more.
func (c *externalClient[A, S, X]) vanished(mg resource.Managed) error {
	if mg.GetCondition(xpv1.TypeReady).Status != corev1.ConditionTrue {
		return nil
	}
	last, err := loadState[Identity](mg)
	if err != nil {
		return err
	}
	gone := &Refusal{Reason: ReasonVanished, Message: fmt.Sprintf("the %s %s no longer exists and is made anew", c.Noun, last.ID)}
	if c.Key == nil || c.AsObserved != nil {
		return gone
	}
	was, err := loadState[A](mg)
	if err != nil {
		return err
	}
	if before := c.Key(was); before != "" && before != c.Key(c.args.merged) {
		c.events.Event(mg, released(c.Noun, last.ID, "it is that of "+before+", which is not asked for any more"))
		return &Refusal{Reason: ReasonMoved, Message: fmt.Sprintf("the %s %s is that of %s, which is not asked for any more; it stays as it is, and one is made for %s",
			c.Noun, last.ID, before, c.Key(c.args.merged))}
	}
	return gone
}

// unread takes back what was said of an object that cannot be read now. It
// leaves alone what was taken back before, which has its age, and what was
// never said.
func unread[S any](mg resource.Managed, unreadable func(S, time.Time) []xpv1.Condition, now clock.PassiveClock) {
	if unreadable == nil {
		return
	}
	last, err := loadState[S](mg)
	if err != nil {
		// The age alone is still worth telling.
		last = *new(S)
	}
	for _, c := range unreadable(last, now.Now()) {
		said := mg.GetCondition(c.Type)
		if said.Reason == "" {
			continue
		}
		if said.Status == c.Status && said.Reason == c.Reason {
			c.Message, c.LastTransitionTime = said.Message, said.LastTransitionTime
		}
		setConditions(mg, c)
	}
}

// remedy adds to errors of the credentials what to do about them, and to those
// of an argument where it stands.
func (c *externalClient[A, S, X]) remedy(mg resource.Managed, err error) error {
	var refusal *Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Argument != "":
		return &Refusal{Reason: refusal.Reason, Message: sourceOf(mg, refusal.Argument) + ": " + refusal.Message}
	case packet.IsUnauthorized(err):
		return errors.Wrapf(err, "the API at %s refuses the key of %s; put a valid key in its place, it is picked up without a restart", c.endpoint, c.connection.Reference)
	case packet.IsForbidden(err):
		return errors.Wrapf(err, "the key of %s is not allowed to do this; nothing was changed", c.connection.Reference)
	default:
		return err
	}
}

func condition(t xpv1.ConditionType, s corev1.ConditionStatus, reason xpv1.ConditionReason, message string) xpv1.Condition {
	return xpv1.Condition{Type: t, Status: s, Reason: reason, Message: message, LastTransitionTime: metav1.Now()}
}

// setConditions sets conditions for the generation that is reconciled.
func setConditions(mg resource.Managed, conditions ...xpv1.Condition) {
	for _, c := range conditions {
		mg.SetConditions(c.WithObservedGeneration(mg.GetGeneration()))
	}
}

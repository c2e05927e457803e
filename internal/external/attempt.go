// SPDX-License-Identifier: Apache-2.0

package external

import (
	"fmt"
	"strings"
	"time"

	kerrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/utils/clock"

	"github.com/crossplane/crossplane-runtime/v2/pkg/errors"
	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// AnnotationLostCreation is when a creation was attempted of which it is not
// known whether it made an object, in RFC 3339. It counts until a later
// creation is known to have succeeded.
const AnnotationLostCreation = "packet.crossplane.io/external-create-lost"

// AnnotationCreationPlace is where an object was last attempted to be created:
// the endpoint, and what there: the project, for kinds that are found by a mark in
// their project, or the key, for kinds whose key can change. It is recorded before
// the request leaves, and is where the object is looked for until it is known how
// the attempt ended, whatever arguments and configuration say by then.
const AnnotationCreationPlace = "packet.crossplane.io/external-create-place"

// AnnotationCreated is the endpoint and the id of the object that was last
// created, for kinds whose objects are found again by a mark. Who writes another
// external name afterwards, such as one that is kept in a repository, does not
// have yet another one made while lists lag behind.
const AnnotationCreated = "packet.crossplane.io/external-created"

// created is the id of the object that was last created at an endpoint; empty if
// none is recorded.
func created(mg resource.Managed, endpoint string) string {
	if at, id, _ := strings.Cut(mg.GetAnnotations()[AnnotationCreated], " "); at == endpoint && packet.ValidID(id) {
		return id
	}
	return ""
}

// A place is where a creation is attempted.
type place struct {
	endpoint string
	// in is the id of the project, or the key. It is empty for kinds that have a
	// mark and are in no project.
	in string
}

// String is the value of AnnotationCreationPlace.
func (p place) String() string { return strings.TrimSpace(p.endpoint + " " + p.in) }

// attemptedAt is where a creation was last attempted, the zero place if none
// is recorded.
func attemptedAt(mg resource.Managed) place {
	endpoint, in, _ := strings.Cut(mg.GetAnnotations()[AnnotationCreationPlace], " ")
	return place{endpoint: endpoint, in: in}
}

// attemptedKey is the key that was last attempted to be created at an endpoint,
// for kinds whose key can change; empty if none is recorded.
func attemptedKey(mg resource.Managed, endpoint string) string {
	if at := attemptedAt(mg); at.endpoint == endpoint {
		return at.in
	}
	return ""
}

// knownProject is the project, at an endpoint, that the object of a managed
// resource is in or may be in: where a creation was attempted of which it is not
// known how it ended, else where it was observed, else where it was created and
// not observed yet. It is empty if none of that is known.
func knownProject(mg resource.Managed, endpoint string, creation Creation) (string, error) {
	last, err := loadState[struct {
		Identity
		located
	}](mg)
	if err != nil {
		return "", err
	}
	attempt, name := attemptedAt(mg), nameOf(mg)
	switch here := attempt.endpoint == endpoint && (attempt.in == "" || packet.ValidID(attempt.in)); {
	case here && creation != Settled:
		return attempt.in, nil
	case last.Endpoint == endpoint && (name == "" || strings.EqualFold(last.ID, name)):
		return last.ProjectID, nil
	case here && name != "":
		return attempt.in, nil
	default:
		return "", nil
	}
}

// located is what the arguments and the state of kinds say that are in a
// project.
type located struct {
	ProjectID string `json:"projectId,omitempty"`
}

// recordPlace records where the object is going to be created. What is recorded
// in Observe is stored with the attempt, before its request leaves.
func (c *externalClient[A, S, X]) recordPlace(mg resource.Managed) error {
	at := place{endpoint: c.endpoint}
	switch {
	case c.Retrace != nil:
		at.in = c.Key(c.args.merged)
	case c.Key != nil:
		return nil
	case c.InProject:
		var in located
		if err := convert(c.args.merged, &in); err != nil {
			return errors.Wrap(err, "cannot read the project")
		}
		at.in = in.ProjectID
	}
	meta.AddAnnotations(mg, map[string]string{AnnotationCreationPlace: at.String()})
	return nil
}

// attemptedElsewhere is a *Refusal if it is not known whether a creation that
// was attempted at another endpoint made an object, which cannot be looked for
// at this one.
func (c *externalClient[A, S, X]) attemptedElsewhere(mg resource.Managed, creation Creation) error {
	at := attemptedAt(mg)
	if creation == Settled || at.endpoint == "" || at.endpoint == c.endpoint {
		return nil
	}
	return &Refusal{Reason: ReasonCreationUnconfirmed, Message: fmt.Sprintf("it is not known whether the %s was created at %s, and %s leads to %s now; "+
		"correct the address there, or remove the annotation %s to forget that attempt", c.Noun, at.endpoint, c.connection.Reference, c.endpoint, AnnotationCreationPlace)}
}

// tooSoon is an error while the second lasts in which the last attempt ended.
// The annotations around attempts count whole seconds: of two in one second it
// cannot be told that the later one was cut off. It is a conflict, which the
// managed reconciler tries again without a word, so that Synced goes on saying
// how the last attempt ended.
func (c *externalClient[A, S, X]) tooSoon(mg resource.Managed) error {
	last := meta.GetExternalCreateSucceeded(mg)
	if failed := meta.GetExternalCreateFailed(mg); failed.After(last) {
		last = failed
	}
	switch at := c.clock.Now().Truncate(time.Second); {
	case c.Key != nil || at.After(last):
		return nil
	case at.Equal(last):
		return kerrors.NewConflict(schema.GroupResource{}, mg.GetName(), errors.New("the last attempt to create it ended within this second"))
	default:
		return errors.Errorf("an attempt to create the %s is recorded at %s, which is yet to come: wait until then, or set the clocks right", c.Noun, last.UTC().Format(time.RFC3339))
	}
}

// lostCreation is when a creation was attempted whose outcome is not known,
// the zero time if there was none.
func lostCreation(mg resource.Managed) time.Time {
	at, err := time.Parse(time.RFC3339, mg.GetAnnotations()[AnnotationLostCreation])
	if err != nil {
		return time.Time{}
	}
	return at
}

// creationOf reads how far an earlier creation came from the annotations that
// the managed reconciler writes around it.
func creationOf(mg resource.Managed, now clock.PassiveClock, window time.Duration) Creation {
	var attempt time.Time
	if meta.ExternalCreateIncomplete(mg) {
		attempt = meta.GetExternalCreatePending(mg)
	}
	if lost := lostCreation(mg); lost.After(meta.GetExternalCreateSucceeded(mg)) && lost.After(attempt) {
		attempt = lost
	}
	switch {
	case attempt.IsZero():
		return Settled
	case now.Since(attempt) < window:
		return Recent
	default:
		return Unresolved
	}
}

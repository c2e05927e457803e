// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// An API is what is needed of the Packet API for keys.
type API interface {
	Keys
	Projects
}

// Keys reads and changes keys.
type Keys interface {
	GetSSHKey(ctx context.Context, id string) (packet.SSHKey, error)
	ListSSHKeys(ctx context.Context, projectID string) ([]packet.SSHKey, error)
	CreateSSHKey(ctx context.Context, projectID string, k packet.CreateSSHKey) (packet.SSHKey, error)
	UpdateSSHKey(ctx context.Context, id string, k packet.UpdateSSHKey) (packet.SSHKey, error)
	DeleteSSHKey(ctx context.Context, id string) error
}

// Projects reads projects.
type Projects interface {
	GetProject(ctx context.Context, id string) (packet.Project, error)
}

var _ API = &packet.Client{}

// ReasonProjectNotFound is why a key is not made: its project does not exist.
const ReasonProjectNotFound external.Reason = "ProjectNotFound"

// operations are those of one connection.
type operations struct{ api API }

// Get returns the key with an id. The API answers 403 for what the API key may
// not see; a key of a project is believed to be gone only if the same API key
// can list those of the project and it is not among them. A 403 for a user's
// key says nothing: the list of another user lacks it, too.
func (o *operations) Get(ctx context.Context, id string, a Arguments) (packet.SSHKey, bool, error) {
	k, err := o.api.GetSSHKey(ctx, id)
	switch {
	case err == nil:
		return k, true, nil
	case packet.IsNotFound(err):
		return packet.SSHKey{}, false, nil
	case !packet.IsForbidden(err) || a.ProjectID == "":
		return packet.SSHKey{}, false, err
	}
	keys, listErr := o.api.ListSSHKeys(ctx, a.ProjectID)
	if listErr != nil {
		return packet.SSHKey{}, false, err
	}
	for _, k := range keys {
		if strings.EqualFold(k.ID, id) {
			return packet.SSHKey{}, false, err
		}
	}
	return packet.SSHKey{}, false, nil
}

// Find returns the owner's key with the fingerprint. A project that does not
// exist has none.
func (o *operations) Find(ctx context.Context, a Arguments) (packet.SSHKey, bool, error) {
	wanted, err := fingerprint(a)
	if err != nil {
		return packet.SSHKey{}, false, err
	}
	keys, err := o.api.ListSSHKeys(ctx, a.ProjectID)
	if err != nil && (a.ProjectID == "" || !packet.IsNotFound(err)) {
		return packet.SSHKey{}, false, err
	}
	for _, k := range keys {
		if k.Fingerprint == wanted {
			return k, true, nil
		}
	}
	return packet.SSHKey{}, false, nil
}

// Prepare makes sure that there is the project: the 404 of a creation leaves
// open whether the key was made.
func (o *operations) Prepare(ctx context.Context, a Arguments) error {
	if a.ProjectID == "" {
		return nil
	}
	_, err := o.api.GetProject(ctx, a.ProjectID)
	if packet.IsNotFound(err) {
		return &external.Refusal{Reason: ReasonProjectNotFound, Message: fmt.Sprintf(
			"there is no project %s that the API key can see; if the id is wrong, create another SshKey with the right one", a.ProjectID)}
	}
	if err != nil {
		return fmt.Errorf("cannot read the project: %w", err)
	}
	return nil
}

// Create makes the key.
func (o *operations) Create(ctx context.Context, a Arguments) (packet.SSHKey, error) {
	return o.api.CreateSSHKey(ctx, a.ProjectID, packet.CreateSSHKey{Label: a.Label, Key: a.line()})
}

// Update changes what differs, and nothing else.
func (o *operations) Update(ctx context.Context, k packet.SSHKey, a Arguments, differences []external.Difference) (packet.SSHKey, error) {
	var u packet.UpdateSSHKey
	for _, d := range differences {
		switch d.Field {
		case "label":
			u.Label = &a.Label
		case "publicKey":
			if _, err := fingerprint(a); err != nil {
				return k, err
			}
			line := a.line()
			u.Key = &line
		}
	}
	updated, err := o.api.UpdateSSHKey(ctx, k.ID, u)
	if packet.IsAlreadyExists(err) {
		return k, fmt.Errorf("the owner has another SSH key with this public key; delete that one, or give this resource another: %w", err)
	}
	return updated, err
}

// Delete deletes the key. Devices keep the keys that they were made with.
func (o *operations) Delete(ctx context.Context, k packet.SSHKey) error {
	return o.api.DeleteSSHKey(ctx, k.ID)
}

// Report tells the key's state.
func (o *operations) Report(_ context.Context, k packet.SSHKey, _ external.View[State]) external.Report[State] {
	s := State{
		ID: k.ID, ProjectID: k.ProjectID, Label: k.Label, Fingerprint: k.Fingerprint, OwnerID: cmp.Or(k.ProjectID, k.UserID),
	}
	if !k.CreatedAt.IsZero() {
		s.CreatedAt = k.CreatedAt.UTC().Format(time.RFC3339)
	}
	return external.Report[State]{State: s}
}

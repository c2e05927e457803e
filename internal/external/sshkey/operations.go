// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/parent"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// An api is what is needed of the Packet API for keys.
type api interface {
	keys
	parent.Projects
}

// keys reads and changes keys.
type keys interface {
	GetSSHKey(ctx context.Context, id string) (packet.SSHKey, error)
	ListSSHKeys(ctx context.Context, projectID string) ([]packet.SSHKey, error)
	CreateSSHKey(ctx context.Context, projectID string, k packet.CreateSSHKey) (packet.SSHKey, error)
	UpdateSSHKey(ctx context.Context, id string, k packet.UpdateSSHKey) (packet.SSHKey, error)
	DeleteSSHKey(ctx context.Context, id string) error
}

var _ api = &packet.Client{}

// operations are those of one connection.
type operations struct{ api api }

// Get returns the key with an id. The API answers 403 for what the API key may
// not see; a key of a project is believed to be gone only if the project lacks
// it. A 403 for a user's key says nothing: the list of another user lacks it, too.
func (o *operations) Get(ctx context.Context, id string, a Arguments) (packet.SSHKey, bool, error) {
	k, err := o.api.GetSSHKey(ctx, id)
	switch {
	case err == nil:
		return k, true, nil
	case packet.IsNotFound(err):
		return packet.SSHKey{}, false, nil
	case packet.IsForbidden(err) && parent.Lacks(ctx, o.api, a.ProjectID, id, o.api.ListSSHKeys, func(k packet.SSHKey) string { return k.ID }):
		return packet.SSHKey{}, false, nil
	default:
		return packet.SSHKey{}, false, err
	}
}

// Find returns the owner's key with the fingerprint, or, before it, what an
// attempt with another public key made: that one is brought to the new key like
// any other.
func (o *operations) Find(ctx context.Context, a Arguments) (packet.SSHKey, bool, error) {
	if owner, hash, ok := strings.Cut(a.Attempted, "/"); ok {
		k, found, err := o.find(ctx, strings.TrimPrefix(owner, theUser), hash)
		if found || err != nil || a.PublicKey == "" {
			return k, found, err
		}
	}
	wanted, err := fingerprint(a)
	if err != nil {
		return packet.SSHKey{}, false, err
	}
	return o.find(ctx, a.ProjectID, wanted)
}

// find returns the key with a fingerprint among those of a project, or, without
// one, of the user. A project that does not exist has none.
func (o *operations) find(ctx context.Context, projectID, hash string) (packet.SSHKey, bool, error) {
	keys, err := o.api.ListSSHKeys(ctx, projectID)
	if err != nil && (projectID == "" || !packet.IsNotFound(err)) {
		return packet.SSHKey{}, false, err
	}
	i := slices.IndexFunc(keys, func(k packet.SSHKey) bool { return k.Fingerprint == hash })
	if i < 0 {
		return packet.SSHKey{}, false, nil
	}
	return keys[i], true, nil
}

// Prepare makes sure that there is the project: the 404 of a creation leaves
// open whether the key was made.
func (o *operations) Prepare(ctx context.Context, a Arguments) error {
	if a.ProjectID == "" {
		return nil
	}
	return parent.Check(ctx, o.api, a.ProjectID, "SshKey")
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

// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/packethost/packngo"
)

const (
	routeSSHKey         = "/ssh-keys/{id}"
	routeSSHKeys        = "/ssh-keys"
	routeProjectSSHKeys = "/projects/{id}/ssh-keys"
)

// An SSHKey is a public key that belongs to a user or to a project.
type SSHKey struct {
	// ID is the key's UUID.
	ID string
	// ProjectID or UserID is the UUID of the owner; the other is empty.
	ProjectID, UserID string
	Label             string
	// Key is the public key in the form of a line of authorized_keys.
	Key string
	// Fingerprint is what the function of this name makes of the key.
	Fingerprint string
	CreatedAt   time.Time
}

// A CreateSSHKey says what a new key should be.
type CreateSSHKey struct {
	Label string
	// Key is a line of authorized_keys, without options.
	Key string
}

// An UpdateSSHKey says what of a key should change. A field that is nil is left
// as it is.
type UpdateSSHKey struct {
	Label, Key *string
}

// GetSSHKey returns the key with the given id.
func (c *Client) GetSSHKey(ctx context.Context, id string) (SSHKey, error) {
	if err := checkID(http.MethodGet, routeSSHKey, "ssh key", id); err != nil {
		return SSHKey{}, err
	}
	var got sshKeyBody
	l, err := c.ask(ctx, request{route: routeSSHKey}, http.MethodGet, "ssh-keys/"+id, nil, &got)
	if err != nil {
		return SSHKey{}, err
	}
	return l.sshKeyWithID(got, id)
}

// ListSSHKeys returns the keys of a project, or, if projectID is empty, of the
// user whose credential is used.
func (c *Client) ListSSHKeys(ctx context.Context, projectID string) ([]SSHKey, error) {
	route, folder, err := ownerOfKeys(http.MethodGet, projectID)
	if err != nil {
		return nil, err
	}
	return listing[sshKeyBody, SSHKey]{
		request: request{route: route, list: "ssh_keys"}, path: folder, translate: (*call).sshKey,
	}.all(ctx, c)
}

// CreateSSHKey gives a project a key, or, if projectID is empty, the user whose
// credential is used. It is sent once, never repeated. The API refuses a second
// key with the same fingerprint with ClassAlreadyExists. It has answered the
// credential of a project with a 404 although the key was made, see
// https://github.com/packethost/packet-python/issues/80: that is ambiguous too.
// After an error for which IsAmbiguous holds, look for the key with ListSSHKeys.
func (c *Client) CreateSSHKey(ctx context.Context, projectID string, k CreateSSHKey) (SSHKey, error) {
	route, folder, err := ownerOfKeys(http.MethodPost, projectID)
	if err != nil {
		return SSHKey{}, err
	}
	// A private key may have been given by mistake.
	r := request{route: route, secrets: secretLines(k.Key)}
	if projectID != "" {
		r.doubted = http.StatusNotFound
	}
	var got sshKeyBody
	l, err := c.ask(ctx, r, http.MethodPost, folder, packngo.SSHKeyCreateRequest{Label: k.Label, Key: k.Key}, &got)
	if err != nil {
		return SSHKey{}, err
	}
	return l.sshKey(got)
}

// UpdateSSHKey changes a key in place and returns it as it is afterwards.
// Devices keep the keys they were made with.
func (c *Client) UpdateSSHKey(ctx context.Context, id string, k UpdateSSHKey) (SSHKey, error) {
	if err := checkID(http.MethodPatch, routeSSHKey, "ssh key", id); err != nil {
		return SSHKey{}, err
	}
	r := request{route: routeSSHKey}
	if k.Key != nil {
		r.secrets = secretLines(*k.Key)
	}
	var got sshKeyBody
	l, err := c.ask(ctx, r, http.MethodPatch, "ssh-keys/"+id, packngo.SSHKeyUpdateRequest{Label: k.Label, Key: k.Key}, &got)
	if err != nil {
		return SSHKey{}, err
	}
	return l.sshKeyWithID(got, id)
}

// DeleteSSHKey deletes a key; devices keep it. It fails with ClassNotFound if
// the key did not exist.
func (c *Client) DeleteSSHKey(ctx context.Context, id string) error {
	return c.remove(ctx, routeSSHKey, "ssh key", "ssh-keys/", id)
}

// ownerOfKeys returns where the keys of a project, or of the caller, are.
func ownerOfKeys(method, projectID string) (route, folder string, err error) {
	if projectID == "" {
		return routeSSHKeys, "ssh-keys", nil
	}
	return routeProjectSSHKeys, "projects/" + projectID + "/ssh-keys", checkID(method, routeProjectSSHKeys, "project", projectID)
}

// sshKeyBody is what is read of a key. packngo knows the owner only, the API's
// document the entity only; they are the same.
type sshKeyBody struct {
	ID          word               `json:"id"`
	Label       prose              `json:"label"`
	Key         prose              `json:"key"`
	Fingerprint word               `json:"fingerprint"`
	Owner       link               `json:"owner"`
	Entity      link               `json:"entity"`
	CreatedAt   *packngo.Timestamp `json:"created_at"`
}

func (l *call) sshKey(k sshKeyBody) (SSHKey, error) {
	if !ValidID(string(k.ID)) {
		return SSHKey{}, l.unusable("the answer holds an ssh key without an id")
	}
	out := SSHKey{
		ID:          string(k.ID),
		Label:       string(k.Label),
		Key:         string(k.Key),
		Fingerprint: string(k.Fingerprint),
		CreatedAt:   timeOf(k.CreatedAt),
	}
	owner := k.Owner
	if owner == (link{}) {
		owner = k.Entity
	}
	switch path.Base(path.Dir(string(owner.Href))) {
	case "projects":
		out.ProjectID = owner.id()
	case "users":
		out.UserID = owner.id()
	}
	return out, nil
}

// sshKeyWithID translates the answer to a request for one key.
func (l *call) sshKeyWithID(k sshKeyBody, id string) (SSHKey, error) {
	if k.ID != "" && !strings.EqualFold(string(k.ID), id) {
		return SSHKey{}, l.unusable("the answer holds another ssh key")
	}
	return l.sshKey(k)
}

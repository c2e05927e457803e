// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"crypto/md5" //nolint:gosec // The API's fingerprints are MD5.
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// An SSHKey is a public key of a user or of a project.
type SSHKey struct {
	ID          string    `json:"id"`
	Label       string    `json:"label"`
	Key         string    `json:"key"`
	Fingerprint string    `json:"fingerprint"`
	Tags        []string  `json:"tags,omitempty"`
	UserID      string    `json:"user_id,omitempty"`
	ProjectID   string    `json:"project_id,omitempty"`
	CreatedAt   time.Time `json:"created_at"`
	UpdatedAt   time.Time `json:"updated_at"`
}

func (k SSHKey) recordID() string { return k.ID }

func (k SSHKey) indexKeys() []string {
	if k.ProjectID != "" {
		return []string{"project/" + k.ProjectID}
	}
	return []string{"user/" + k.UserID}
}

type sshKeyView struct {
	ID          string   `json:"id"`
	Label       string   `json:"label"`
	Key         string   `json:"key"`
	Fingerprint string   `json:"fingerprint"`
	Tags        []string `json:"tags"`
	CreatedAt   stamp    `json:"created_at"`
	UpdatedAt   stamp    `json:"updated_at"`
	// packngo reads owner, the published description says entity.
	Owner  link   `json:"owner"`
	Entity link   `json:"entity"`
	Href   string `json:"href"`
}

// sshKeyRequest is the body that creates or updates a key.
type sshKeyRequest struct {
	Label *string   `json:"label"`
	Key   *string   `json:"key"`
	Tags  *[]string `json:"tags"`
}

func sshKeyRoutes() []route {
	return []route{
		{http.MethodGet, "/ssh-keys", (*call).listUserSSHKeys},
		{http.MethodPost, "/ssh-keys", (*call).createUserSSHKey},
		{http.MethodGet, "/projects/{id}/ssh-keys", (*call).listProjectSSHKeys},
		{http.MethodPost, "/projects/{id}/ssh-keys", (*call).createProjectSSHKey},
		{http.MethodGet, "/devices/{id}/ssh-keys", (*call).listDeviceSSHKeys},
		{http.MethodGet, "/ssh-keys/{id}", (*call).getSSHKey},
		{http.MethodPut, "/ssh-keys/{id}", (*call).updateSSHKey},
		{http.MethodDelete, "/ssh-keys/{id}", (*call).deleteSSHKey},
	}
}

func (c *call) listUserSSHKeys() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	return c.answerSSHKeys(c.st.sshKeys.list("user/" + u.ID))
}

func (c *call) listProjectSSHKeys() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerSSHKeys(c.st.sshKeys.list("project/" + p.ID))
}

func (c *call) listDeviceSSHKeys() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerSSHKeys(c.st.keysOf(d))
}

// answerSSHKeys answers with all keys at once; search is an exact match.
func (c *call) answerSSHKeys(all []SSHKey) (answer, error) {
	views := []sshKeyView{}
	search := c.query.Get("search")
	for _, k := range all {
		if search == "" || k.Label == search || k.Fingerprint == search {
			views = append(views, k.render(c.view))
		}
	}
	return ok(struct {
		Keys []sshKeyView `json:"ssh_keys"`
	}{views})
}

func (c *call) createUserSSHKey() (answer, error) {
	u, err := c.user()
	if err != nil {
		return answer{}, err
	}
	return c.createSSHKey(SSHKey{UserID: u.ID})
}

func (c *call) createProjectSSHKey() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.createSSHKey(SSHKey{ProjectID: p.ID})
}

func (c *call) createSSHKey(k SSHKey) (answer, error) {
	k.ID, k.CreatedAt = newID(), c.now
	k, err := c.changeSSHKey(k)
	if err != nil {
		return answer{}, err
	}
	return created(k.render(c.view))
}

// sshKey returns the key with the given id, if the caller may use it.
func (c *call) sshKey(id string) (SSHKey, error) {
	k, found := c.st.sshKeys.get(id)
	if !found {
		return SSHKey{}, errNotFound()
	}
	if k.ProjectID != "" {
		return k, c.within(k.ProjectID)
	}
	if c.who.ProjectID != "" || c.who.UserID != k.UserID {
		return SSHKey{}, errForbidden(textDenied)
	}
	return k, nil
}

func (c *call) getSSHKey() (answer, error) {
	k, err := c.sshKey(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(k.render(c.view))
}

func (c *call) updateSSHKey() (answer, error) {
	k, err := c.sshKey(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	if k, err = c.changeSSHKey(k); err != nil {
		return answer{}, err
	}
	return ok(k.render(c.view))
}

// changeSSHKey applies the body to a key and stores it.
func (c *call) changeSSHKey(k SSHKey) (SSHKey, error) {
	var req sshKeyRequest
	if err := c.decode(&req); err != nil {
		return k, err
	}
	k, err := req.apply(k)
	if err != nil {
		return k, err
	}
	if other, found := c.st.sameKey(k); found && other.ID != k.ID {
		return k, errInvalid("Fingerprint has already been taken")
	}
	k.UpdatedAt = c.now
	c.st.sshKeys.put(k)
	return k, nil
}

// apply returns the key changed as the request says.
func (r sshKeyRequest) apply(k SSHKey) (SSHKey, error) {
	set(&k.Label, r.Label)
	set(&k.Key, r.Key)
	set(&k.Tags, r.Tags)
	if k.Label == "" {
		return k, errInvalid("Label can't be blank")
	}
	var valid bool
	if k.Fingerprint, valid = fingerprint(k.Key); !valid {
		return k, errInvalid("Key is invalid")
	}
	return k, nil
}

// sameKey returns the key of the same owner that has the same fingerprint.
func (st *state) sameKey(k SSHKey) (SSHKey, bool) {
	return find(st.sshKeys.list(k.indexKeys()[0]), func(other SSHKey) bool { return other.Fingerprint == k.Fingerprint })
}

func (c *call) deleteSSHKey() (answer, error) {
	k, err := c.sshKey(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	c.st.sshKeys.delete(k.ID)
	return noContent()
}

// fingerprint returns the MD5 fingerprint of an authorized_keys line.
func fingerprint(line string) (string, bool) {
	fields := strings.Fields(line)
	if len(fields) < 2 || !strings.Contains(fields[0], "-") {
		return "", false
	}
	blob, err := base64.StdEncoding.DecodeString(fields[1])
	// The blob repeats its type behind a length of four bytes.
	if err != nil || len(blob) < 4+len(fields[0]) || string(blob[4:4+len(fields[0])]) != fields[0] {
		return "", false
	}
	sum := md5.Sum(blob) //nolint:gosec // See the import.
	parts := make([]string, 0, len(sum))
	for _, b := range sum {
		parts = append(parts, fmt.Sprintf("%02x", b))
	}
	return strings.Join(parts, ":"), true
}

func (k SSHKey) render(v view) sshKeyView {
	out := sshKeyView{
		ID: k.ID, Label: k.Label, Key: k.Key, Fingerprint: k.Fingerprint, Tags: list(k.Tags),
		CreatedAt: stamp(k.CreatedAt), UpdatedAt: stamp(k.UpdatedAt), Href: v.href("/ssh-keys/" + k.ID),
	}
	if k.ProjectID != "" {
		out.Owner, out.Entity = v.projectLink("owner", k.ProjectID), v.projectLink("entity", k.ProjectID)
	} else {
		out.Owner, out.Entity = v.userLink("owner", k.UserID), v.userLink("entity", k.UserID)
	}
	return out
}

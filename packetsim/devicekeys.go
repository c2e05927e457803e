// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"slices"
	"time"
)

// keysOf returns the keys on a device that still exist.
func (st *state) keysOf(d Device) []SSHKey {
	var keys []SSHKey
	for _, id := range d.SSHKeyIDs {
		if k, found := st.sshKeys.get(id); found {
			keys = append(keys, k)
		}
	}
	return keys
}

// chooseKeys returns the ids of the keys that go on a new device: those that the
// request names or brings, or else all of its project and of the members of the
// project and its organization.
func (c *call) chooseKeys(p Project, r deviceRequest) ([]string, error) {
	if r.NoSSHKeys {
		return nil, nil
	}
	brought, err := c.bringKeys(p, r.SSHKeys)
	if err != nil {
		return nil, err
	}
	keys := c.st.sshKeys.list("project/" + p.ID)
	o, _ := c.st.orgs.get(p.OrganizationID)
	for _, member := range unique(slices.Concat(p.MemberIDs, o.MemberIDs)) {
		keys = append(keys, c.st.sshKeys.list("user/"+member)...)
	}
	named := slices.Concat(r.ProjectSSHKeys, r.UserSSHKeys)
	ids := brought
	for _, k := range keys {
		if len(named)+len(brought) == 0 || slices.Contains(named, k.ID) || slices.Contains(named, k.UserID) {
			ids = append(ids, k.ID)
		}
	}
	if len(ids) == 0 {
		return nil, errInvalid(textNoSSHKey)
	}
	return unique(ids), nil
}

// bringKeys makes keys of a project, unless it has them, and returns their ids.
func (c *call) bringKeys(p Project, reqs []sshKeyRequest) ([]string, error) {
	keys := make([]SSHKey, 0, len(reqs))
	for _, r := range reqs {
		k, err := r.apply(SSHKey{ID: newID(), ProjectID: p.ID, CreatedAt: c.now, UpdatedAt: c.now})
		if err != nil {
			return nil, err
		}
		keys = append(keys, k)
	}
	var ids []string
	for _, k := range keys {
		if old, found := c.st.sameKey(k); found {
			k = old
		} else {
			c.st.sshKeys.put(k)
		}
		ids = append(ids, k.ID)
	}
	return ids, nil
}

// unique returns the texts without repetitions, in their order.
func unique(texts []string) []string {
	var out []string
	for _, t := range texts {
		if !slices.Contains(out, t) {
			out = append(out, t)
		}
	}
	return out
}

// addDefaultKey gives the default user an SSH key, as every account has one
// that makes devices: the API refuses one without keys. Nobody has its private
// half.
func (st *state) addDefaultKey(now time.Time) {
	const kind = "ssh-ed25519"
	point := sha256.Sum256([]byte("packetsim"))
	blob := slices.Concat([]byte{0, 0, 0, byte(len(kind))}, []byte(kind), []byte{0, 0, 0, byte(len(point))}, point[:])
	line := kind + " " + base64.StdEncoding.EncodeToString(blob) + " packetsim"
	k := SSHKey{ID: fixedID("ssh-keys/default"), Label: "packetsim", Key: line, UserID: defaultUserID(), CreatedAt: now, UpdatedAt: now}
	k.Fingerprint, _ = fingerprint(line)
	st.sshKeys.put(k)
}

// LostSSHKey is the fault of a project token that makes an SSH key: the key is
// made, and the answer is 404 all the same,
// https://github.com/packethost/packet-python/issues/78. An empty token
// means every token.
func LostSSHKey(token string, times int) Fault {
	return Fault{
		Name: "lost SSH key", Method: http.MethodPost, Route: "/projects/{id}/ssh-keys", Token: token, Times: times,
		Store: true, Status: http.StatusNotFound, Errors: []string{textNotFound},
	}
}

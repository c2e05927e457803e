// SPDX-License-Identifier: Apache-2.0

package packet_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"slices"
	"strings"
	"testing"

	"golang.org/x/crypto/ssh"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// publicKey returns a new key as a line of authorized_keys.
func publicKey(t *testing.T) string {
	t.Helper()
	pub, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(pub)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(key))) + " me@example"
}

func TestSSHKeyLife(t *testing.T) {
	_, c, project, _ := start(t)
	ctx := t.Context()
	for _, owner := range []string{"", project.ID} {
		key := publicKey(t)
		want := must[string](t)(packet.Fingerprint(key))
		k := must[packet.SSHKey](t)(c.CreateSSHKey(ctx, owner, packet.CreateSSHKey{Label: "edge", Key: key}))
		if k.Fingerprint != want || k.Key != key || k.ProjectID != owner || (k.UserID == "") == (owner == "") || k.CreatedAt.IsZero() {
			t.Errorf("CreateSSHKey(%q): got %+v", owner, k)
		}
		if _, err := c.CreateSSHKey(ctx, owner, packet.CreateSSHKey{Label: "again", Key: key}); !packet.IsAlreadyExists(err) || packet.IsAmbiguous(err) {
			t.Errorf("CreateSSHKey(%q) again: got error %v", owner, err)
		}
		found := slices.IndexFunc(must[[]packet.SSHKey](t)(c.ListSSHKeys(ctx, owner)), func(l packet.SSHKey) bool { return l.Fingerprint == want && l.ID == k.ID })
		if found < 0 {
			t.Errorf("ListSSHKeys(%q): the new key is missing", owner)
		}
		k = must[packet.SSHKey](t)(c.UpdateSSHKey(ctx, k.ID, packet.UpdateSSHKey{Label: ptr.To("new")}))
		if k.Label != "new" || k.Key != key {
			t.Errorf("UpdateSSHKey(...) should change what it names only: got %+v", k)
		}
		other := publicKey(t)
		k = must[packet.SSHKey](t)(c.UpdateSSHKey(ctx, k.ID, packet.UpdateSSHKey{Key: &other}))
		if k.Label != "new" || k.Fingerprint != must[string](t)(packet.Fingerprint(other)) {
			t.Errorf("UpdateSSHKey(...) with another key: got %+v", k)
		}
		if err := c.DeleteSSHKey(ctx, k.ID); err != nil {
			t.Errorf("DeleteSSHKey(...): %v", err)
		}
		if _, err := c.GetSSHKey(ctx, k.ID); !packet.IsNotFound(err) {
			t.Errorf("GetSSHKey(...) after deletion: got error %v", err)
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package sshkey

import (
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Arguments are what a user asks for.
type Arguments struct {
	// ProjectID is empty for a key of the user whose API key is used.
	ProjectID string `json:"projectId,omitempty"`
	Label     string `json:"label,omitempty"`
	// PublicKey is a line of authorized_keys. It may come from a Secret.
	PublicKey string `json:"publicKey,omitempty"`

	// Attempted is what keyOfArguments said when a creation was attempted of
	// which it is not known how it ended. No user asks for it.
	Attempted string `json:"-"`
}

// line is the public key as the API gets it.
func (a Arguments) line() string { return strings.TrimSpace(a.PublicKey) }

// State is what a user sees of a key. The public key, which may come from a
// Secret, is left out: the fingerprint stands for it.
type State struct {
	ID          string `json:"id,omitempty"`
	ProjectID   string `json:"projectId,omitempty"`
	Label       string `json:"label,omitempty"`
	Fingerprint string `json:"fingerprint,omitempty"`
	OwnerID     string `json:"ownerId,omitempty"`
	// CreatedAt is in RFC 3339.
	CreatedAt string `json:"createdAt,omitempty"`
}

// A Kind is what the shared client is told of keys.
type Kind = external.Definition[Arguments, State, packet.SSHKey]

// Options of the kind. The zero value of a field means its default.
type Options struct {
	// Window is how long a creation is not repeated with another public key of
	// which it is not known whether it made one: lists of the API may lag behind
	// for so long. With the same public key there is nothing to wait for, for the
	// API refuses a second one. Default 10 min.
	Window time.Duration
}

// Definition returns the kind for the shared client.
func Definition(o Options) Kind {
	return Kind{
		Noun:        "SSH key",
		Key:         keyOfArguments,
		KeyOf:       func(k packet.SSHKey) string { return key(cmp.Or(k.ProjectID, k.UserID), k.Fingerprint) },
		KeyOfState:  func(s State) string { return key(s.OwnerID, s.Fingerprint) },
		Retrace:     retrace,
		AsObserved:  asObserved,
		Incomplete:  incomplete,
		ID:          func(k packet.SSHKey) string { return k.ID },
		Mismatch:    mismatch,
		Differences: differences,
		Recreate:    func(bool, State) (bool, string) { return true, "" },
		Window:      cmp.Or(o.Window, 10*time.Minute),
		Connect: func(c *packet.Client, _ string) external.Operations[Arguments, State, packet.SSHKey] {
			return &operations{api: c}
		},
	}
}

// theUser stands for the owner of the API key, whose id the arguments do not
// tell.
const theUser = "user"

// keyOfArguments is the key of what is asked for. Until it is known which user
// the API key belongs to, two users who ask for the same public key at once
// wait for each other.
func keyOfArguments(a Arguments) string {
	f, err := fingerprint(a)
	if err != nil {
		return ""
	}
	return key(cmp.Or(a.ProjectID, theUser), f)
}

// key is the same for ids that differ in case only, as the API accepts both.
func key(owner, hash string) string {
	if owner == "" || hash == "" {
		return ""
	}
	return strings.ToLower(owner) + "/" + hash
}

// retrace has an earlier attempt's public key looked for, too. The Secret that
// it came from may have another one by now, or be gone.
func retrace(a Arguments, key string) Arguments {
	if owner, hash, ok := strings.Cut(key, "/"); ok && hash != "" && (owner == theUser || packet.ValidID(owner)) {
		a.Attempted = key
	}
	return a
}

// asObserved has the key be of the owner that it was last seen to have. A user's
// key has no project, whatever is asked for by now.
func asObserved(a Arguments, last State) Arguments {
	a.ProjectID = last.ProjectID
	return a
}

func incomplete(a Arguments) string {
	if a.PublicKey == "" && a.Attempted == "" {
		return "spec.forProvider.publicKey is not known: set it, name a key of a Secret with publicKeySecretRef, " +
			"or annotate an observed resource with the id of its SSH key"
	}
	return ""
}

// fingerprint of the public key that is asked for, or a refusal.
func fingerprint(a Arguments) (string, error) {
	f, err := packet.Fingerprint(a.PublicKey)
	var e *packet.Error
	if errors.As(err, &e) {
		return "", &external.Refusal{Reason: external.ReasonInvalid, Argument: "publicKey", Message: e.Message}
	}
	return f, err
}

func mismatch(a Arguments, k packet.SSHKey) string {
	switch {
	case strings.EqualFold(a.ProjectID, k.ProjectID):
		return ""
	case a.ProjectID == "" && a == (Arguments{}):
		// It is only to be observed, whoever it belongs to.
		return ""
	case a.ProjectID == "":
		// Made anew, it would open the devices of a user.
		return fmt.Sprintf("it belongs to the project %s; set projectId to that", k.ProjectID)
	default:
		return fmt.Sprintf("its projectId is %s and not %s", cmp.Or(k.ProjectID, "unset"), a.ProjectID)
	}
}

func differences(a Arguments, k packet.SSHKey) []external.Difference {
	var out []external.Difference
	if a.Label != "" && a.Label != k.Label {
		out = append(out, external.Difference{Field: "label", Want: strconv.Quote(a.Label), Got: strconv.Quote(k.Label)})
	}
	if a.PublicKey == "" {
		return out
	}
	// A comment behind the key makes no other key of it.
	want, err := fingerprint(a)
	if err != nil {
		// The attempt to update says what is wrong.
		want = "one that can be read"
	}
	if want != k.Fingerprint {
		out = append(out, external.Difference{Field: "publicKey", Want: want, Got: k.Fingerprint})
	}
	return out
}

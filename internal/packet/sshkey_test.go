// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"strings"
	"testing"

	"k8s.io/utils/ptr"
)

// Keys made for these tests, and what ssh-keygen -l -E md5 says of them.
const (
	ed25519Key   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAICvpivapJcxOpE3LF/cXTiCEdLCXmEhqZheMyABA/1ff me@example"
	ed25519Print = "8f:0f:14:22:46:ba:83:e8:2f:52:cc:be:6e:2a:17:c6"
	rsaKey       = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQC2xiIlBF7b97yhjLEMYQkvhl9K1H1XfE8znd3niE/NcllIcVXIv+PNWnOg9Qztqm0fyw3LyHgZ2FPfm58cUzUSKi10vo9r9cl9IelTz0mAUXflkYA998fRnRpHUwpmE2smQxHsW/i1yrwqPMQWo+Gkyt5CiWs95JWLEuwyo65FqaLdFgqeeujTx3gyfw2iPbSWTrCI9z/QS5Cg8RXrYGkuvn3G9rPYHnZxbIq0h+gPSYdh/Iz27/txiRJZY9NJLe1lFwSFnyDSReNh++khzomUyCdIC6Y+5m+mam1nwabnFGxhDCda/yIEwjq9X3499P0JerfzxjNReusUcjBnpS+J"
	rsaPrint     = "ad:19:06:38:2f:f5:72:de:e7:4d:45:65:18:65:fe:5d"
	ecdsaKey     = "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBCCxY0TjEPlBml5ql/ShiuKRHCjYlxiBCwndSWEwXKVK8IelUF6j4PmbhoqLdPxy0RF/lUGsW63hWlaIdare/Nc= a b"
	ecdsaPrint   = "ba:49:df:77:ae:b0:90:eb:bd:4f:e7:5e:9b:c3:24:71"
	certificate  = "ecdsa-sha2-nistp256-cert-v01@openssh.com AAAAKGVjZHNhLXNoYTItbmlzdHAyNTYtY2VydC12MDFAb3BlbnNzaC5jb20AAAAg+30LN0OJxOStxWkdeFhSsEFNix9vPELabV9wMwyd7/MAAAAIbmlzdHAyNTYAAABBBCCxY0TjEPlBml5ql/ShiuKRHCjYlxiBCwndSWEwXKVK8IelUF6j4PmbhoqLdPxy0RF/lUGsW63hWlaIdare/NcAAAAAAAAAAAAAAAEAAAACaWQAAAAAAAAAAAAAAAD//////////wAAAAAAAACCAAAAFXBlcm1pdC1YMTEtZm9yd2FyZGluZwAAAAAAAAAXcGVybWl0LWFnZW50LWZvcndhcmRpbmcAAAAAAAAAFnBlcm1pdC1wb3J0LWZvcndhcmRpbmcAAAAAAAAACnBlcm1pdC1wdHkAAAAAAAAADnBlcm1pdC11c2VyLXJjAAAAAAAAAAAAAAAzAAAAC3NzaC1lZDI1NTE5AAAAICvpivapJcxOpE3LF/cXTiCEdLCXmEhqZheMyABA/1ffAAAAUwAAAAtzc2gtZWQyNTUxOQAAAECJw/k++rFHjzo9LQpvtIp251dHkX1EJQkExRU597KFyR5xRzGr+gxuWz8zKO/9izRpzomiEJsdUbqYYke0zg4D a b"
)

const sshKeyAnswer = `{"id":"` + sshKeyID + `","label":"edge","key":"` + ed25519Key + `","fingerprint":"` + ed25519Print + `",
	"created_at":"2024-05-01T08:00:00Z","updated_at":"2024-05-01T08:00:00Z","owner":{"href":"/metal/v1/projects/` + projectID + `"}}`

var wantSSHKey = SSHKey{
	ID: sshKeyID, ProjectID: projectID, Label: "edge", Key: ed25519Key, Fingerprint: ed25519Print, CreatedAt: may1,
}

var sshKeyMethods = map[string]method{
	"GetSSHKey": {
		reason: "A key should be translated, with its owner.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.GetSSHKey(ctx, id) },
		id:     sshKeyID,
		answer: answering(200, sshKeyAnswer),
		wire:   seen{Method: "GET", URI: "/metal/v1/ssh-keys/" + sshKeyID},
		want:   wantSSHKey,
	},
	"ListSSHKeys": {
		reason: "The owner may be called entity, and may be unknown.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return c.ListSSHKeys(ctx, id) },
		id:     projectID,
		ownID:  true,
		answer: answering(200, `{"ssh_keys":[`+sshKeyAnswer+`,{"id":"`+deviceID+`","entity":{"href":"/metal/v1/users/`+organizationID+`"}},{"id":"`+projectID+`","owner":null}]}`),
		wire:   seen{Method: "GET", URI: "/metal/v1/projects/" + projectID + "/ssh-keys?page=1&per_page=250"},
		want:   []SSHKey{wantSSHKey, {ID: deviceID, UserID: organizationID}, {ID: projectID}},
	},
	"ListOwnSSHKeys": {
		reason: "Without a project the keys are the caller's.",
		call:   func(ctx context.Context, c *Client, _ string) (any, error) { return c.ListSSHKeys(ctx, "") },
		noID:   true,
		answer: answering(200, `{"ssh_keys":[]}`),
		wire:   seen{Method: "GET", URI: "/metal/v1/ssh-keys?page=1&per_page=250"},
		want:   []SSHKey{},
	},
	"CreateSSHKey": {
		reason: "A key should be given to a project.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return c.CreateSSHKey(ctx, id, CreateSSHKey{Label: "edge", Key: testScript})
		},
		id:     projectID,
		ownID:  true,
		sends:  []string{"hunter33"},
		answer: answering(201, sshKeyAnswer),
		wire: seen{
			Method: "POST", URI: "/metal/v1/projects/" + projectID + "/ssh-keys",
			Body: `{"label":"edge","key":` + quoted(testScript) + `}` + "\n",
		},
		want: wantSSHKey,
	},
	"CreateOwnSSHKey": {
		reason: "Without a project the caller gets the key.",
		call: func(ctx context.Context, c *Client, _ string) (any, error) {
			return c.CreateSSHKey(ctx, "", CreateSSHKey{Label: "edge", Key: ed25519Key})
		},
		noID:   true,
		answer: answering(201, sshKeyAnswer),
		wire:   seen{Method: "POST", URI: "/metal/v1/ssh-keys", Body: `{"label":"edge","key":"` + ed25519Key + `"}` + "\n"},
		want:   wantSSHKey,
	},
	"UpdateSSHKey": {
		reason: "What can change should be sent.",
		call: func(ctx context.Context, c *Client, id string) (any, error) {
			return c.UpdateSSHKey(ctx, id, UpdateSSHKey{Label: ptr.To("edge"), Key: ptr.To(testScript)})
		},
		id:     sshKeyID,
		sends:  []string{"hunter33"},
		answer: answering(200, sshKeyAnswer),
		wire: seen{
			Method: "PATCH", URI: "/metal/v1/ssh-keys/" + sshKeyID,
			Body: `{"label":"edge","key":` + quoted(testScript) + `}` + "\n",
		},
		want: wantSSHKey,
	},
	"DeleteSSHKey": {
		reason: "A deletion has no answer.",
		call:   func(ctx context.Context, c *Client, id string) (any, error) { return discard(c.DeleteSSHKey(ctx, id)) },
		id:     sshKeyID,
		answer: answering(204, ""),
		wire:   seen{Method: "DELETE", URI: "/metal/v1/ssh-keys/" + sshKeyID},
	},
}

func makeKey(projectID string) func(context.Context, *Client) error {
	return func(ctx context.Context, c *Client) error {
		_, err := c.CreateSSHKey(ctx, projectID, CreateSSHKey{Label: "edge", Key: ed25519Key})
		return err
	}
}

func TestSSHKeyBodies(t *testing.T) {
	testBodies(t, map[string]body{
		"UpdateLabel": {
			"Nil should change nothing.",
			func(ctx context.Context, c *Client) error {
				_, err := c.UpdateSSHKey(ctx, sshKeyID, UpdateSSHKey{Label: ptr.To("")})
				return err
			},
			sshKeyAnswer, `{"label":""}`,
		},
	})
}

func TestFingerprint(t *testing.T) {
	private := "-----BEGIN OPENSSH " + "PRIVATE KEY-----\nb3BlbnNzaC1rZXk\n"
	cases := map[string]struct {
		reason string
		key    string
		want   string
		err    string
	}{
		"Ed25519":     {reason: "A key should have the fingerprint that ssh-keygen gives it.", key: ed25519Key, want: ed25519Print},
		"RSA":         {reason: "It does not depend on a comment.", key: rsaKey, want: rsaPrint},
		"ECDSA":       {reason: "A comment may have blanks.", key: ecdsaKey, want: ecdsaPrint},
		"WhiteSpace":  {reason: "A file ends in a newline.", key: "\n " + ed25519Key + "\r\n", want: ed25519Print},
		"Empty":       {reason: "Nothing is no key.", key: " \n", err: "invalid: the public key is empty"},
		"Private":     {reason: "A private key is the worst mistake.", key: private, err: "invalid: the public key is a private one; give the content of the file that ends in .pub"},
		"OtherFormat": {reason: "Other programs have other formats.", key: "---- BEGIN SSH2 PUBLIC KEY ----\nAAAA", err: "invalid: the public key is not in the format of OpenSSH; ssh-keygen -i converts it"},
		"TwoKeys":     {reason: "A key is one line.", key: ed25519Key + "\n" + rsaKey, err: "invalid: the public key has several lines; give one key in one line"},
		"Wrapped":     {reason: "An editor may have wrapped it.", key: strings.Replace(ed25519Key, "IC", "I\nC", 1), err: "invalid: the public key has several lines; give one key in one line"},
		"Cut":         {reason: "A key may have been cut off.", key: ed25519Key[:40], err: "invalid: the public key cannot be read; it looks like ssh-ed25519 AAAA... comment"},
		"NoType":      {reason: "The type belongs to the key.", key: strings.Fields(ed25519Key)[1], err: "invalid: the public key cannot be read; it looks like ssh-ed25519 AAAA... comment"},
		"Options":     {reason: "The API does not take options.", key: "no-pty " + ed25519Key, err: "invalid: the public key has options in front of it; leave them out"},
		"Certificate": {reason: "A certificate is no key.", key: certificate, err: "invalid: the public key is a certificate; give the key itself"},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			got, err := Fingerprint(tc.key)
			if got != tc.want || (tc.err == "") != (err == nil) || err != nil && err.Error() != tc.err {
				t.Errorf("%s\nwant %q, %q\ngot  %q, %v", tc.reason, tc.want, tc.err, got, err)
			}
			if err != nil && !IsInvalid(err) {
				t.Errorf("%s\nwant an invalid error, got %v", tc.reason, err)
			}
		})
	}
}

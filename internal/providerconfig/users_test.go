// SPDX-License-Identifier: Apache-2.0

package providerconfig

import "testing"

func TestUsers(t *testing.T) {
	cases := map[string]struct {
		reason string
		users  []User
		want   string
	}{
		"One":   {"a single user is named", []User{{Kind: "Device", Name: "edge"}}, "1 resource: Device edge"},
		"Twice": {"nobody counts twice", []User{{Kind: "Device", Name: "edge"}, {Kind: "Device", Name: "edge"}}, "1 resource: Device edge"},
		"Order": {
			"the text does not depend on the order",
			[]User{{Kind: "Device", Namespace: "b", Name: "b"}, {Kind: "Device", Namespace: "b", Name: "a"}, {Kind: "BgpSession", Namespace: "b", Name: "c"}, {Kind: "SshKey", Namespace: "a", Name: "d"}},
			"4 resources: SshKey a/d, BgpSession b/c, Device b/a and 1 more",
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			all := users{}
			all.add(tc.users...)
			if got := all.String(); got != tc.want {
				t.Errorf("%s: got %q, want %q", tc.reason, got, tc.want)
			}
		})
	}
}

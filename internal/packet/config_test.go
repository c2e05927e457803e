// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func pemOf(c *x509.Certificate) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})
}

func TestClient(t *testing.T) {
	const ok = "https://api.equinix.com/metal/v1"
	cases := map[string]struct {
		reason   string
		cfg      Config
		endpoint string
		err      string
	}{
		"SlashIsAdded":        {"Without its slash packngo drops the last element.", Config{BaseURL: ok, Token: "t"}, ok + "/", ""},
		"SlashIsKept":         {"One slash is enough.", Config{BaseURL: ok + "/", Token: "t"}, ok + "/", ""},
		"NoPath":              {"An endpoint need not have a prefix.", Config{BaseURL: "http://127.0.0.1:8080", Token: "t"}, "http://127.0.0.1:8080/", ""},
		"Normalised":          {"One endpoint should have one spelling.", Config{BaseURL: " HTTPS://API.Equinix.com:443/metal//v1/ ", Token: "t"}, ok + "/", ""},
		"TokenIsTrimmed":      {"Secrets tend to end in a newline.", Config{BaseURL: ok, Token: "t\n"}, ok + "/", ""},
		"EmptyURL":            {"There is no default endpoint.", Config{Token: "t"}, "", "invalid: the base URL must be absolute and begin with http:// or https://"},
		"RelativeURL":         {"A host is needed.", Config{BaseURL: "api.equinix.com/metal/v1", Token: "t"}, "", "invalid: the base URL must be absolute and begin with http:// or https://"},
		"OtherScheme":         {"Only HTTP is spoken.", Config{BaseURL: "file:///etc/passwd", Token: "t"}, "", "invalid: the base URL must be absolute and begin with http:// or https://"},
		"NoHost":              {"A host is needed.", Config{BaseURL: "https:///metal/v1", Token: "t"}, "", "invalid: the base URL has no host"},
		"UserInformation":     {"A password in a URL would be shown.", Config{BaseURL: "https://me:pa55word@host/", Token: "t"}, "", "invalid: the base URL must not contain user information"},
		"Query":               {"packngo would lose it.", Config{BaseURL: ok + "?a=pa55word", Token: "t"}, "", "invalid: the base URL must not contain a query"},
		"Fragment":            {"It is never sent.", Config{BaseURL: ok + "#pa55word", Token: "t"}, "", "invalid: the base URL must not contain a fragment"},
		"Unparsable":          {"It should not be quoted.", Config{BaseURL: "https://pa55word\x7f", Token: "t"}, "", "invalid: the base URL cannot be parsed"},
		"EmptyToken":          {"The environment is no fallback.", Config{BaseURL: ok}, "", "unauthorized: the API token is empty"},
		"BlankToken":          {"White space is no token.", Config{BaseURL: ok, Token: " \n"}, "", "unauthorized: the API token is empty"},
		"TokenNotForHeader":   {"It should not be quoted.", Config{BaseURL: ok, Token: "pa55\nword"}, "", "unauthorized: the API token contains characters that cannot be sent in a header"},
		"BundleNotPEM":        {"It should not be ignored.", Config{BaseURL: ok, Token: "t", CABundle: []byte("pa55word")}, "", "invalid: the CA bundle of 8 bytes contains no PEM certificate"},
		"UserInformationOnly": {"An empty user is one as well.", Config{BaseURL: "https://@host/", Token: "t"}, "", "invalid: the base URL must not contain user information"},
	}
	t.Setenv("PACKET_AUTH_TOKEN", "from-the-environment")
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			c, err := NewConnections(testOptions()).Client(tc.cfg)
			var endpoint, text string
			if err != nil {
				text = err.Error()
			} else {
				endpoint = c.Endpoint()
				if got, err := tc.cfg.Endpoint(); got != endpoint || err != nil {
					t.Errorf("%s\nConfig.Endpoint() should agree: got %q and error %v", tc.reason, got, err)
				}
			}
			if diff := cmp.Diff([]string{tc.endpoint, tc.err}, []string{endpoint, text}); diff != "" {
				t.Errorf("%s\n-want, +got:\n%s", tc.reason, diff)
			}
		})
	}
}

func TestConfigDoesNotPrintSecrets(t *testing.T) {
	for _, cfg := range []Config{
		{BaseURL: "https://host/", Token: testToken},
		{BaseURL: "https://me:" + testToken + "@host/", Token: testToken},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
			for _, v := range []any{cfg, &cfg} {
				if got := fmt.Sprintf(verb, v); strings.Contains(got, testToken) {
					t.Errorf("%s prints the token: %s", verb, got)
				}
			}
		}
	}
}

// SPDX-License-Identifier: Apache-2.0

package project

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Arguments are what a user asks for.
type Arguments struct {
	Name            string   `json:"name,omitempty"`
	OrganizationID  string   `json:"organizationId,omitempty"`
	PaymentMethodID string   `json:"paymentMethodId,omitempty"`
	BackendTransfer *bool    `json:"backendTransfer,omitempty"`
	Tags            []string `json:"tags,omitempty"`
	// CustomData is the text of a JSON object.
	CustomData string `json:"customData,omitempty"`
}

// backendTransfer is the value that is enforced: the API's default if unset.
func (a Arguments) backendTransfer() bool { return ptr.Deref(a.BackendTransfer, false) }

// State is what a user sees of a project.
type State struct {
	ID              string   `json:"id,omitempty"`
	Name            string   `json:"name,omitempty"`
	OrganizationID  string   `json:"organizationId,omitempty"`
	PaymentMethodID string   `json:"paymentMethodId,omitempty"`
	BackendTransfer bool     `json:"backendTransfer"`
	Tags            []string `json:"tags,omitempty"`
	CustomData      string   `json:"customData,omitempty"`
	// CreatedAt is in RFC 3339.
	CreatedAt string `json:"createdAt,omitempty"`
}

// Options of the kind. The zero value of a field means its default.
type Options struct {
	// Window is how long a creation is not repeated of which it is not known
	// whether it made a project: lists of the API may lag behind for so long.
	// Default 10 min.
	Window time.Duration
}

// A Kind is what the shared client is told of projects.
type Kind = external.Definition[Arguments, State, packet.Project]

// Definition returns the kind for the shared client.
func Definition(o Options) Kind {
	return Kind{
		Noun:        "project",
		Incomplete:  incomplete,
		ID:          func(p packet.Project) string { return p.ID },
		Mismatch:    mismatch,
		Differences: differences,
		Recreate: func(bool, State) (bool, string) {
			return false, "what was in it is gone with it, so it is not made anew: delete this resource and create another"
		},
		Marked: func(p packet.Project, owner string) bool { return p.CustomData[markKey] == owner },
		Window: cmp.Or(o.Window, 10*time.Minute),
		Connect: func(c *packet.Client, owner string) external.Operations[Arguments, State, packet.Project] {
			return &operations{api: c, owner: owner}
		},
	}
}

func incomplete(a Arguments) string {
	if a.Name == "" {
		return "spec.forProvider.name is not known: set it, or annotate an observed resource with the id of its project"
	}
	return ""
}

func mismatch(a Arguments, p packet.Project) string {
	if a.OrganizationID != "" && !strings.EqualFold(a.OrganizationID, p.OrganizationID) {
		return fmt.Sprintf("its organizationId is %s and not %s", p.OrganizationID, a.OrganizationID)
	}
	return ""
}

func differences(a Arguments, p packet.Project) []external.Difference {
	var out []external.Difference
	differ := func(field, want, got string) {
		out = append(out, external.Difference{Field: field, Want: want, Got: got})
	}
	if a.Name != "" && a.Name != p.Name {
		differ("name", strconv.Quote(a.Name), strconv.Quote(p.Name))
	}
	if a.PaymentMethodID != "" && !strings.EqualFold(a.PaymentMethodID, p.PaymentMethodID) {
		differ("paymentMethodId", a.PaymentMethodID, p.PaymentMethodID)
	}
	if a.backendTransfer() != p.BackendTransfer {
		differ("backendTransfer", strconv.FormatBool(a.backendTransfer()), strconv.FormatBool(p.BackendTransfer))
	}
	if want, got := attached.Sorted(a.Tags), attached.Sorted(p.Tags); !slices.Equal(want, got) {
		differ("tags", fmt.Sprintf("%q", want), fmt.Sprintf("%q", got))
	}
	return append(out, differentData(a, p.CustomData)...)
}

// SPDX-License-Identifier: Apache-2.0

package reservedipblock

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Arguments are what a user asks for.
type Arguments struct {
	ProjectID  string   `json:"projectId,omitempty"`
	Type       string   `json:"type,omitempty"`
	Quantity   int64    `json:"quantity,omitempty"`
	Metro      string   `json:"metro,omitempty"`
	Facility   string   `json:"facility,omitempty"`
	Details    string   `json:"details,omitempty"`
	Tags       []string `json:"tags,omitempty"`
	CustomData string   `json:"customData,omitempty"`
}

// State is what a user sees of a block.
type State struct {
	ID            string   `json:"id,omitempty"`
	ProjectID     string   `json:"projectId,omitempty"`
	Type          string   `json:"type,omitempty"`
	Quantity      int64    `json:"quantity,omitempty"`
	Metro         string   `json:"metro,omitempty"`
	Facility      string   `json:"facility,omitempty"`
	Details       string   `json:"details,omitempty"`
	Tags          []string `json:"tags,omitempty"`
	CustomData    string   `json:"customData,omitempty"`
	State         string   `json:"state,omitempty"`
	Address       string   `json:"address,omitempty"`
	Network       string   `json:"network,omitempty"`
	Netmask       string   `json:"netmask,omitempty"`
	Gateway       string   `json:"gateway,omitempty"`
	CIDR          int64    `json:"cidr,omitempty"`
	Prefix        string   `json:"prefix,omitempty"`
	AddressFamily int64    `json:"addressFamily,omitempty"`
	Public        bool     `json:"public"`
	CreatedAt     string   `json:"createdAt,omitempty"`
}

// A Kind is what the shared client is told of blocks.
type Kind = external.Definition[Arguments, State, packet.Reservation]

// Options of the kind. The zero value of a field means its default.
type Options struct {
	// Window is how long a reservation is not repeated of which it is not known
	// whether it made a block: lists of the API may lag behind for so long.
	// Default 10 min.
	Window time.Duration
}

// Definition returns the kind for the shared client.
func Definition(o Options) Kind {
	return Kind{
		Noun:        "IP block",
		ID:          func(r packet.Reservation) string { return r.ID },
		Incomplete:  incomplete,
		Mismatch:    mismatch,
		Differences: differences,
		Recreate: func(bool, State) (bool, string) {
			return false, "its addresses may be somebody else's by now; delete this resource and create another for new ones"
		},
		Marked:    func(r packet.Reservation, owner string) bool { return slices.Contains(r.Tags, attached.Mark(owner)) },
		InProject: true,
		Window:    cmp.Or(o.Window, 10*time.Minute),
		Connect: func(c *packet.Client, owner string) external.Operations[Arguments, State, packet.Reservation] {
			return &operations{api: c, owner: owner}
		},
	}
}

func incomplete(a Arguments) string {
	if a.ProjectID != "" {
		return ""
	}
	return "spec.forProvider.projectId is not known: set it to the id of the project, name a Project with projectIdRef or projectIdSelector, " +
		"or set spec.projectId of the ProviderConfig"
}

// mismatch names what cannot be changed. A block has no quantity before it has
// addresses, and IPv6 ones never have one.
func mismatch(a Arguments, r packet.Reservation) string {
	var texts []string
	differs := func(field, want, got string) {
		if want != "" && got != "" && !strings.EqualFold(want, got) {
			texts = append(texts, fmt.Sprintf("its %s is %s and not %s", field, got, want))
		}
	}
	differs("projectId", a.ProjectID, r.ProjectID)
	differs("type", a.Type, r.Type)
	differs("metro", a.Metro, r.Metro)
	differs("facility", a.Facility, r.Facility)
	if a.Quantity != 0 && r.Quantity != 0 && a.Quantity != int64(r.Quantity) {
		texts = append(texts, fmt.Sprintf("its quantity is %d and not %d", r.Quantity, a.Quantity))
	}
	if r.Management {
		texts = append(texts, "it holds the management addresses of devices and goes with them")
	}
	return strings.Join(texts, ", ")
}

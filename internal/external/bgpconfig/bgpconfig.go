// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"fmt"
	"strings"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Arguments are what a user asks for.
type Arguments struct {
	ProjectID      string `json:"projectId,omitempty"`
	DeploymentType string `json:"deploymentType,omitempty"`
	ASN            int64  `json:"asn,omitempty"`
	// MD5 is the value of the key that is named; nil if none is.
	MD5         *packet.Secret `json:"md5,omitempty"`
	MD5Disabled bool           `json:"md5Disabled,omitempty"`
	UseCase     string         `json:"useCase,omitempty"`
}

// password is the password that is asked for, empty for none. It is nil if
// nothing is said about it, and then the one that there is stays.
func (a Arguments) password() *packet.Secret {
	switch {
	case a.MD5 != nil:
		return a.MD5
	case a.MD5Disabled:
		return new(packet.Secret)
	default:
		return nil
	}
}

// State is what a user sees of a configuration.
type State struct {
	ID             string   `json:"id,omitempty"`
	ProjectID      string   `json:"projectId,omitempty"`
	DeploymentType string   `json:"deploymentType,omitempty"`
	ASN            int64    `json:"asn,omitempty"`
	MD5Disabled    bool     `json:"md5Disabled"`
	UseCase        string   `json:"useCase,omitempty"` // The API does not tell it.
	Status         string   `json:"status,omitempty"`
	MaxPrefix      int64    `json:"maxPrefix,omitempty"`
	RouteObject    string   `json:"routeObject,omitempty"`
	Ranges         []string `json:"ranges,omitempty"`
	CreatedAt      string   `json:"createdAt,omitempty"`
	RequestedAt    string   `json:"requestedAt,omitempty"`
}

// A Kind is what the shared client is told of configurations.
type Kind = external.Definition[Arguments, State, packet.BGPConfig]

// Definition returns the kind for the shared client.
func Definition() Kind {
	return Kind{
		Noun:        "BGP configuration",
		Key:         func(a Arguments) string { return strings.ToLower(a.ProjectID) },
		KeyOf:       func(b packet.BGPConfig) string { return strings.ToLower(b.ProjectID) },
		ID:          func(b packet.BGPConfig) string { return b.ID },
		Incomplete:  incomplete,
		Mismatch:    mismatch,
		Differences: differences,
		Recreate:    func(bool, State) (bool, string) { return true, "" },
		Undeletable: "the Packet API cannot delete it, and it stays in force for as long as its project exists",
		Connect: func(c *packet.Client, _ string) external.Operations[Arguments, State, packet.BGPConfig] {
			return &operations{api: c}
		},
	}
}

func incomplete(a Arguments) string {
	if a.ProjectID != "" {
		return ""
	}
	return "spec.forProvider.projectId is not known: set it to the id of the project, or name a Project with projectIdRef or projectIdSelector; " +
		"a BGP configuration can be read by its project only"
}

// mismatch names what cannot be changed. To replace it would be to change what
// the routers expect of every device in the project.
func mismatch(a Arguments, b packet.BGPConfig) string {
	var texts []string
	if a.ProjectID != "" && !strings.EqualFold(a.ProjectID, b.ProjectID) {
		texts = append(texts, fmt.Sprintf("its projectId is %s and not %s", b.ProjectID, a.ProjectID))
	}
	if a.DeploymentType != "" && a.DeploymentType != b.DeploymentType {
		texts = append(texts, fmt.Sprintf("its deploymentType is %s and not %s", b.DeploymentType, a.DeploymentType))
	}
	if a.ASN != 0 && a.ASN != b.ASN {
		texts = append(texts, fmt.Sprintf("its asn is %d and not %d", b.ASN, a.ASN))
	}
	return strings.Join(texts, ", ")
}

// differences does not tell a password.
func differences(a Arguments, b packet.BGPConfig) []external.Difference {
	want := a.password()
	switch {
	case want == nil || *want == b.MD5:
		return nil
	case a.MD5 == nil:
		return []external.Difference{{Field: "md5Disabled", Want: "true", Got: "false"}}
	case b.MD5 == "":
		return []external.Difference{{Field: "md5", Want: "the value that md5SecretRef names", Got: "not set"}}
	default:
		return []external.Difference{{Field: "md5", Want: "the value that md5SecretRef names", Got: "another value"}}
	}
}

// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"path"

	"github.com/packethost/packngo"
)

const (
	routeBGPConfig  = "/projects/{id}/bgp-config"
	routeBGPConfigs = "/projects/{id}/bgp-configs"
)

// A BGPConfig is a project's BGP configuration.
type BGPConfig struct {
	// ID is the configuration's UUID.
	ID string
	// ProjectID is the UUID of its project.
	ProjectID string
	// Status is "requested", "enabled" or "disabled".
	Status string
	// DeploymentType is "local" or "global".
	DeploymentType string
	// ASN is the project's autonomous system number.
	ASN int64
	// MD5 is the password of the project's sessions (RFC 2385); empty for none.
	MD5 Secret
	// MaxPrefix is how many prefixes a device may announce before the router
	// drops the session.
	MaxPrefix int
}

// Enabled reports whether sessions can be created in the project.
func (b BGPConfig) Enabled() bool { return b.Status == "enabled" }

// GetBGPConfig returns the BGP configuration of a project. It fails with
// ClassNotFound if BGP was never asked for in the project: the API answers
// that with 200 and {}. One that was switched off has the status "disabled".
func (c *Client) GetBGPConfig(ctx context.Context, projectID string) (BGPConfig, error) {
	if err := checkID(http.MethodGet, routeBGPConfig, "project", projectID); err != nil {
		return BGPConfig{}, err
	}
	// packngo's type cannot decode created_at or requested_at of null.
	var got *struct {
		ID             string `json:"id"`
		Status         string `json:"status"`
		DeploymentType string `json:"deployment_type"`
		ASN            int64  `json:"asn"`
		MD5            string `json:"md5"`
		MaxPrefix      int    `json:"max_prefix"`
	}
	l, err := c.do(ctx, request{route: routeBGPConfig}, func(p *packngo.Client) error {
		_, err := p.DoRequest(http.MethodGet, path.Join("projects", projectID, "bgp-config"), nil, &got)
		return err
	})
	switch {
	case err != nil:
		return BGPConfig{}, err
	case got == nil:
		return BGPConfig{}, l.unusable("the answer is null")
	case got.ID == "":
		return BGPConfig{}, &Error{
			Class: ClassNotFound, Method: http.MethodGet, Route: routeBGPConfig,
			Status: http.StatusOK, Message: "the project has no BGP configuration",
		}
	}
	return BGPConfig{
		ID:             got.ID,
		ProjectID:      projectID,
		Status:         got.Status,
		DeploymentType: got.DeploymentType,
		ASN:            got.ASN,
		MD5:            Secret(got.MD5),
		MaxPrefix:      got.MaxPrefix,
	}, nil
}

// A SetBGPConfig says what a project's BGP configuration should be, in full.
type SetBGPConfig struct {
	// DeploymentType is "local" or "global".
	DeploymentType string
	// ASN is the autonomous system number, by convention 65000 if local.
	ASN int64
	// MD5 is the password of the project's sessions: 10 to 20 letters and
	// digits, at least one lower, one upper and one digit. Empty removes it.
	MD5 Secret
	// UseCase is text for the people who approve a global deployment.
	UseCase string
}

// SetBGPConfig makes or replaces the BGP configuration of a project; what is
// left empty is removed, the password too. There is no deletion. The answer
// tells nothing: read with GetBGPConfig what it has become. Like every POST it
// is sent once; unlike others the caller may repeat it.
func (c *Client) SetBGPConfig(ctx context.Context, projectID string, b SetBGPConfig) error {
	if err := checkID(http.MethodPost, routeBGPConfigs, "project", projectID); err != nil {
		return err
	}
	_, err := c.do(ctx, request{route: routeBGPConfigs, secrets: []string{string(b.MD5)}}, func(p *packngo.Client) error {
		_, err := p.BGPConfig.Create(projectID, packngo.CreateBGPConfigRequest{
			DeploymentType: b.DeploymentType, Asn: int(b.ASN), Md5: string(b.MD5), UseCase: b.UseCase,
		})
		return err
	})
	return err
}

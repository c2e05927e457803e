// SPDX-License-Identifier: Apache-2.0

package packet

import (
	"context"
	"net/http"
	"time"

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
	// Status is "enabled" at once if DeploymentType is local. A global one is
	// "requested" until the operator approves. "disabled" is one that the
	// operator switched off.
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
	// Ranges are the prefixes, in CIDR notation, that the operator assigned to a
	// global deployment.
	Ranges []string
	// RouteObject is that of a global deployment.
	RouteObject string
	// CreatedAt is when a configuration was first set in the project; zero if
	// the API does not say.
	CreatedAt time.Time
	// RequestedAt is when the configuration was last set; zero if the API does
	// not say.
	RequestedAt time.Time
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
	var got *bgpConfigBody
	l, err := c.ask(ctx, request{route: routeBGPConfig}, http.MethodGet, "projects/"+projectID+"/bgp-config", nil, &got)
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
	out := BGPConfig{
		ID:             string(got.ID),
		ProjectID:      projectID,
		Status:         string(got.Status),
		DeploymentType: string(got.DeploymentType),
		ASN:            got.ASN,
		MD5:            Secret(got.MD5),
		MaxPrefix:      got.MaxPrefix,
		RouteObject:    string(got.RouteObject),
		CreatedAt:      timeOf(got.CreatedAt),
		RequestedAt:    timeOf(got.RequestedAt),
	}
	for _, r := range got.Ranges {
		out.Ranges = append(out.Ranges, string(r.Range))
	}
	return out, nil
}

// bgpConfigBody is what is read of a configuration: packngo's type cannot decode
// times that are null.
type bgpConfigBody struct {
	ID             word               `json:"id"`
	Status         word               `json:"status"`
	DeploymentType word               `json:"deployment_type"`
	ASN            int64              `json:"asn"`
	MD5            word               `json:"md5"`
	MaxPrefix      int                `json:"max_prefix"`
	RouteObject    word               `json:"route_object"`
	CreatedAt      *packngo.Timestamp `json:"created_at"`
	RequestedAt    *packngo.Timestamp `json:"requested_at"`
	Ranges         few[rangeBody]     `json:"ranges"`
}

type rangeBody struct {
	Range address `json:"range"`
}

// A SetBGPConfig says what a project's BGP configuration should be, in full,
// the password excepted.
type SetBGPConfig struct {
	// DeploymentType is "local" or "global".
	DeploymentType string
	// ASN is the autonomous system number, by convention 65000 if local.
	ASN int64
	// MD5 is the password of the project's sessions: 10 to 20 letters and
	// digits, at least one lower, one upper and one digit. Nil leaves the one
	// there is; a pointer to an empty Secret removes it.
	MD5 *Secret
	// UseCase is text for the people who approve a global deployment. It cannot
	// be read back.
	UseCase string
}

// SetBGPConfig makes or replaces the BGP configuration of a project. There is
// no deletion. The answer tells nothing: read with GetBGPConfig what it has
// become. Like every POST it is sent once; unlike others the caller may repeat
// it.
//
// The API forgets a password that a request leaves out, see
// https://github.com/equinix/cloud-provider-equinix-metal/issues/69. Therefore
// one that is to be left is read first, and sent again; if it cannot be read,
// nothing is sent.
func (c *Client) SetBGPConfig(ctx context.Context, projectID string, b SetBGPConfig) error {
	if err := checkID(http.MethodPost, routeBGPConfigs, "project", projectID); err != nil {
		return err
	}
	var md5 Secret
	if b.MD5 != nil {
		md5 = *b.MD5
	} else {
		present, err := c.GetBGPConfig(ctx, projectID)
		if err != nil && !IsNotFound(err) {
			return err
		}
		md5 = present.MD5
	}
	_, err := c.do(ctx, request{route: routeBGPConfigs, secrets: []string{string(md5)}}, func(p *packngo.Client) error {
		_, err := p.BGPConfig.Create(projectID, packngo.CreateBGPConfigRequest{
			DeploymentType: b.DeploymentType, Asn: int(b.ASN), Md5: string(md5), UseCase: b.UseCase,
		})
		return err
	})
	return err
}

// SPDX-License-Identifier: Apache-2.0

package bgpconfig

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/parent"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// An api is what is needed of the Packet API for BGP configurations.
type api interface {
	parent.Projects
	GetBGPConfig(ctx context.Context, projectID string) (packet.BGPConfig, error)
	SetBGPConfig(ctx context.Context, projectID string, b packet.SetBGPConfig) error
}

var _ api = &packet.Client{}

// reasonInvalidPassword is why a configuration is not written: the password is
// not one that the API takes.
const reasonInvalidPassword external.Reason = "InvalidPassword"

// operations are those of one connection.
type operations struct{ api api }

// Get returns the configuration with an id, which the API tells by its project
// only. One with another id, which took its place, is not it.
func (o *operations) Get(ctx context.Context, id string, a Arguments) (packet.BGPConfig, bool, error) {
	if text := incomplete(a); text != "" {
		return packet.BGPConfig{}, false, &external.Refusal{Reason: external.ReasonIncomplete, Message: text}
	}
	config, found, err := o.Find(ctx, a)
	if err != nil || !found || !strings.EqualFold(config.ID, id) {
		return packet.BGPConfig{}, false, err
	}
	return config, true, nil
}

// Find returns the project's configuration. A project that does not exist has
// none.
func (o *operations) Find(ctx context.Context, a Arguments) (packet.BGPConfig, bool, error) {
	config, err := o.api.GetBGPConfig(ctx, a.ProjectID)
	switch {
	case packet.IsNotFound(err):
		return packet.BGPConfig{}, false, nil
	case err != nil:
		return packet.BGPConfig{}, false, err
	}
	return config, true, nil
}

// Prepare makes sure that there is a project without a configuration, and that
// the password is one that the API takes. What the API calls a creation
// replaces what is there.
func (o *operations) Prepare(ctx context.Context, a Arguments) error {
	if err := check(a); err != nil {
		return err
	}
	if err := parent.Check(ctx, o.api, a.ProjectID, "BgpConfig"); err != nil {
		return err
	}
	present, found, err := o.Find(ctx, a)
	if err != nil {
		return fmt.Errorf("cannot tell whether the project has a BGP configuration: %w", err)
	}
	if found {
		return &external.Refusal{Reason: external.ReasonMismatch, Message: fmt.Sprintf(
			"project %s has another BGP configuration by now, %s; it is taken over with the next look",
			a.ProjectID, present.ID)}
	}
	return nil
}

// Create sets the configuration. A password that came into being meanwhile
// stays if none is asked for.
func (o *operations) Create(ctx context.Context, a Arguments) (packet.BGPConfig, error) {
	return o.set(ctx, a.ProjectID, packet.SetBGPConfig{
		DeploymentType: a.DeploymentType, ASN: a.ASN, MD5: a.password(), UseCase: a.UseCase,
	})
}

// Update changes the password and sends the rest as it is: the API replaces
// the configuration as a whole. The use case of a global one, which the API does
// not tell, has to be known for that.
func (o *operations) Update(ctx context.Context, b packet.BGPConfig, a Arguments, _ []external.Difference) (packet.BGPConfig, error) {
	if err := check(a); err != nil {
		return packet.BGPConfig{}, err
	}
	if b.DeploymentType == "global" && a.UseCase == "" {
		return packet.BGPConfig{}, &external.Refusal{
			Reason: external.ReasonInvalid, Argument: "useCase",
			Message: "it is not set, and a change of the password would erase the one that the operator's staff have; write it, or another one",
		}
	}
	return o.set(ctx, b.ProjectID, packet.SetBGPConfig{
		DeploymentType: b.DeploymentType, ASN: b.ASN, MD5: a.password(), UseCase: a.UseCase,
	})
}

// Delete does nothing: the API cannot delete a configuration, and the shared
// client does not ask for it.
func (o *operations) Delete(context.Context, packet.BGPConfig) error { return nil }

// set writes a configuration and reads what it has become, which the API's
// answer does not tell. If it cannot be read it may still be there.
func (o *operations) set(ctx context.Context, projectID string, b packet.SetBGPConfig) (packet.BGPConfig, error) {
	if err := o.api.SetBGPConfig(ctx, projectID, b); err != nil {
		return packet.BGPConfig{}, err
	}
	config, err := o.api.GetBGPConfig(ctx, projectID)
	if err != nil {
		return packet.BGPConfig{}, &packet.Error{
			Class: packet.ClassUnavailable, Method: http.MethodPost, Route: "/projects/{id}/bgp-configs",
			Message: "it was set and cannot be read: " + err.Error(), Ambiguous: true,
		}
	}
	return config, nil
}

// check returns a *external.Refusal, which does not tell the password, if the
// API would not take it.
func check(a Arguments) error {
	if a.MD5 == nil || validPassword(string(*a.MD5)) {
		return nil
	}
	return &external.Refusal{
		Reason: reasonInvalidPassword, Argument: "md5",
		Message: "the value must be 10 to 20 letters and digits, at least one of them lower case, one upper case and one digit, without spaces or line breaks",
	}
}

// validPassword follows the pattern in the API's document, which
// package regexp cannot express.
func validPassword(s string) bool {
	var lower, upper, digit int
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z':
			lower++
		case 'A' <= r && r <= 'Z':
			upper++
		case '0' <= r && r <= '9':
			digit++
		default:
			return false
		}
	}
	return len(s) >= 10 && len(s) <= 20 && lower > 0 && upper > 0 && digit > 0
}

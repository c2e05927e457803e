// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// faultBody is a fault as people write it.
type faultBody struct {
	packetsim.Fault

	// Delay is a duration such as 1.5s, instead of nanoseconds.
	Delay string `json:"delay,omitempty"`
}

// faultView is a fault that is set.
type faultView struct {
	faultBody

	ID string `json:"id"`
	// Hits is how many requests the fault has met, Seen how many have matched
	// it, including those that skip let pass.
	Hits int `json:"hits"`
	Seen int `json:"seen"`
	// Spent is true if it will meet no more.
	Spent bool `json:"spent"`
	// TokenID stands for the secret that the fault matches, "unknown" if no API
	// key has it.
	TokenID string `json:"tokenId,omitempty"`
}

func (a *admin) viewFault(f *packetsim.ActiveFault) faultView {
	spec := f.Fault()
	v := faultView{faultBody: faultBody{Fault: spec}, ID: f.ID(), Hits: f.Hits(), Seen: f.Seen()}
	v.Spent = spec.Times > 0 && v.Hits >= spec.Times
	if spec.Delay != 0 {
		v.Delay = spec.Delay.String()
	}
	if spec.Token != "" {
		v.TokenID = a.sim.TokenID(spec.Token)
		if v.TokenID == "" {
			v.TokenID = "unknown"
		}
	}
	v.Token = ""
	return v
}

func (a *admin) listFaults(*http.Request) (result, error) {
	views := []faultView{}
	for _, f := range a.sim.Faults() {
		views = append(views, a.viewFault(f))
	}
	return result{body: map[string][]faultView{"faults": views}}, nil
}

func (a *admin) addFault(r *http.Request) (result, error) {
	var b faultBody
	if err := decode(r, &b); err != nil {
		return result{}, err
	}
	spec := b.Fault
	if b.Delay != "" {
		d, err := time.ParseDuration(b.Delay)
		if err != nil {
			return result{}, bad(fmt.Sprintf("delay is %q and must be a duration such as 500ms or 1.5s", b.Delay))
		}
		spec.Delay = d
	}
	f, err := a.sim.SetFault(spec)
	if err != nil {
		return result{}, bad(strings.Split(strings.TrimPrefix(err.Error(), "cannot set fault: "), "\n")...)
	}
	return result{status: http.StatusCreated, location: "/api/faults/" + f.ID(), body: a.viewFault(f)}, nil
}

func (a *admin) fault(r *http.Request) (*packetsim.ActiveFault, error) {
	id := r.PathValue("id")
	for _, f := range a.sim.Faults() {
		if f.ID() == id {
			return f, nil
		}
	}
	return nil, missing("there is no fault %q; GET /api/faults lists them", id)
}

func (a *admin) getFault(r *http.Request) (result, error) {
	f, err := a.fault(r)
	if err != nil {
		return result{}, err
	}
	return result{body: a.viewFault(f)}, nil
}

func (a *admin) removeFault(r *http.Request) (result, error) {
	f, err := a.fault(r)
	if err != nil {
		return result{}, err
	}
	f.Remove()
	return result{}, nil
}

func (a *admin) clearFaults(*http.Request) (result, error) {
	a.sim.ClearFaults()
	return result{}, nil
}

func (a *admin) listRoutes(*http.Request) (result, error) {
	return result{body: map[string][]packetsim.Route{"routes": a.sim.Routes()}}, nil
}

// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"fmt"
	"net/http"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

func (a *admin) changeDevice(r *http.Request) (result, error) {
	id := r.PathValue("id")
	var b struct {
		State string `json:"state"`
	}
	if err := decode(r, &b); err != nil {
		return result{}, err
	}
	if _, found := a.sim.Device(id); !found {
		return result{}, noDevice(id)
	}
	if b.State == packetsim.DeviceFailed {
		return result{}, a.sim.FailDevice(id)
	}
	return result{}, a.sim.UpdateDevice(id, func(d *packetsim.Device) { d.State, d.Hidden, d.Steps = b.State, false, nil })
}

func (a *admin) removeDevice(r *http.Request) (result, error) {
	id := r.PathValue("id")
	if _, found := a.sim.Device(id); !found {
		return result{}, noDevice(id)
	}
	a.sim.RemoveDevice(id)
	return result{}, nil
}

func (a *admin) changeSession(r *http.Request) (result, error) {
	id := r.PathValue("id")
	var b struct {
		Status        *string   `json:"status"`
		LearnedRoutes *[]string `json:"learnedRoutes"`
	}
	if err := decode(r, &b); err != nil {
		return result{}, err
	}
	s, found := a.sim.Session(id)
	if !found {
		return result{}, noSession(id)
	}
	if b.Status == nil && b.LearnedRoutes == nil {
		return result{}, bad("there is nothing to change; give status, learnedRoutes or both")
	}
	if b.Status != nil {
		// A session that is told nothing about routes has none: it has just
		// come up, or it is down.
		s.Status, s.LearnedRoutes = *b.Status, nil
	}
	if b.LearnedRoutes != nil {
		s.LearnedRoutes = *b.LearnedRoutes
	}
	return result{}, a.sim.SetSessionStatus(id, s.Status, s.LearnedRoutes...)
}

func (a *admin) removeSession(r *http.Request) (result, error) {
	id := r.PathValue("id")
	if _, found := a.sim.Session(id); !found {
		return result{}, noSession(id)
	}
	a.sim.RemoveSession(id)
	return result{}, nil
}

func (a *admin) removeProject(r *http.Request) (result, error) {
	id := r.PathValue("id")
	if _, found := a.sim.Project(id); !found {
		return result{}, noProject(id)
	}
	a.sim.RemoveProject(id)
	return result{}, nil
}

func (a *admin) reset(*http.Request) (result, error) { return result{}, a.sim.Reset() }

func noProject(id string) error {
	return missing("there is no project %q; GET /api/state lists them", id)
}

func noDevice(id string) error {
	return missing("there is no device %q; GET /api/state lists them", id)
}

func noSession(id string) error {
	return missing("there is no session %q; GET /api/state lists them", id)
}

// clockView is the server's time, and whether it can be advanced.
type clockView struct {
	Time   time.Time `json:"time"`
	Driven bool      `json:"driven"`
}

func (a *admin) getClock(*http.Request) (result, error) {
	return result{body: clockView{a.sim.Now(), a.sim.Driven()}}, nil
}

func (a *admin) advanceClock(r *http.Request) (result, error) {
	var b struct {
		Advance string `json:"advance"`
	}
	if err := decode(r, &b); err != nil {
		return result{}, err
	}
	d, err := time.ParseDuration(b.Advance)
	if err != nil || d <= 0 {
		return result{}, bad(fmt.Sprintf("advance is %q and must be a positive duration such as 90s or 6h", b.Advance))
	}
	if !a.sim.Driven() {
		return result{}, &failure{http.StatusConflict, []string{"the clock goes by itself; start packetsim with --clock driven"}}
	}
	if err := a.sim.Advance(d); err != nil {
		return result{}, err
	}
	return a.getClock(r)
}

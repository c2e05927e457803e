// SPDX-License-Identifier: Apache-2.0

package admin

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// deviceStates are the states that a device can be put into.
func deviceStates() []string {
	return []string{
		packetsim.DeviceQueued, packetsim.DeviceProvisioning, packetsim.DeviceActive, packetsim.DeviceInactive, packetsim.DeviceFailed,
		packetsim.DevicePoweringOn, packetsim.DevicePoweringOff, packetsim.DeviceRebooting, packetsim.DeviceReinstalling, packetsim.DeviceDeprovisioning,
	}
}

// sessionStatuses are the words that make up the status of a session.
func sessionStatuses() []string {
	return []string{packetsim.SessionUnknown, packetsim.SessionDown, packetsim.SessionUp}
}

func (a *admin) changeDevice(r *http.Request) (result, error) {
	id := r.PathValue("id")
	var b struct {
		State string `json:"state"`
	}
	if err := decode(r, &b); err != nil {
		return result{}, err
	}
	if !slices.Contains(deviceStates(), b.State) {
		return result{}, bad(fmt.Sprintf("state is %q and must be one of %s", b.State, strings.Join(deviceStates(), ", ")))
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
		Status        string   `json:"status"`
		LearnedRoutes []string `json:"learnedRoutes"`
	}
	if err := decode(r, &b); err != nil {
		return result{}, err
	}
	for word := range strings.SplitSeq(b.Status, ",") {
		if !slices.Contains(sessionStatuses(), word) {
			return result{}, bad(fmt.Sprintf("status is %q and must be one of %s, or two of them with a comma for a session whose switches differ",
				b.Status, strings.Join(sessionStatuses(), ", ")))
		}
	}
	if _, found := a.sim.Session(id); !found {
		return result{}, noSession(id)
	}
	return result{}, a.sim.SetSessionStatus(id, b.Status, b.LearnedRoutes...)
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
		return result{}, missing("there is no project %q; GET /api/state lists them", id)
	}
	a.sim.RemoveProject(id)
	return result{}, nil
}

func (a *admin) reset(*http.Request) (result, error) { return result{}, a.sim.Reset() }

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

// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// A HardwareReservation is a machine that is kept for a project. There is no
// request that makes one; see Server.InsertHardware.
type HardwareReservation struct {
	ID        string `json:"id"`
	ProjectID string `json:"project_id"`
	Plan      string `json:"plan"`
	Facility  string `json:"facility"`
	// DeviceID is the device that the machine is used for, empty if for none.
	DeviceID string `json:"device_id,omitempty"`
	// ReadyAt is when the machine can be used again.
	ReadyAt   time.Time `json:"ready_at"`
	CreatedAt time.Time `json:"created_at"`
}

func (h HardwareReservation) recordID() string    { return h.ID }
func (h HardwareReservation) indexKeys() []string { return []string{"project/" + h.ProjectID} }

type hardwareView struct {
	ID            string `json:"id"`
	ShortID       string `json:"short_id"`
	Plan          link   `json:"plan"`
	Facility      link   `json:"facility"`
	Project       link   `json:"project"`
	Device        *link  `json:"device,omitempty"`
	Provisionable bool   `json:"provisionable"`
	Spare         bool   `json:"spare"`
	NeedOfService bool   `json:"need_of_service"`
	SwitchUUID    string `json:"switch_uuid"`
	CreatedAt     stamp  `json:"created_at"`
	Href          string `json:"href"`
}

func hardwareRoutes() []route {
	return []route{
		{http.MethodGet, "/projects/{id}/hardware-reservations", (*call).listHardware},
		{http.MethodGet, "/hardware-reservations/{id}", (*call).getHardware},
	}
}

// InsertHardware reserves a machine for the project with its ProjectID. It
// fails if the project, plan or facility does not exist; without a plan or
// facility it is a c3.small.x86 in sv15.
func (s *Server) InsertHardware(h HardwareReservation) (HardwareReservation, error) {
	return insert(s, h, (*state).insertHardware)
}

func (st *state) insertHardware(h HardwareReservation, now time.Time) (HardwareReservation, error) {
	_, taken := st.hardware.get(h.ID)
	if err := checkID(h.ID, taken); err != nil {
		return h, err
	}
	h.ID = cmp.Or(h.ID, newID())
	if _, found := st.projects.get(h.ProjectID); !found {
		return h, fmt.Errorf("project %s does not exist", h.ProjectID)
	}
	p, found := findPlan(cmp.Or(h.Plan, "c3.small.x86"))
	if !found {
		return h, fmt.Errorf("plan %s does not exist", h.Plan)
	}
	f, found := findFacility(cmp.Or(h.Facility, "sv15"))
	if !found {
		return h, fmt.Errorf("facility %s does not exist", h.Facility)
	}
	h.Plan, h.Facility, h.CreatedAt = p.slug, f.code, now
	st.hardware.put(h)
	return h, nil
}

func (c *call) listHardware() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	page, meta := paginate(c, c.st.hardware.list("project/"+p.ID))
	views := make([]hardwareView, 0, len(page))
	for _, h := range page {
		views = append(views, h.render(c.view))
	}
	return ok(struct {
		Reservations []hardwareView `json:"hardware_reservations"`
		Meta         pageMeta       `json:"meta"`
	}{views, meta})
}

func (c *call) getHardware() (answer, error) {
	h, found := c.st.hardware.get(c.param("id"))
	if !found {
		return answer{}, errNotFound()
	}
	if err := c.within(h.ProjectID); err != nil {
		return answer{}, err
	}
	return ok(h.render(c.view))
}

// provisionable tells whether a device can be made of the machine.
func (h HardwareReservation) provisionable(now time.Time) bool {
	return h.DeviceID == "" && !h.ReadyAt.After(now)
}

// stock finds a machine for a new device: one that is reserved, if the request
// names one or asks for the next, or else one of the operator's.
func (st *state) stock(d *Device, wish string, now time.Time) error {
	reserved := st.hardware.list("project/" + d.ProjectID)
	switch wish {
	case "":
		if p, _ := findPlan(d.Plan); p.slug == soldOut {
			return errInvalid(fmt.Sprintf(textNoServer, d.Facility, d.Plan))
		}
		return nil
	case "next-available":
		h, found := find(reserved, func(h HardwareReservation) bool {
			f, _ := findFacility(h.Facility)
			return h.Plan == d.Plan && f.metro == d.Metro && h.provisionable(now)
		})
		if !found {
			return &apiError{status: http.StatusServiceUnavailable, texts: []string{textNoHardware}}
		}
		d.HardwareID, d.Facility = h.ID, h.Facility
		return nil
	}
	i := slices.IndexFunc(reserved, func(h HardwareReservation) bool { return h.ID == wish })
	switch {
	case i < 0:
		return errInvalid(wish + " is not a valid hardware reservation")
	case !reserved[i].provisionable(now):
		return errInvalid("Server is not provisionable")
	}
	f, _ := findFacility(reserved[i].Facility)
	d.HardwareID, d.Plan, d.Facility, d.Metro = wish, reserved[i].Plan, f.code, f.metro
	return nil
}

// useHardware notes that a device is made of a reserved machine, if it is.
func (st *state) useHardware(d Device) {
	if h, found := st.hardware.get(d.HardwareID); found {
		h.DeviceID = d.ID
		st.hardware.put(h)
	}
}

// freeHardware gives the machine of a device back at now. It cannot be used at
// once: https://github.com/packethost/packngo/issues/139.
func (st *state) freeHardware(d Device, now time.Time) {
	if h, found := st.hardware.get(d.HardwareID); found {
		h.DeviceID, h.ReadyAt = "", now.Add(max(0, st.timings.Reclaim))
		st.hardware.put(h)
	}
}

// hardwareLink renders a reference to a reserved machine.
func (v view) hardwareLink(field, id string) link {
	return v.link(field, "/hardware-reservations/"+id, func(v view) any {
		h, _ := v.st.hardware.get(id)
		return h.render(v)
	})
}

func (h HardwareReservation) render(v view) hardwareView {
	p, _ := findPlan(h.Plan)
	f, _ := findFacility(h.Facility)
	out := hardwareView{
		ID: h.ID, ShortID: short(h.ID), Provisionable: h.provisionable(v.now), SwitchUUID: short(fixedID("switches/" + h.Facility)),
		Plan:     v.whole("plan", "/plans/"+p.id(), func(v view) any { return p.render(v) }),
		Facility: v.whole("facility", "/facilities/"+f.id(), func(v view) any { return f.render(v) }),
		Project:  v.projectLink("project", h.ProjectID), CreatedAt: stamp(h.CreatedAt), Href: v.href("/hardware-reservations/" + h.ID),
	}
	if h.DeviceID != "" {
		l := v.deviceLink("device", h.DeviceID)
		out.Device = &l
	}
	return out
}

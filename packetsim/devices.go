// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"time"
)

// A Device is a server.
type Device struct {
	ID              string     `json:"id"`
	ProjectID       string     `json:"project_id"`
	Hostname        string     `json:"hostname"`
	Description     string     `json:"description,omitempty"`
	State           string     `json:"state"`
	Plan            string     `json:"plan"`
	OperatingSystem string     `json:"operating_system"`
	Metro           string     `json:"metro"`
	Facility        string     `json:"facility"`
	BillingCycle    string     `json:"billing_cycle"`
	Tags            []string   `json:"tags,omitempty"`
	CustomData      jsonObject `json:"customdata,omitempty"`
	Storage         jsonObject `json:"storage,omitempty"`
	UserData        string     `json:"userdata,omitempty"`
	Locked          bool       `json:"locked,omitempty"`
	NetworkFrozen   bool       `json:"network_frozen,omitempty"`
	AlwaysPXE       bool       `json:"always_pxe,omitempty"`
	IPXEScriptURL   string     `json:"ipxe_script_url,omitempty"`
	SpotInstance    bool       `json:"spot_instance,omitempty"`
	SpotPriceMax    float64    `json:"spot_price_max,omitempty"`
	TerminationTime *time.Time `json:"termination_time,omitempty"`
	RootPassword    string     `json:"root_password,omitempty"`
	CreatedBy       string     `json:"created_by,omitempty"`
	SSHKeyIDs       []string   `json:"ssh_key_ids,omitempty"`
	// HardwareID is the hardware reservation that the device was made from.
	HardwareID string `json:"hardware_id,omitempty"`
	// Subnets are the addresses the device is to get.
	Subnets []Subnet `json:"subnets,omitempty"`
	// Hidden is true once a device that failed to provision was moved to a
	// project of the operator: every request for it is then forbidden.
	Hidden    bool      `json:"hidden,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// Steps are what will happen to the device by itself.
	Steps []Step `json:"steps,omitempty"`
}

func (d Device) recordID() string    { return d.ID }
func (d Device) indexKeys() []string { return []string{"project/" + d.ProjectID} }

type deviceView struct {
	ID                  string             `json:"id"`
	ShortID             string             `json:"short_id"`
	Hostname            string             `json:"hostname"`
	Description         *string            `json:"description"`
	State               string             `json:"state"`
	Tags                []string           `json:"tags"`
	BillingCycle        string             `json:"billing_cycle"`
	User                string             `json:"user"`
	IQN                 string             `json:"iqn"`
	Locked              bool               `json:"locked"`
	NetworkFrozen       bool               `json:"network_frozen"`
	BondingMode         int                `json:"bonding_mode"`
	CreatedAt           stamp              `json:"created_at"`
	UpdatedAt           stamp              `json:"updated_at"`
	CreatedBy           *link              `json:"created_by,omitempty"`
	IPXEScriptURL       *string            `json:"ipxe_script_url"`
	AlwaysPXE           bool               `json:"always_pxe"`
	Storage             jsonObject         `json:"storage"`
	CustomData          jsonObject         `json:"customdata"`
	UserData            string             `json:"userdata"`
	SpotInstance        bool               `json:"spot_instance"`
	SpotPriceMax        float64            `json:"spot_price_max,omitempty"`
	TerminationTime     *stamp             `json:"termination_time"`
	RootPassword        string             `json:"root_password,omitempty"`
	SOS                 string             `json:"sos"`
	SwitchUUID          string             `json:"switch_uuid"`
	OperatingSystem     link               `json:"operating_system"`
	Facility            link               `json:"facility"`
	Metro               link               `json:"metro"`
	Plan                link               `json:"plan"`
	Project             link               `json:"project"`
	ProjectLite         link               `json:"project_lite"`
	HardwareReservation *link              `json:"hardware_reservation"`
	SSHKeys             []link             `json:"ssh_keys"`
	Volumes             []link             `json:"volumes"`
	NetworkPorts        []link             `json:"network_ports"`
	IPAddresses         []link             `json:"ip_addresses"`
	Percentage          *float64           `json:"provisioning_percentage,omitempty"`
	Provisioning        []provisioningView `json:"provisioning_events,omitempty"`
	Href                string             `json:"href"`
}

func deviceRoutes() []route {
	return []route{
		{http.MethodGet, "/projects/{id}/devices", (*call).listProjectDevices},
		{http.MethodPost, "/projects/{id}/devices", (*call).createDevice},
		{http.MethodGet, "/organizations/{id}/devices", (*call).listOrganizationDevices},
		{http.MethodGet, "/devices/{id}", (*call).getDevice},
		{http.MethodPut, "/devices/{id}", (*call).updateDevice},
		{http.MethodDelete, "/devices/{id}", (*call).deleteDevice},
		{http.MethodPost, "/devices/{id}/actions", (*call).actOnDevice},
		{http.MethodGet, "/devices/{id}/ips", (*call).listDeviceAddresses},
		{http.MethodGet, "/devices/{id}/userdata", (*call).getUserData},
		{http.MethodGet, "/devices/{id}/customdata", (*call).getCustomData},
		{http.MethodGet, "/devices/{id}/usages", (*call).listUsages},
		{http.MethodGet, "/devices/{id}/bandwidth", (*call).getBandwidth},
		{http.MethodPost, "/userdata/validate", (*call).validateUserData},
	}
}

func (c *call) listProjectDevices() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return c.answerDevices(c.st.visibleDevices(p.ID))
}

func (c *call) listOrganizationDevices() (answer, error) {
	o, err := c.organization(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var all []Device
	for _, p := range c.st.projects.list("organization/" + o.ID) {
		if c.sees(p) {
			all = append(all, c.st.visibleDevices(p.ID)...)
		}
	}
	return c.answerDevices(all)
}

func (c *call) answerDevices(all []Device) (answer, error) {
	page, meta := paginate(c, c.selectDevices(all))
	views := make([]deviceView, 0, len(page))
	for _, d := range page {
		views = append(views, d.render(c.view))
	}
	return ok(struct {
		Devices []deviceView `json:"devices"`
		Meta    pageMeta     `json:"meta"`
	}{views, meta})
}

func (c *call) getDevice() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(d.render(c.view))
}

// visibleDevices returns a project's devices without those moved away.
func (st *state) visibleDevices(projectID string) []Device {
	all := st.devices.list("project/" + projectID)
	visible := all[:0]
	for _, d := range all {
		if !d.Hidden {
			visible = append(visible, d)
		}
	}
	return visible
}

func (d Device) render(v view) deviceView {
	out := deviceView{
		ID: d.ID, ShortID: short(d.ID), Hostname: d.Hostname, Description: orNull(d.Description), State: d.State, Tags: list(d.Tags),
		BillingCycle: d.BillingCycle, User: "root", IQN: d.iqn(),
		Locked: d.Locked, NetworkFrozen: d.NetworkFrozen, BondingMode: 4, CreatedAt: stamp(d.CreatedAt), UpdatedAt: stamp(d.UpdatedAt),
		IPXEScriptURL: orNull(d.IPXEScriptURL), AlwaysPXE: d.AlwaysPXE, Storage: object(d.Storage), CustomData: object(d.CustomData), UserData: d.UserData,
		SpotInstance: d.SpotInstance, SpotPriceMax: d.SpotPriceMax, TerminationTime: (*stamp)(d.TerminationTime), SOS: d.ID + "@sos." + d.Facility + ".platformequinix.com",
		SwitchUUID: d.switchID(),
		Project:    v.projectLink("project", d.ProjectID), ProjectLite: v.projectLink("project_lite", d.ProjectID),
		SSHKeys: links(v, "ssh_keys", "/ssh-keys/", v.st.keysOf(d), func(v view, k SSHKey) any { return k.render(v) }), Volumes: []link{}, Href: v.href("/devices/" + d.ID),
	}
	if d.HardwareID != "" {
		l := v.hardwareLink("hardware_reservation", d.HardwareID)
		out.HardwareReservation = &l
	}
	if d.CreatedBy != "" {
		l := v.liteUser("created_by", d.CreatedBy)
		out.CreatedBy = &l
	}
	// The real API shows the password for a day.
	if v.now.Sub(d.CreatedAt) < 24*time.Hour {
		out.RootPassword = d.RootPassword
	}
	if d.State == DeviceProvisioning {
		out.Percentage, out.Provisioning = d.percentage(v.now), d.provisioningEvents(v)
	}
	d.renderCatalog(v, &out)
	d.renderNetwork(v, &out)
	return out
}

// iqn returns the device's iSCSI name.
func (d Device) iqn() string {
	return "iqn." + d.CreatedAt.UTC().Format("2006-01") + ".net.packet:device." + short(d.ID)
}

// switchID returns the short id of the switch above the device.
func (d Device) switchID() string { return short(fixedID("switches/" + d.Facility)) }

// renderCatalog fills in where the device is and what it consists of.
func (d Device) renderCatalog(v view, out *deviceView) {
	o, _ := findSystem(d.OperatingSystem)
	out.OperatingSystem = v.whole("operating_system", "/operating-systems/"+o.id(), func(view) any { return o.render() })
	f, _ := findFacility(d.Facility)
	out.Facility = v.whole("facility", "/facilities/"+f.id(), func(v view) any { return f.render(v) })
	m, _ := findMetro(d.Metro)
	out.Metro = v.whole("metro", "/locations/metros/"+m.id(), func(view) any { return m.render() })
	p, _ := findPlan(d.Plan)
	out.Plan = v.whole("plan", "/plans/"+p.id(), func(v view) any { return p.render(v) })
}

// renderNetwork fills in the ports and addresses.
func (d Device) renderNetwork(v view, out *deviceView) {
	out.NetworkPorts = []link{}
	for _, p := range v.st.ports.list("device/" + d.ID) {
		out.NetworkPorts = append(out.NetworkPorts, v.whole("network_ports", "/ports/"+p.ID, func(v view) any { return p.render(v) }))
	}
	out.IPAddresses = []link{}
	for _, a := range v.st.addresses.list("device/" + d.ID) {
		out.IPAddresses = append(out.IPAddresses, v.whole("ip_addresses", "/ips/"+a.ID, func(v view) any { return a.render(v) }))
	}
}

// deviceLink renders a reference to a device.
func (v view) deviceLink(field, id string) link {
	return v.link(field, "/devices/"+id, func(v view) any {
		d, _ := v.st.devices.get(id)
		return d.render(v)
	})
}

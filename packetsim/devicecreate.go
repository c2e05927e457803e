// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"slices"
	"strings"
	"time"
	"unicode"
)

// deviceRequest is the body that creates or updates a device.
type deviceRequest struct {
	Hostname        *string     `json:"hostname"`
	Description     *string     `json:"description"`
	Plan            string      `json:"plan"`
	OperatingSystem string      `json:"operating_system"`
	Metro           string      `json:"metro"`
	Facility        looseList   `json:"facility"`
	BillingCycle    *string     `json:"billing_cycle"`
	UserData        *string     `json:"userdata"`
	CustomData      looseObject `json:"customdata"`
	Storage         looseObject `json:"storage"`
	Tags            *[]string   `json:"tags"`
	Locked          *bool       `json:"locked"`
	NetworkFrozen   *bool       `json:"network_frozen"`
	AlwaysPXE       *bool       `json:"always_pxe"`
	IPXEScriptURL   *string     `json:"ipxe_script_url"`
	SpotInstance    *bool       `json:"spot_instance"`
	SpotPriceMax    looseNumber `json:"spot_price_max"`
	TerminationTime *time.Time  `json:"termination_time"`
	Subnets         []Subnet    `json:"ip_addresses"`
	ProjectSSHKeys  []string    `json:"project_ssh_keys"`
	UserSSHKeys     []string    `json:"user_ssh_keys"`
	// SSHKeys are new keys of the project, or such that it has.
	SSHKeys      []sshKeyRequest `json:"ssh_keys"`
	NoSSHKeys    bool            `json:"no_ssh_keys"`
	PublicV4Size looseNumber     `json:"public_ipv4_subnet_size"`
	// HardwareID is the id of a hardware reservation, or next-available.
	HardwareID string `json:"hardware_reservation_id"`
}

func (c *call) createDevice() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req deviceRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	d, err := c.newDevice(p, req)
	if err != nil {
		return answer{}, err
	}
	return created(d.render(c.view))
}

// newDevice makes the device that a request asks for.
func (c *call) newDevice(p Project, req deviceRequest) (Device, error) {
	d := Device{
		ID: newID(), ProjectID: p.ID, State: DeviceQueued, BillingCycle: "hourly", CreatedBy: c.who.UserID,
		RootPassword: "sim-" + short(newID()), CreatedAt: c.now, UpdatedAt: c.now,
	}
	d.Hostname = short(d.ID)
	if err := req.place(&d); err != nil {
		return d, err
	}
	if err := req.apply(&d); err != nil {
		return d, err
	}
	var err error
	if d.Subnets, err = req.subnets(); err != nil {
		return d, err
	}
	if err := c.st.room(d); err != nil {
		return d, err
	}
	if err := c.st.stock(&d, req.HardwareID, c.now); err != nil {
		return d, err
	}
	if d.SSHKeyIDs, err = c.chooseKeys(p, req); err != nil {
		return d, err
	}
	d.Steps = c.st.birth(c.now)
	c.st.addDevice(d)
	c.st.useHardware(d)
	return d, nil
}

// place decides where a new device is and what it consists of.
func (r deviceRequest) place(d *Device) error {
	var texts []string
	p, found := findPlan(r.Plan)
	switch {
	case r.Plan == "":
		texts = append(texts, "Plan can't be blank")
	case !found:
		texts = append(texts, r.Plan+" is not a valid plan")
	}
	o, found := findSystem(r.OperatingSystem)
	switch {
	case r.OperatingSystem == "":
		texts = append(texts, "Operating system can't be blank")
	case !found:
		texts = append(texts, r.OperatingSystem+" is not a valid operating system")
	}
	f, err := r.site()
	texts = append(texts, err...)
	if len(texts) > 0 {
		return errInvalid(texts...)
	}
	d.Plan, d.OperatingSystem, d.Facility, d.Metro = p.slug, o.slug, f.code, f.metro
	return nil
}

// site returns the facility a request asks for, or texts that say why not.
func (r deviceRequest) site() (facility, []string) {
	if r.Metro != "" {
		if r.Metro == "any" {
			return facilities[0], nil
		}
		m, found := findMetro(r.Metro)
		if !found {
			return facility{}, []string{r.Metro + " is not a valid metro"}
		}
		f, _ := facilityOf(m.code)
		return f, nil
	}
	if len(r.Facility) == 0 {
		return facility{}, []string{"Facility can't be blank"}
	}
	if r.Facility[0] == "any" {
		return facilities[0], nil
	}
	for _, key := range r.Facility {
		if _, found := findFacility(key); !found {
			return facility{}, []string{key + " is not a valid facility"}
		}
	}
	f, _ := findFacility(r.Facility[0])
	return f, nil
}

// apply changes what can be changed at creation and later.
func (r deviceRequest) apply(d *Device) error {
	set(&d.Hostname, r.Hostname)
	if !validHostname(d.Hostname) {
		return errInvalid("Hostname is invalid")
	}
	set(&d.Description, r.Description)
	if r.BillingCycle != nil && *r.BillingCycle != "" {
		if !slices.Contains([]string{"hourly", "daily", "monthly", "yearly"}, *r.BillingCycle) {
			return errInvalid("Billing cycle is not included in the list")
		}
		d.BillingCycle = *r.BillingCycle
	}
	if r.UserData != nil {
		if !knownUserData(*r.UserData) {
			return errInvalid(textUserData)
		}
		d.UserData = *r.UserData
	}
	if r.CustomData != nil {
		d.CustomData = jsonObject(r.CustomData)
	}
	if r.Storage != nil {
		d.Storage = jsonObject(r.Storage)
	}
	if r.Tags != nil {
		d.Tags = *r.Tags
	}
	set(&d.Locked, r.Locked)
	set(&d.NetworkFrozen, r.NetworkFrozen)
	set(&d.AlwaysPXE, r.AlwaysPXE)
	set(&d.SpotInstance, r.SpotInstance)
	if r.SpotPriceMax != 0 {
		d.SpotPriceMax = float64(r.SpotPriceMax)
	}
	if r.TerminationTime != nil {
		d.TerminationTime = r.TerminationTime
	}
	set(&d.IPXEScriptURL, r.IPXEScriptURL)
	if d.IPXEScriptURL != "" && d.OperatingSystem != "custom_ipxe" {
		return errInvalid("Ipxe script url can only be set for custom_ipxe")
	}
	return nil
}

func validHostname(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool { return r == '/' || unicode.IsSpace(r) || unicode.IsControl(r) })
}

func set[T any](to, from *T) {
	if from != nil {
		*to = *from
	}
}

// knownUserData tells whether user data is in a form that cloud-init and its
// relatives recognise.
func knownUserData(s string) bool {
	s = strings.TrimSpace(s)
	return s == "" || strings.HasPrefix(s, "#") || strings.HasPrefix(s, "{") ||
		strings.HasPrefix(s, "Content-Type:") || strings.HasPrefix(s, "MIME-Version:")
}

func (c *call) updateDevice() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req deviceRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if err := req.apply(&d); err != nil {
		return answer{}, err
	}
	d.UpdatedAt = c.now
	c.st.devices.put(d)
	c.st.armDevice(d)
	return ok(d.render(c.view))
}

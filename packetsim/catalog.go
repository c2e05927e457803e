// SPDX-License-Identifier: Apache-2.0

package packetsim

import "strings"

// The catalogue is a small, fixed excerpt of what the service offered in its
// last years. Its ids are the same in every server.

// A metro is a metropolitan area.
type metro struct{ code, name, country string }

// A facility is a data centre. Those without ibx are legacy sites: their
// devices peer with their own gateway, by a single hop.
type facility struct {
	code, name, metro string
	ibx               bool
	latitude          string
	longitude         string
}

// A planType is a kind of machine.
type planType struct {
	slug, class, line string
	hour              float64
	ports             int
}

// An osType is an operating system.
type osType struct{ slug, name, distro, version string }

// soldOut is a plan of which nothing is left anywhere.
const soldOut = "baremetal_2a2"

// hybridPlan is a plan whose machines have a port outside their bond from the
// beginning.
const hybridPlan = "baremetal_1e"

var metros = []metro{
	{"am", "Amsterdam", "NL"},
	{"ch", "Chicago", "US"},
	{"da", "Dallas", "US"},
	{"dc", "Washington DC", "US"},
	{"fr", "Frankfurt", "DE"},
	{"ny", "New York", "US"},
	{"sg", "Singapore", "SG"},
	{"sv", "Silicon Valley", "US"},
	{"ty", "Tokyo", "JP"},
}

var facilities = []facility{
	{"am6", "Amsterdam 6", "am", true, "52.35", "4.95"},
	{"ams1", "Amsterdam", "am", false, "52.30", "4.94"},
	{"ch3", "Chicago 3", "ch", true, "41.88", "-87.62"},
	{"dfw1", "Dallas", "da", false, "32.77", "-96.80"},
	{"da11", "Dallas 11", "da", true, "32.80", "-96.82"},
	{"dc13", "Washington DC 13", "dc", true, "39.02", "-77.46"},
	{"fra1", "Frankfurt", "fr", false, "50.11", "8.68"},
	{"fr2", "Frankfurt 2", "fr", true, "50.12", "8.74"},
	{"ny5", "New York 5", "ny", true, "40.79", "-74.06"},
	{"ewr1", "Parsippany", "ny", false, "40.86", "-74.42"},
	{"sg1", "Singapore 1", "sg", true, "1.30", "103.79"},
	{"sv15", "Silicon Valley 15", "sv", true, "37.24", "-121.78"},
	{"sjc1", "Sunnyvale", "sv", false, "37.37", "-122.03"},
	{"nrt1", "Tokyo", "ty", false, "35.55", "139.64"},
	{"ty11", "Tokyo 11", "ty", true, "35.64", "139.79"},
}

var plans = []planType{
	{"c3.small.x86", "c3.small.x86", "baremetal", 0.75, 2},
	{"c3.medium.x86", "c3.medium.x86", "baremetal", 1.5, 2},
	{"m3.small.x86", "m3.small.x86", "baremetal", 1.05, 2},
	{"m3.large.x86", "m3.large.x86", "baremetal", 3.1, 2},
	{"n3.xlarge.x86", "n3.xlarge.x86", "baremetal", 4.5, 4},
	{"s3.xlarge.x86", "s3.xlarge.x86", "baremetal", 2.95, 2},
	{"c2.medium.x86", "c2.medium.x86", "baremetal", 1, 2},
	{"baremetal_0", "t1.small.x86", "baremetal", 0.07, 2},
	{"baremetal_1", "c1.small.x86", "baremetal", 0.4, 2},
	{hybridPlan, "x1.small.x86", "baremetal", 0.4, 2},
	{"baremetal_2", "m1.xlarge.x86", "baremetal", 1.7, 2},
	{"baremetal_2a", "c1.large.arm", "baremetal", 0.5, 2},
	{"baremetal_3", "c1.xlarge.x86", "baremetal", 1.75, 2},
	{"baremetal_s", "s1.large.x86", "baremetal", 1.5, 2},
	{"n2.xlarge.x86", "n2.xlarge.x86", "baremetal", 2.25, 4},
	{soldOut, "c2.large.arm", "baremetal", 1, 2},
}

var systems = []osType{
	{"ubuntu_18_04", "Ubuntu 18.04 LTS", "ubuntu", "18.04"},
	{"ubuntu_20_04", "Ubuntu 20.04 LTS", "ubuntu", "20.04"},
	{"ubuntu_22_04", "Ubuntu 22.04 LTS", "ubuntu", "22.04"},
	{"debian_11", "Debian 11", "debian", "11"},
	{"debian_12", "Debian 12", "debian", "12"},
	{"rocky_9", "Rocky Linux 9", "rocky", "9"},
	{"coreos_stable", "Container Linux - Stable", "coreos", "stable"},
	{"flatcar_stable", "Flatcar Stable", "flatcar", "stable"},
	{"custom_ipxe", "Custom iPXE", "custom_ipxe", "1"},
}

type metroView struct {
	ID      string `json:"id"`
	Name    string `json:"name"`
	Code    string `json:"code"`
	Country string `json:"country"`
}

func (m metro) id() string { return fixedID("metros/" + m.code) }

func (m metro) render() metroView {
	return metroView{ID: m.id(), Name: m.name, Code: m.code, Country: m.country}
}

type facilityView struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Code     string    `json:"code"`
	Features []string  `json:"features"`
	Metro    metroView `json:"metro"`
	Address  link      `json:"address"`
	IPRanges []string  `json:"ip_ranges"`
	Href     string    `json:"href"`
}

// addressView is a postal address. packngo wants the coordinates as strings.
type addressView struct {
	ID          string            `json:"id"`
	Address     string            `json:"address"`
	ZipCode     string            `json:"zip_code"`
	City        string            `json:"city"`
	Country     string            `json:"country"`
	Coordinates map[string]string `json:"coordinates"`
	Href        string            `json:"href"`
}

func (f facility) id() string { return fixedID("facilities/" + f.code) }

func (f facility) features() []string {
	fs := []string{"baremetal", "backend_transfer", "layer_2", "global_ipv4"}
	if f.ibx {
		fs = append(fs, "ibx")
	}
	return fs
}

func (f facility) render(v view) facilityView {
	m, _ := findMetro(f.metro)
	addressID := fixedID("facilities/" + f.code + "/address")
	out := facilityView{
		ID: f.id(), Name: f.name, Code: f.code, Features: f.features(), Metro: m.render(),
		Address: link{href: "#" + addressID}, IPRanges: []string{}, Href: v.href("/facilities/" + f.id()),
	}
	if _, ok := v.inc["address"]; ok {
		out.Address.full = addressView{
			ID: addressID, Address: f.name, ZipCode: "00000", City: m.name, Country: m.country, Href: "#" + addressID,
			Coordinates: map[string]string{"latitude": f.latitude, "longitude": f.longitude},
		}
	}
	return out
}

type planView struct {
	ID              string         `json:"id"`
	Slug            string         `json:"slug"`
	Name            string         `json:"name"`
	Description     string         `json:"description"`
	Line            string         `json:"line"`
	Legacy          bool           `json:"legacy"`
	Class           string         `json:"class"`
	Type            string         `json:"type"`
	Categories      []string       `json:"categories"`
	DeploymentTypes []string       `json:"deployment_types"`
	Pricing         map[string]any `json:"pricing"`
	Specs           map[string]any `json:"specs"`
	AvailableIn     []link         `json:"available_in"`
	AvailableMetros []link         `json:"available_in_metros"`
}

// legacy tells whether a plan is of the first generations, which were withdrawn.
func (p planType) legacy() bool {
	return strings.HasPrefix(p.slug, "baremetal_") || strings.HasPrefix(p.slug, "n2.")
}

func (p planType) specs() jsonObject {
	return jsonObject{"nics": []any{jsonObject{"count": p.ports, "type": "10Gbps"}}}
}

func (p planType) categories() []string {
	switch {
	case p.legacy():
		return []string{"compute", "legacy_gen"}
	case strings.HasPrefix(p.slug, "s3."):
		return []string{"storage", "current_gen"}
	}
	return []string{"compute", "current_gen"}
}

// deployments are the ways to get a plan; those of old were never sold on
// demand in the end.
func (p planType) deployments() []string {
	if p.legacy() {
		return []string{"spot_market"}
	}
	return []string{"on_demand", "spot_market"}
}

func (p planType) id() string { return fixedID("plans/" + p.slug) }

func (p planType) render(v view) planView {
	out := planView{
		ID: p.id(), Slug: p.slug, Name: p.class, Description: "The " + p.class + " machine", Line: p.line, Legacy: p.legacy(),
		Class: p.class, Type: "standard", Categories: p.categories(), DeploymentTypes: p.deployments(),
		Pricing: map[string]any{"hour": p.hour}, Specs: p.specs(),
	}
	for _, f := range facilities {
		out.AvailableIn = append(out.AvailableIn, v.link("available_in", "/facilities/"+f.id(), func(v view) any { return f.render(v) }))
	}
	for _, m := range metros {
		out.AvailableMetros = append(out.AvailableMetros, v.link("available_in_metros", "/locations/metros/"+m.id(), func(view) any { return m.render() }))
	}
	return out
}

type systemView struct {
	ID            string   `json:"id"`
	Slug          string   `json:"slug"`
	Name          string   `json:"name"`
	Distro        string   `json:"distro"`
	DistroLabel   string   `json:"distro_label"`
	Version       string   `json:"version"`
	Preinstall    bool     `json:"preinstallable"`
	Licensed      bool     `json:"licensed"`
	ProvisionedOn []string `json:"provisionable_on"`
}

func (o osType) id() string { return fixedID("operating-systems/" + o.slug) }

func (o osType) render() systemView {
	out := systemView{ID: o.id(), Slug: o.slug, Name: o.name, Distro: o.distro, DistroLabel: o.name, Version: o.version}
	for _, p := range plans {
		out.ProvisionedOn = append(out.ProvisionedOn, p.slug)
	}
	return out
}

// findMetro returns the metro with the given code or id.
func findMetro(key string) (metro, bool) {
	return find(metros, func(m metro) bool { return key != "" && (m.code == key || m.id() == key) })
}

// findFacility returns the facility with the given code or id.
func findFacility(key string) (facility, bool) {
	return find(facilities, func(f facility) bool { return key != "" && (f.code == key || f.id() == key) })
}

// facilityOf returns the facility in which a metro's devices are placed.
func facilityOf(metro string) (facility, bool) {
	return find(facilities, func(f facility) bool { return f.metro == metro && f.ibx })
}

// findPlan returns the plan with the given slug, class or id.
func findPlan(key string) (planType, bool) {
	return find(plans, func(p planType) bool { return key != "" && (p.slug == key || p.class == key || p.id() == key) })
}

// findSystem returns the operating system with the given slug or id.
func findSystem(key string) (osType, bool) {
	return find(systems, func(o osType) bool { return key != "" && (o.slug == key || o.id() == key) })
}

func find[T any](all []T, is func(T) bool) (T, bool) {
	for _, x := range all {
		if is(x) {
			return x, true
		}
	}
	var zero T
	return zero, false
}

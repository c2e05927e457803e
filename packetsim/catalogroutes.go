// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"net/http"
	"slices"
)

// The catalogue is the same for everybody; its lists have no pages.
func catalogRoutes() []route {
	return []route{
		{http.MethodGet, "/locations/metros", (*call).listMetros},
		{http.MethodGet, "/locations/metros/{id}", (*call).getMetro},
		{http.MethodGet, "/facilities", (*call).listFacilities},
		{http.MethodGet, "/projects/{id}/facilities", ofProject((*call).listFacilities)},
		{http.MethodGet, "/organizations/{id}/facilities", ofOrganization((*call).listFacilities)},
		{http.MethodGet, "/plans", (*call).listPlans},
		{http.MethodGet, "/projects/{id}/plans", ofProject((*call).listPlans)},
		{http.MethodGet, "/organizations/{id}/plans", ofOrganization((*call).listPlans)},
		{http.MethodGet, "/operating-systems", (*call).listSystems},
		{http.MethodGet, "/operating-system-versions", (*call).listSystems},
		{http.MethodGet, "/organizations/{id}/operating-systems", ofOrganization((*call).listSystems)},
		{http.MethodGet, "/organizations/{id}/capacity", ofOrganization((*call).listCapacity)},
		{http.MethodGet, "/organizations/{id}/capacity/metros", ofOrganization((*call).listMetroCapacity)},
		{http.MethodGet, "/capacity", (*call).listCapacity},
		{http.MethodPost, "/capacity", (*call).checkCapacity},
		{http.MethodGet, "/capacity/metros", (*call).listMetroCapacity},
		{http.MethodPost, "/capacity/metros", (*call).checkCapacity},
	}
}

// ofProject lets a handler answer those who may use the project of the path.
func ofProject(h handler) handler {
	return func(c *call) (answer, error) {
		if _, err := c.project(c.param("id")); err != nil {
			return answer{}, err
		}
		return h(c)
	}
}

// ofOrganization does the same for organizations.
func ofOrganization(h handler) handler {
	return func(c *call) (answer, error) {
		if _, err := c.organization(c.param("id")); err != nil {
			return answer{}, err
		}
		return h(c)
	}
}

func (c *call) listMetros() (answer, error) {
	out := make([]metroView, 0, len(metros))
	for _, m := range metros {
		out = append(out, m.render())
	}
	return ok(struct {
		Metros []metroView `json:"metros"`
	}{out})
}

func (c *call) getMetro() (answer, error) {
	m, found := findMetro(c.param("id"))
	if !found {
		return answer{}, errNotFound()
	}
	return ok(m.render())
}

func (c *call) listFacilities() (answer, error) {
	out := make([]facilityView, 0, len(facilities))
	for _, f := range facilities {
		out = append(out, f.render(c.view))
	}
	return ok(struct {
		Facilities []facilityView `json:"facilities"`
	}{out})
}

func (c *call) listPlans() (answer, error) {
	out := make([]planView, 0, len(plans))
	for _, p := range plans {
		if c.offers(p) {
			out = append(out, p.render(c.view))
		}
	}
	return ok(struct {
		Plans []planView `json:"plans"`
	}{out})
}

// offers applies the filters of a plan list.
func (c *call) offers(p planType) bool {
	is := func(name string, values ...string) bool {
		return c.query.Get(name) == "" || slices.Contains(values, c.query.Get(name))
	}
	return is("slug", p.slug) && is("type", "standard") && is("category", p.categories()...) && is("deployment_type", p.deployments()...) && c.ofCategory(p)
}

func (c *call) listSystems() (answer, error) {
	out := make([]systemView, 0, len(systems))
	for _, o := range systems {
		out = append(out, o.render())
	}
	return ok(struct {
		Systems []systemView `json:"operating_systems"`
	}{out})
}

// level is how much of a plan is left somewhere: enough, or nothing.
type level struct {
	Level string `json:"level"`
}

type capacityView struct {
	Capacity map[string]map[string]level `json:"capacity"`
}

func everywhere(codes []string) capacityView {
	out := capacityView{Capacity: map[string]map[string]level{}}
	for _, code := range codes {
		at := map[string]level{}
		for _, p := range plans {
			at[p.slug] = level{"normal"}
			if p.slug == soldOut {
				at[p.slug] = level{"unavailable"}
			}
		}
		out.Capacity[code] = at
	}
	return out
}

func (c *call) listCapacity() (answer, error) {
	codes := make([]string, 0, len(facilities))
	for _, f := range facilities {
		codes = append(codes, f.code)
	}
	return ok(everywhere(codes))
}

func (c *call) listMetroCapacity() (answer, error) {
	codes := make([]string, 0, len(metros))
	for _, m := range metros {
		codes = append(codes, m.code)
	}
	return ok(everywhere(codes))
}

// serverWish is a line of a question for capacity, and of its answer.
type serverWish struct {
	Facility  string      `json:"facility,omitempty"`
	Metro     string      `json:"metro,omitempty"`
	Plan      string      `json:"plan"`
	Quantity  looseNumber `json:"quantity"`
	Available bool        `json:"available"`
}

func (c *call) checkCapacity() (answer, error) {
	var req struct {
		Servers []serverWish `json:"servers"`
	}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	for i, w := range req.Servers {
		p, plan := findPlan(w.Plan)
		_, site := findFacility(w.Facility)
		_, metro := findMetro(w.Metro)
		req.Servers[i].Available = plan && p.slug != soldOut && (site || metro)
	}
	req.Servers = list(req.Servers)
	return ok(req)
}

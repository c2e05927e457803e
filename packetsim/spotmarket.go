// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"math"
	"net/http"
	"time"
)

// A SpotMarketRequest is a bid for devices. If it is as high as the price when
// it is made, the devices are made with it; prices never change, so a lower bid
// stays without any.
type SpotMarketRequest struct {
	ID          string   `json:"id"`
	ProjectID   string   `json:"project_id"`
	Plan        string   `json:"plan"`
	DevicesMin  int      `json:"devices_min"`
	DevicesMax  int      `json:"devices_max"`
	MaxBidPrice float64  `json:"max_bid_price"`
	Facilities  []string `json:"facilities,omitempty"`
	Metro       string   `json:"metro,omitempty"`
	// EndAt is when the bid ends; nil for never. Devices outlive it.
	EndAt     *time.Time `json:"end_at,omitempty"`
	DeviceIDs []string   `json:"device_ids,omitempty"`
	CreatedAt time.Time  `json:"created_at"`
}

func (r SpotMarketRequest) recordID() string    { return r.ID }
func (r SpotMarketRequest) indexKeys() []string { return []string{"project/" + r.ProjectID} }

// spotView has facilities as a list, as packngo reads it (its
// spotmarketrequest.go), and devices and a plan, which its tests ask for.
type spotView struct {
	ID          string  `json:"id"`
	DevicesMin  int     `json:"devices_min"`
	DevicesMax  int     `json:"devices_max"`
	MaxBidPrice float64 `json:"max_bid_price"`
	EndAt       *stamp  `json:"end_at,omitempty"`
	Facilities  []link  `json:"facilities,omitempty"`
	Metro       *link   `json:"metro,omitempty"`
	Plan        link    `json:"plan"`
	Project     link    `json:"project"`
	Devices     []link  `json:"devices"`
	CreatedAt   stamp   `json:"created_at"`
	Href        string  `json:"href"`
}

// spotRequest is the body that makes a bid.
type spotRequest struct {
	DevicesMin  looseNumber  `json:"devices_min"`
	DevicesMax  looseNumber  `json:"devices_max"`
	MaxBidPrice looseNumber  `json:"max_bid_price"`
	Facilities  looseList    `json:"facilities"`
	Metro       string       `json:"metro"`
	EndAt       *time.Time   `json:"end_at"`
	Instance    batchRequest `json:"instance_parameters"`
}

func spotMarketRoutes() []route {
	return []route{
		{http.MethodGet, "/market/spot/prices", (*call).listSpotPrices},
		{http.MethodGet, "/market/spot/prices/metros", (*call).listMetroSpotPrices},
		{http.MethodGet, "/projects/{id}/spot-market-requests", (*call).listSpotRequests},
		{http.MethodPost, "/projects/{id}/spot-market-requests", (*call).createSpotRequest},
		{http.MethodGet, "/spot-market-requests/{id}", (*call).getSpotRequest},
		{http.MethodDelete, "/spot-market-requests/{id}", (*call).deleteSpotRequest},
	}
}

// spotPrice is what a machine costs on the spot market, in dollars an hour: a
// third of the price on demand, everywhere and always.
func (p planType) spotPrice() float64 { return math.Round(p.hour/3*100) / 100 }

// A spotPriceView is the price of a plan at a place.
type spotPriceView struct {
	Price float64 `json:"price"`
}

// answerPrices answers the prices at every place, or at the one that the query
// asks for with the given parameter, of all plans or one.
func (c *call) answerPrices(param string, places []string) (answer, error) {
	wanted := func(name, value string) bool { return c.query.Get(name) == "" || c.query.Get(name) == value }
	out := map[string]map[string]spotPriceView{}
	for _, place := range places {
		if !wanted(param, place) {
			continue
		}
		at := map[string]spotPriceView{}
		for _, p := range plans {
			if wanted("plan", p.slug) {
				at[p.slug] = spotPriceView{p.spotPrice()}
			}
		}
		out[place] = at
	}
	return ok(struct {
		Prices map[string]map[string]spotPriceView `json:"spot_market_prices"`
	}{out})
}

func (c *call) listSpotPrices() (answer, error) {
	return c.answerPrices("facility", slugs(facilities, func(f facility) string { return f.code }))
}

func (c *call) listMetroSpotPrices() (answer, error) {
	return c.answerPrices("metro", slugs(metros, func(m metro) string { return m.code }))
}

// spotProject returns a project whose bids the caller may see. An API key of
// the project may not:
// https://github.com/equinix/terraform-provider-equinix/issues/199.
func (c *call) spotProject(id string) (Project, error) {
	p, err := c.project(id)
	if err != nil {
		return p, err
	}
	_, err = c.user()
	return p, err
}

func (c *call) listSpotRequests() (answer, error) {
	p, err := c.spotProject(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	views := []spotView{}
	for _, r := range c.st.spotRequests.list("project/" + p.ID) {
		views = append(views, r.render(c.view))
	}
	return ok(struct {
		Requests []spotView `json:"spot_market_requests"`
	}{views})
}

func (c *call) createSpotRequest() (answer, error) {
	p, err := c.spotProject(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req spotRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	r, err := c.bid(p, req)
	if err != nil {
		return answer{}, err
	}
	c.st.spotRequests.put(r)
	return created(r.render(c.view))
}

// bid makes what a request asks for, with its devices if the bid is high enough.
func (c *call) bid(p Project, req spotRequest) (SpotMarketRequest, error) {
	r := SpotMarketRequest{
		ID: newID(), ProjectID: p.ID, DevicesMin: int(req.DevicesMin), DevicesMax: int(req.DevicesMax),
		MaxBidPrice: float64(req.MaxBidPrice), EndAt: req.EndAt, CreatedAt: c.now,
	}
	if texts := r.wrong(c.now); len(texts) > 0 {
		return r, errInvalid(texts...)
	}
	one, spot := req.Instance, true
	one.Facility, one.Metro, one.SpotInstance, one.SpotPriceMax = req.Facilities, req.Metro, &spot, req.MaxBidPrice
	// What cannot be made is refused at any price.
	d := Device{Hostname: "any"}
	if err := one.place(&d); err != nil {
		return r, err
	}
	if err := one.apply(&d); err != nil {
		return r, err
	}
	r.Plan = d.Plan
	if req.Metro != "" {
		r.Metro = d.Metro
	} else {
		for _, key := range req.Facilities {
			if f, found := findFacility(key); found {
				r.Facilities = append(r.Facilities, f.code)
			}
		}
	}
	plan, _ := findPlan(d.Plan)
	if r.MaxBidPrice < plan.spotPrice() {
		return r, nil
	}
	var err error
	r.DeviceIDs, err = c.newDevices(p, one, r.DevicesMax)
	return r, err
}

// wrong returns what is wrong with the numbers of a bid.
func (r SpotMarketRequest) wrong(now time.Time) []string {
	var texts []string
	if r.DevicesMin < 1 {
		texts = append(texts, "Devices min must be greater than 0")
	}
	if r.DevicesMax < r.DevicesMin {
		texts = append(texts, "Devices max must be greater than or equal to devices min")
	}
	if r.DevicesMax > maxBatch {
		texts = append(texts, fmt.Sprintf("Devices max must be less than or equal to %d", maxBatch))
	}
	if r.MaxBidPrice <= 0 {
		texts = append(texts, "Max bid price must be greater than 0")
	}
	if r.EndAt != nil && !r.EndAt.After(now) {
		texts = append(texts, "End at must be in the future")
	}
	return texts
}

// spotRequest returns the bid of the path, if the caller may see it.
func (c *call) spotRequest() (SpotMarketRequest, error) {
	r, found := c.st.spotRequests.get(c.param("id"))
	if !found {
		return r, errNotFound()
	}
	_, err := c.spotProject(r.ProjectID)
	return r, err
}

func (c *call) getSpotRequest() (answer, error) {
	r, err := c.spotRequest()
	if err != nil {
		return answer{}, err
	}
	return ok(r.render(c.view))
}

// deleteSpotRequest removes a bid. Its devices stay, unless the request wants
// them ended; one that cannot be deleted yet ends as soon as it can.
func (c *call) deleteSpotRequest() (answer, error) {
	r, err := c.spotRequest()
	if err != nil {
		return answer{}, err
	}
	req := struct {
		Force bool `json:"force_termination"`
	}{c.query.Get("force_termination") == "true"}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if now := c.now; req.Force {
		for _, d := range c.st.devicesOf(r.DeviceIDs) {
			d.TerminationTime = &now
			c.st.devices.put(d)
			c.st.armDevice(d)
		}
		c.st.advance(now)
	}
	c.st.spotRequests.delete(r.ID)
	return noContent()
}

func (r SpotMarketRequest) render(v view) spotView {
	p, _ := findPlan(r.Plan)
	out := spotView{
		ID: r.ID, DevicesMin: r.DevicesMin, DevicesMax: r.DevicesMax, MaxBidPrice: r.MaxBidPrice, EndAt: (*stamp)(r.EndAt),
		Plan:    v.link("plan", "/plans/"+p.id(), func(v view) any { return p.render(v) }),
		Project: v.projectLink("project", r.ProjectID), CreatedAt: stamp(r.CreatedAt), Href: v.href("/spot-market-requests/" + r.ID),
		Devices: links(v, "devices", "/devices/", v.st.devicesOf(r.DeviceIDs), func(v view, d Device) any { return d.render(v) }),
	}
	for _, code := range r.Facilities {
		f, _ := findFacility(code)
		out.Facilities = append(out.Facilities, v.link("facilities", "/facilities/"+f.id(), func(v view) any { return f.render(v) }))
	}
	if m, found := findMetro(r.Metro); found {
		l := v.link("metro", "/locations/metros/"+m.id(), func(view) any { return m.render() })
		out.Metro = &l
	}
	return out
}

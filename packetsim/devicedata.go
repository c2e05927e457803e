// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"math"
)

func (c *call) getUserData() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(userData{d.UserData})
}

// userData is the answer to a request for a device's user data.
type userData struct {
	UserData string `json:"userdata"`
}

func (c *call) getCustomData() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(object(d.CustomData))
}

// validateUserData tells whether a device could be made with some user data.
func (c *call) validateUserData() (answer, error) {
	req := userData{c.query.Get("userdata")}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if !knownUserData(req.UserData) {
		return answer{}, errInvalid(textUserData)
	}
	return noContent()
}

// usageView is what a device has cost so far.
type usageView struct {
	Quantity string `json:"quantity"`
	Unit     string `json:"unit"`
	Total    string `json:"total"`
}

// listUsages bills every hour that was begun.
func (c *call) listUsages() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	p, _ := findPlan(d.Plan)
	hours := math.Ceil(c.now.Sub(d.CreatedAt).Hours())
	return ok(struct {
		Usages []usageView `json:"usages"`
	}{[]usageView{{Quantity: fmt.Sprintf("%.1f", hours), Unit: "hour", Total: fmt.Sprintf("%.2f", hours*p.hour)}}})
}

// bandwidthView is the traffic of a device in one direction.
type bandwidthView struct {
	Target string            `json:"target"`
	Tags   map[string]string `json:"tags"`
	// Datapoints are pairs of a rate and a time in Unix seconds.
	Datapoints [][2]float64 `json:"datapoints"`
}

// getBandwidth answers that nothing was measured: there is no traffic.
func (c *call) getBandwidth() (answer, error) {
	d, err := c.device(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	one := func(target string) bandwidthView {
		return bandwidthView{Target: target, Tags: map[string]string{"aggregatedBy": "sum", "name": d.Hostname}, Datapoints: [][2]float64{}}
	}
	return ok(struct {
		Bandwidth []bandwidthView `json:"bandwidth"`
	}{[]bandwidthView{one("inbound"), one("outbound")}})
}

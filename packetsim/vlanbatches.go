// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"time"
)

// States of a batch.
const (
	batchQueued    = "queued"
	batchCompleted = "completed"
	batchFailed    = "failed"
)

// A VLANBatch is a change of several VLANs of one port. It takes effect as a
// whole or, with Errors, not at all.
type VLANBatch struct {
	ID        string          `json:"id"`
	PortID    string          `json:"port_id"`
	ProjectID string          `json:"project_id"`
	Items     []VLANBatchItem `json:"items"`
	Errors    []string        `json:"errors,omitempty"`
	CreatedAt time.Time       `json:"created_at"`
}

// A VLANBatchItem is what a batch does with one VLAN.
type VLANBatchItem struct {
	VLANID string `json:"id,omitempty"`
	VXLAN  int    `json:"vlan,omitempty"`
	// State is assigned or unassigned.
	State  string `json:"state"`
	Native bool   `json:"native"`
}

func (b VLANBatch) recordID() string    { return b.ID }
func (b VLANBatch) indexKeys() []string { return []string{"port/" + b.PortID} }

type vlanBatchView struct {
	ID            string          `json:"id"`
	ErrorMessages []string        `json:"error_messages"`
	Quantity      int             `json:"quantity"`
	State         string          `json:"state"`
	CreatedAt     stamp           `json:"created_at"`
	UpdatedAt     stamp           `json:"updated_at"`
	Port          link            `json:"port"`
	Project       link            `json:"project"`
	Assignments   []VLANBatchItem `json:"vlan_assignments"`
}

// vlanBatchRequest is the body that creates a batch.
type vlanBatchRequest struct {
	Assignments []struct {
		// VLAN is an id or a number.
		VLAN   string `json:"vlan"`
		State  string `json:"state"`
		Native bool   `json:"native"`
	} `json:"vlan_assignments"`
}

// createVLANBatch answers with a queued batch, which the next request sees done.
func (c *call) createVLANBatch() (answer, error) {
	p, d, err := c.port(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req vlanBatchRequest
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if len(req.Assignments) == 0 {
		return answer{}, errInvalid("Vlan assignments can't be blank")
	}
	b := VLANBatch{ID: newID(), PortID: p.ID, ProjectID: d.ProjectID, CreatedAt: c.now}
	for _, a := range req.Assignments {
		item := VLANBatchItem{State: cmp.Or(a.State, "assigned"), Native: a.Native}
		if item.State != "assigned" && item.State != "unassigned" {
			return answer{}, errInvalid("State is not included in the list")
		}
		n, found := c.st.findVLAN(d, a.VLAN)
		if !found {
			b.Errors = append(b.Errors, "Virtual network "+a.VLAN+" not found")
		}
		item.VLANID, item.VXLAN = n.ID, n.VXLAN
		b.Items = append(b.Items, item)
		p = p.follow(item, n, c.now)
	}
	if len(b.Errors) == 0 {
		c.st.ports.put(p)
	}
	c.st.vlanBatches.put(b)
	out := b.render(c.view)
	out.State, out.ErrorMessages = batchQueued, []string{}
	return created(out)
}

// follow returns the port with a VLAN in the state of a batch's item, which may
// be the one it is in.
func (p Port) follow(item VLANBatchItem, n VLAN, now time.Time) Port {
	switch on := p.has(n); {
	case on && item.State == "unassigned":
		p = p.without(n)
	case !on && item.State == "assigned":
		p = p.with(n, now)
	}
	if item.Native && item.State == "assigned" {
		p = p.withNative(n)
	}
	return p
}

func (c *call) listVLANBatches() (answer, error) {
	p, _, err := c.port(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	views := []vlanBatchView{}
	for _, b := range c.st.vlanBatches.list("port/" + p.ID) {
		views = append(views, b.render(c.view))
	}
	return ok(struct {
		Batches []vlanBatchView `json:"batches"`
	}{views})
}

func (c *call) getVLANBatch() (answer, error) {
	p, _, err := c.port(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	b, found := c.st.vlanBatches.get(c.param("sub"))
	if !found || b.PortID != p.ID {
		return answer{}, errNotFound()
	}
	return ok(b.render(c.view))
}

func (b VLANBatch) render(v view) vlanBatchView {
	out := vlanBatchView{
		ID: b.ID, ErrorMessages: list(b.Errors), Quantity: len(b.Items), State: batchCompleted,
		CreatedAt: stamp(b.CreatedAt), UpdatedAt: stamp(b.CreatedAt),
		Port: v.portLink("port", b.PortID), Project: v.projectLink("project", b.ProjectID), Assignments: b.Items,
	}
	if len(b.Errors) > 0 {
		out.State = batchFailed
	}
	return out
}

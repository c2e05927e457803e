// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// maxBatch is how many devices one request may make. The limit is our own.
const maxBatch = 100

// A Batch is a number of devices that one request made.
type Batch struct {
	ID        string    `json:"id"`
	ProjectID string    `json:"project_id"`
	DeviceIDs []string  `json:"device_ids"`
	CreatedAt time.Time `json:"created_at"`
}

func (b Batch) recordID() string    { return b.ID }
func (b Batch) indexKeys() []string { return []string{"project/" + b.ProjectID} }

type batchView struct {
	ID            string   `json:"id"`
	ErrorMessages []string `json:"error_messages"`
	State         string   `json:"state"`
	Quantity      int      `json:"quantity"`
	CreatedAt     stamp    `json:"created_at"`
	UpdatedAt     stamp    `json:"updated_at"`
	Project       link     `json:"project"`
	Devices       []link   `json:"devices"`
	Href          string   `json:"href"`
}

// batchRequest is a line of the body that makes batches: a device with a number.
type batchRequest struct {
	deviceRequest

	// Hostnames are the names of the devices. Without them all get the same
	// one, in which {{index}} stands for the number of the device.
	Hostnames []string    `json:"hostnames"`
	Quantity  looseNumber `json:"quantity"`
}

func batchRoutes() []route {
	return []route{
		{http.MethodPost, "/projects/{id}/devices/batch", (*call).createBatches},
		{http.MethodGet, "/projects/{id}/batches", (*call).listBatches},
		{http.MethodGet, "/batches/{id}", (*call).getBatch},
		{http.MethodDelete, "/batches/{id}", (*call).deleteBatch},
	}
}

func (c *call) createBatches() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	var req struct {
		Batches []batchRequest `json:"batches"`
	}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if len(req.Batches) == 0 {
		return answer{}, errInvalid("Batches can't be blank")
	}
	total := 0
	for _, r := range req.Batches {
		n := r.devices()
		if n < 1 || n > maxBatch {
			return answer{}, errInvalid("Quantity is invalid")
		}
		if total += n; total > maxBatch {
			return answer{}, errInvalid(fmt.Sprintf("Batches have more than %d devices", maxBatch))
		}
	}
	var made []Batch
	for _, r := range req.Batches {
		b, err := c.newBatch(p, r)
		if err != nil {
			for _, done := range made {
				c.forgetDevices(done.DeviceIDs)
				c.st.batches.delete(done.ID)
			}
			return answer{}, err
		}
		made = append(made, b)
	}
	// The answer comes before any device is ready.
	out := c.batchViews(made)
	for i := range out {
		out[i].State = batchQueued
	}
	return created(batchList{out})
}

// newBatch makes the devices of one batch, or none.
func (c *call) newBatch(p Project, r batchRequest) (Batch, error) {
	b := Batch{ID: newID(), ProjectID: p.ID, CreatedAt: c.now}
	var err error
	if b.DeviceIDs, err = c.newDevices(p, r, r.devices()); err != nil {
		return b, err
	}
	c.st.batches.put(b)
	return b, nil
}

// devices returns how many devices the request asks for; the number may be
// one that nobody can have.
func (r batchRequest) devices() int { return max(int(r.Quantity), len(r.Hostnames)) }

// newDevices makes the first n of the devices that a request asks for, or none.
func (c *call) newDevices(p Project, r batchRequest, n int) ([]string, error) {
	var ids []string
	for i := range n {
		one := r.deviceRequest
		if i < len(r.Hostnames) {
			one.Hostname = &r.Hostnames[i]
		} else if one.Hostname != nil {
			name := strings.ReplaceAll(*one.Hostname, "{{index}}", fmt.Sprintf("%02d", i+1))
			one.Hostname = &name
		}
		d, err := c.newDevice(p, one)
		if err != nil {
			c.forgetDevices(ids)
			return nil, err
		}
		ids = append(ids, d.ID)
	}
	return ids, nil
}

// forgetDevices takes devices back because one made with them was refused.
func (c *call) forgetDevices(ids []string) {
	for _, id := range ids {
		d, _ := c.st.devices.get(id)
		c.st.freeHardware(d, time.Time{})
		c.st.removeDevice(id)
	}
}

func (c *call) listBatches() (answer, error) {
	p, err := c.project(c.param("id"))
	if err != nil {
		return answer{}, err
	}
	return ok(batchList{c.batchViews(c.st.batches.list("project/" + p.ID))})
}

type batchList struct {
	Batches []batchView `json:"batches"`
}

func (c *call) batchViews(all []Batch) []batchView {
	views := make([]batchView, 0, len(all))
	for _, b := range all {
		views = append(views, b.render(c.view))
	}
	return views
}

// batch returns the batch of the path, if the caller may use its project.
func (c *call) batch() (Batch, error) {
	b, found := c.st.batches.get(c.param("id"))
	if !found {
		return b, errNotFound()
	}
	return b, c.within(b.ProjectID)
}

func (c *call) getBatch() (answer, error) {
	b, err := c.batch()
	if err != nil {
		return answer{}, err
	}
	return ok(b.render(c.view))
}

// deleteBatch removes a batch and, if the request says so, its devices: all of
// them, or none if one cannot be deleted.
func (c *call) deleteBatch() (answer, error) {
	b, err := c.batch()
	if err != nil {
		return answer{}, err
	}
	req := struct {
		Devices bool `json:"remove_associated_instances"`
	}{c.query.Get("remove_associated_instances") == "true"}
	if err := c.decode(&req); err != nil {
		return answer{}, err
	}
	if req.Devices {
		devices := c.st.devicesOf(b.DeviceIDs)
		for _, d := range devices {
			if err := d.refusal(); err != nil {
				return answer{}, err
			}
		}
		for _, d := range devices {
			if d.lives() {
				c.st.deprovision(d, c.now)
			}
		}
	}
	c.st.batches.delete(b.ID)
	return noContent()
}

// devicesOf returns the devices with the given ids that still can be seen.
func (st *state) devicesOf(ids []string) []Device {
	var out []Device
	for _, id := range ids {
		if d, found := st.devices.get(id); found && !d.Hidden {
			out = append(out, d)
		}
	}
	return out
}

func (b Batch) render(v view) batchView {
	return batchView{
		ID: b.ID, ErrorMessages: []string{}, State: batchCompleted, Quantity: len(b.DeviceIDs), CreatedAt: stamp(b.CreatedAt), UpdatedAt: stamp(b.CreatedAt),
		Project: v.projectLink("project", b.ProjectID), Href: v.href("/batches/" + b.ID),
		Devices: links(v, "devices", "/devices/", v.st.devicesOf(b.DeviceIDs), func(v view, d Device) any { return d.render(v) }),
	}
}

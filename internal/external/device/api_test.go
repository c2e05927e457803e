// SPDX-License-Identifier: Apache-2.0

package device

import (
	"context"
	"errors"
	"time"

	clocktesting "k8s.io/utils/clock/testing"

	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

const (
	deviceID  = "d0000000-0000-4000-8000-000000000001"
	projectID = "a0000000-0000-4000-8000-000000000001"
)

var (
	errBoom      = errors.New("boom")
	errMissing   = &packet.Error{Class: packet.ClassNotFound}
	errForbidden = &packet.Error{Class: packet.ClassForbidden}
	start        = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	mark         = attached.Mark("me")
)

// An api answers with functions. One that is missing is not to be called.
type fakeAPI struct {
	getFn     func(id string) (packet.Device, error)
	listFn    func(projectID, tag string) ([]packet.Device, error)
	projectFn func(id string) (packet.Project, error)
	createFn  func(projectID string, d packet.CreateDevice) (packet.Device, error)
	updateFn  func(id string, d packet.UpdateDevice) (packet.Device, error)
	deleteFn  func(id string) error
}

func (a *fakeAPI) GetDevice(_ context.Context, id string) (packet.Device, error) { return a.getFn(id) }

func (a *fakeAPI) ListDevices(_ context.Context, projectID, tag string) ([]packet.Device, error) {
	return a.listFn(projectID, tag)
}

func (a *fakeAPI) GetProject(_ context.Context, id string) (packet.Project, error) {
	return a.projectFn(id)
}

func (a *fakeAPI) CreateDevice(_ context.Context, projectID string, d packet.CreateDevice) (packet.Device, error) {
	return a.createFn(projectID, d)
}

func (a *fakeAPI) UpdateDevice(_ context.Context, id string, d packet.UpdateDevice) (packet.Device, error) {
	return a.updateFn(id, d)
}

func (a *fakeAPI) DeleteDevice(_ context.Context, id string) error { return a.deleteFn(id) }

// over returns the operations of the owner "me" at a time that stands still.
func over(a *fakeAPI) *operations {
	return &operations{api: a, endpoint: "E1", mark: mark, clock: clocktesting.NewFakePassiveClock(start), told: &told{of: map[place]map[note]bool{}}}
}

func textOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

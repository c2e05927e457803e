// SPDX-License-Identifier: Apache-2.0

package device

import (
	"context"
	"fmt"
	"slices"

	"k8s.io/utils/clock"
	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/external/attached"
	"github.com/crossplane-contrib/provider-packet/internal/external/parent"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// An api is what is needed of the Packet API for devices.
type api interface {
	reader
	writer
}

// A reader reads devices and the projects that they belong to.
type reader interface {
	parent.Projects
	GetDevice(ctx context.Context, id string) (packet.Device, error)
	ListDevices(ctx context.Context, projectID, tag string) ([]packet.Device, error)
}

// A writer changes devices.
type writer interface {
	CreateDevice(ctx context.Context, projectID string, d packet.CreateDevice) (packet.Device, error)
	UpdateDevice(ctx context.Context, id string, d packet.UpdateDevice) (packet.Device, error)
	DeleteDevice(ctx context.Context, id string) error
}

var _ api = &packet.Client{}

// Reasons for not doing what is asked for, and of the condition Ready.
const (
	// reasonProvisioning: the device cannot be used or deleted yet.
	reasonProvisioning external.Reason = "Provisioning"
	// reasonLocked: somebody protects the device from being deleted.
	reasonLocked external.Reason = "Locked"
)

// operations are those of one managed resource on one connection.
type operations struct {
	api      api
	endpoint string
	mark     string
	clock    clock.PassiveClock
	told     *told
}

func (o *operations) machine(d packet.Device, a Arguments) Machine {
	return Machine{Device: d, Ours: slices.Contains(d.Tags, o.mark), Unlocked: !ptr.Deref(a.Locked, true)}
}

// Get returns the device with an id. The API answers 403 for what the key may
// not see, and for a device that failed to provision and was moved out of sight
// (kubernetes-sigs/cluster-api-provider-packet#245). The latter is gone if its
// project lacks it.
func (o *operations) Get(ctx context.Context, id string, a Arguments) (Machine, bool, error) {
	d, err := o.api.GetDevice(ctx, id)
	switch {
	case packet.IsNotFound(err), err == nil && d.State == stateDeleted, packet.IsForbidden(err) && parent.Lacks(ctx, o.api, a.ProjectID, id, o.all, func(d packet.Device) string { return d.ID }):
		return Machine{}, false, nil
	case err != nil:
		return Machine{}, false, err
	default:
		return o.machine(d, a), true, nil
	}
}

// all returns the devices of a project, whatever their tags, which others can
// change.
func (o *operations) all(ctx context.Context, projectID string) ([]packet.Device, error) {
	return o.api.ListDevices(ctx, projectID, "")
}

// Find returns the device that carries the owner's mark. A project that does
// not exist has none. A list may lag behind: what it shows is read directly, and
// a contradiction is an error, so that neither a device that is gone is taken
// for the one that was just made, nor one that is there is left behind.
func (o *operations) Find(ctx context.Context, a Arguments) (Machine, bool, error) {
	marked, err := o.api.ListDevices(ctx, a.ProjectID, o.mark)
	if err != nil && !packet.IsNotFound(err) {
		return Machine{}, false, err
	}
	for _, listed := range candidates(marked) {
		d, err := o.api.GetDevice(ctx, listed.ID)
		switch {
		case packet.IsNotFound(err), packet.IsForbidden(err):
			return Machine{}, false, fmt.Errorf("the list of the project's devices has device %s, which is not there; looking again", listed.ID)
		case err != nil:
			return Machine{}, false, err
		case d.State != stateDeleted:
			return o.machine(d, a), true, nil
		}
	}
	return Machine{}, false, nil
}

// candidates returns the marked devices that are there, the one that counts
// first: one that stays before one that is being deleted, and of two the later
// one, which was made in place of one that vanished.
func candidates(marked []packet.Device) []packet.Device {
	there := slices.DeleteFunc(slices.Clone(marked), func(d packet.Device) bool { return d.State == stateDeleted })
	slices.SortStableFunc(there, func(x, y packet.Device) int {
		if goes := x.State == stateDeprovisioning; goes != (y.State == stateDeprovisioning) {
			return map[bool]int{true: 1, false: -1}[goes]
		}
		return y.CreatedAt.Compare(x.CreatedAt)
	})
	return there
}

// Prepare makes sure that there is a project, and that the arguments can be
// sent.
func (o *operations) Prepare(ctx context.Context, a Arguments) error {
	if _, err := request(a, o.mark); err != nil {
		return err
	}
	return parent.Check(ctx, o.api, a.ProjectID, "Device")
}

// Create makes the device, which is provisioned afterwards.
func (o *operations) Create(ctx context.Context, a Arguments) (Machine, error) {
	r, err := request(a, o.mark)
	if err != nil {
		return Machine{}, err
	}
	d, err := o.api.CreateDevice(ctx, a.ProjectID, r)
	return o.machine(d, a), err
}

// Update changes the settings that differ by one request.
func (o *operations) Update(ctx context.Context, m Machine, a Arguments, mend []external.Difference) (Machine, error) {
	if _, err := attached.Data(a.CustomData); err != nil {
		return Machine{}, err
	}
	d, err := o.api.UpdateDevice(ctx, m.ID, change(a, m, mend))
	return o.machine(d, a), err
}

// Delete deletes the device. A lock that somebody put on it is respected,
// unless the manifest says that the device is not locked.
func (o *operations) Delete(ctx context.Context, m Machine) error {
	if m.State == stateDeprovisioning {
		return nil
	}
	if m.Locked && m.Unlocked {
		if _, err := o.api.UpdateDevice(ctx, m.ID, packet.UpdateDevice{Locked: ptr.To(false)}); err != nil {
			return fmt.Errorf("cannot unlock it: %w", err)
		}
	}
	err := o.api.DeleteDevice(ctx, m.ID)
	switch {
	case packet.IsBusy(err):
		return &external.Refusal{Reason: reasonProvisioning, Message: "it is being provisioned, which the API lets nobody interrupt; it is deleted as soon as that has ended"}
	case packet.IsLocked(err):
		return &external.Refusal{Reason: reasonLocked, Message: "it is locked; set spec.forProvider.locked to false, or unlock it at the API"}
	default:
		return err
	}
}

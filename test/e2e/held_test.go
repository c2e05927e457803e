// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"context"
	"errors"
	"net/http"
	"testing"

	"github.com/crossplane-contrib/provider-packet/packetsim"
)

// holdDevice has the API make the next device of a project and not say so until
// it is let go: nobody sees the device in a state that lasts a moment.
func holdDevice(t *testing.T, project string) {
	t.Helper()
	held, err := sim.SetFault(packetsim.Fault{Name: heldIn(project), Method: http.MethodPost, Path: "/projects/" + project + "/devices", Times: 1, Store: true, Hang: true})
	check(t, err)
	t.Cleanup(held.Remove)
}

// letGo puts the device that is held into a state, in which it stays, before
// anybody hears of it. It returns the id of the device.
func letGo(t *testing.T, project, state string) string {
	t.Helper()
	var id string
	await(t, "there is a device", func(context.Context) error {
		devices := sim.Snapshot(scope(project)).Projects[0].Devices
		if len(devices) == 0 {
			return errors.New("there is none")
		}
		id = devices[0].Device.ID
		return sim.SetDeviceState(id, state)
	})
	for _, f := range sim.Faults() {
		if f.Fault().Name == heldIn(project) {
			f.Release()
		}
	}
	return id
}

func heldIn(project string) string { return "device of " + project }

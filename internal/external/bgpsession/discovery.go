// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"context"
	"strings"
	"time"
)

const (
	// discoveryGap is the shortest time between two discoveries in a project
	// that new sessions can bring about.
	discoveryGap = time.Minute
	// discoveryTimeout bounds a discovery: the session waits for it, and needs
	// nothing of its answer.
	discoveryTimeout = 10 * time.Second
)

// A place is an id at an endpoint.
type place struct{ endpoint, id string }

// at returns the place of an id, of which the API accepts either case.
func (o *operations) at(id string) place { return place{o.endpoint, strings.ToLower(id)} }

// A discovery is when a project was last asked for a new status of its
// sessions, whoever's key was used.
type discovery struct {
	last   time.Time
	failed bool
	wanted bool // by a session that is new since then
}

// A home is the project of a device. While it is unknown, the device is read
// again at the given time.
type home struct {
	project string
	again   time.Time
}

// discover asks the API to read the status of all sessions of the session's
// project from the routers, unless that was done lately. One that fails counts
// too: a key that may only read, or an endpoint without discovery, is asked no
// more often than others.
func (o *operations) discover(ctx context.Context, deviceID string, isNew bool) {
	if o.shared.StatusAge <= 0 {
		return
	}
	project := o.project(ctx, deviceID)
	if project == "" || !o.shared.discoveryDue(o.at(project), isNew) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, discoveryTimeout)
	defer cancel()
	if err := o.api.DiscoverSessions(ctx, project); err != nil {
		o.shared.Logger.Debug("Cannot have the status of a project's sessions discovered", "project", project, "error", err)
		o.shared.discoveries.change(o.at(project), func(d discovery) discovery {
			d.failed = true
			return d
		})
	}
}

// discoveryDue reports whether the caller is to start a discovery in the
// project. Of those who ask at the same time one is.
func (s *shared) discoveryDue(project place, isNew bool) (due bool) {
	now := s.Clock.Now()
	s.discoveries.change(project, func(d discovery) discovery {
		d.wanted = d.wanted || isNew
		passed := now.Sub(d.last)
		due = passed >= s.StatusAge || d.wanted && !d.failed && passed >= discoveryGap
		if due {
			d = discovery{last: now}
		}
		return d
	})
	return due
}

// project returns the id of a device's project, or nothing if it cannot be
// read. A device stays in its project: it is read once.
func (o *operations) project(ctx context.Context, deviceID string) string {
	now := o.shared.Clock.Now()
	if h, ok := o.shared.homes.get(o.at(deviceID)); ok && (h.project != "" || now.Before(h.again)) {
		return h.project
	}
	device, err := o.api.GetDevice(ctx, deviceID)
	if err != nil {
		o.shared.Logger.Debug("Cannot read the project of a device", "device", deviceID, "error", err)
	}
	o.shared.homes.set(o.at(deviceID), home{project: device.ProjectID, again: now.Add(o.shared.StatusAge)})
	return device.ProjectID
}

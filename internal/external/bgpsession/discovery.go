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
	// extraTimeout bounds each request for what is told beside the session, or
	// for nothing of its answer: what is to be written must not wait for it.
	extraTimeout = 10 * time.Second
)

// A place is an id at an endpoint.
type place struct{ endpoint, id string }

// at returns the place of an id, of which the API accepts either case.
func (o *operations) at(id string) place { return place{o.endpoint, strings.ToLower(id)} }

// An attempt is what one credential does at a place.
type attempt struct {
	place

	credential credential
}

// A discovery is when a project was last asked for a new status of its
// sessions, whoever's key was used.
type discovery struct {
	last   time.Time
	wanted bool // by a session that is new since then
}

// discover asks the API to read the status of all sessions of the session's
// project from the routers, unless that was done lately. One that fails counts
// for its key: one that may only read, or an endpoint without discovery, is
// asked no more often than others, and keeps nobody else from it.
func (o *operations) discover(ctx context.Context, deviceID string, isNew bool) {
	if o.shared.StatusAge <= 0 {
		return
	}
	project := o.project(ctx, deviceID)
	if project == "" {
		return
	}
	due, before := o.shared.discoveryDue(o.at(project), isNew, !o.failedLately(project))
	if !due {
		return
	}
	bounded, cancel := context.WithTimeout(ctx, extraTimeout)
	defer cancel()
	if err := o.api.DiscoverSessions(bounded, project); err != nil {
		o.shared.Logger.Debug("Cannot have the status of a project's sessions discovered", "project", project, "error", err)
		o.noteFailure(ctx, project)
		o.shared.discoveries.change(o.at(project), func(d discovery) discovery {
			return discovery{last: before.last, wanted: before.wanted || d.wanted}
		})
	}
}

// discoveryDue reports whether the caller, if able, is to start a discovery in
// the project, and how things were before. Of those who ask at the same time
// one is.
func (s *shared) discoveryDue(project place, isNew, able bool) (due bool, before discovery) {
	now := s.Clock.Now()
	s.discoveries.change(project, func(d discovery) discovery {
		d.wanted = d.wanted || isNew
		before = d
		passed := now.Sub(d.last)
		due = able && (passed >= s.StatusAge || d.wanted && passed >= discoveryGap)
		if due {
			d = discovery{last: now}
		}
		return d
	})
	return due, before
}

// project returns the id of a device's project, or nothing if it cannot be
// read. A device stays in its project: it is read once.
func (o *operations) project(ctx context.Context, deviceID string) string {
	if project, _ := o.shared.homes.get(o.at(deviceID)); project != "" {
		return project
	}
	if o.failedLately(deviceID) {
		return ""
	}
	bounded, cancel := context.WithTimeout(ctx, extraTimeout)
	defer cancel()
	device, err := o.api.GetDevice(bounded, deviceID)
	if err != nil || device.ProjectID == "" {
		o.shared.Logger.Debug("Cannot read the project of a device", "device", deviceID, "error", err)
		o.noteFailure(ctx, deviceID)
		return ""
	}
	o.shared.homes.set(o.at(deviceID), device.ProjectID)
	return device.ProjectID
}

// failedLately reports whether the key failed with a device or a project within
// the age of a status.
func (o *operations) failedLately(id string) bool {
	at, ok := o.shared.failures.get(attempt{o.at(id), o.credential})
	return ok && o.shared.Clock.Since(at) < o.shared.StatusAge
}

// noteFailure notes that the key failed, which the end of ctx does not prove.
func (o *operations) noteFailure(ctx context.Context, id string) {
	if ctx.Err() == nil {
		o.shared.failures.set(attempt{o.at(id), o.credential}, o.shared.Clock.Now())
	}
}

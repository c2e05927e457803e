// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"fmt"
	"time"
)

// The functions in this file add records without the API's rules on who may do
// so and when: for seed data and for tests that need a certain state. They fill
// in what is left out, and refuse values that the API refuses.

func (st *state) insertProject(p Project, now time.Time) (Project, error) {
	_, taken := st.projects.get(p.ID)
	if err := checkID(p.ID, taken); err != nil {
		return p, err
	}
	if err := validProjectName(p.Name); err != nil {
		return p, under("name", err)
	}
	p.ID = cmp.Or(p.ID, newID())
	p.OrganizationID = cmp.Or(p.OrganizationID, defaultOrganizationID())
	if _, found := st.orgs.get(p.OrganizationID); !found {
		return p, fmt.Errorf("organization %s does not exist", p.OrganizationID)
	}
	p.PaymentMethodID = cmp.Or(p.PaymentMethodID, fixedID("payment-methods/"+p.OrganizationID))
	p.Type = cmp.Or(p.Type, "default")
	if p.MemberIDs == nil {
		p.MemberIDs = []string{defaultUserID()}
	}
	p.CreatedAt, p.UpdatedAt = now, now
	st.projects.put(p)
	return p, nil
}

func (st *state) insertConfig(b BGPConfig, now time.Time) (BGPConfig, error) {
	if _, found := st.projects.get(b.ProjectID); !found {
		return b, fmt.Errorf("project %s does not exist", b.ProjectID)
	}
	if err := b.check(); err != nil {
		return b, err
	}
	status, ranges := b.Status, b.Ranges
	b.DeploymentType = cmp.Or(b.DeploymentType, "local")
	b.ASN = cmp.Or(b.ASN, 65000)
	b = st.setConfig(b.ProjectID, b, now)
	if status != "" {
		b.Status, b.Steps = status, nil
	}
	if ranges != nil {
		b.Ranges = ranges
	}
	st.configs.put(b)
	return b, nil
}

func (st *state) insertDevice(d Device, now time.Time) (Device, error) {
	_, taken := st.devices.get(d.ID)
	d.State = cmp.Or(d.State, DeviceActive)
	for _, err := range []error{checkID(d.ID, taken), checkState(d.State), d.checkSite()} {
		if err != nil {
			return d, err
		}
	}
	d.ID = cmp.Or(d.ID, newID())
	d.Hostname = cmp.Or(d.Hostname, short(d.ID))
	if err := checkHostname(d.Hostname); err != nil {
		return d, err
	}
	if _, found := st.projects.get(d.ProjectID); !found {
		return d, fmt.Errorf("project %s does not exist", d.ProjectID)
	}
	req := deviceRequest{Plan: cmp.Or(d.Plan, "c3.small.x86"), OperatingSystem: cmp.Or(d.OperatingSystem, "ubuntu_22_04"), Metro: d.Metro}
	if d.Facility != "" {
		req.Metro, req.Facility = "", looseList{d.Facility}
	} else if d.Metro == "" {
		req.Metro = "sv"
	}
	if err := req.place(&d); err != nil {
		return d, err
	}
	d.BillingCycle = cmp.Or(d.BillingCycle, "hourly")
	d.CreatedBy = cmp.Or(d.CreatedBy, defaultUserID())
	if d.Subnets == nil {
		d.Subnets = defaultSubnets()
	}
	d.CreatedAt, d.UpdatedAt = now, now
	st.addDevice(d)
	if d.State != DeviceQueued && d.State != DeviceProvisioning {
		st.addressDevice(d, now)
	}
	return d, nil
}

func (st *state) insertSession(s BGPSession, now time.Time) (BGPSession, error) {
	d, found := st.devices.get(s.DeviceID)
	if !found {
		return s, fmt.Errorf("device %s does not exist", s.DeviceID)
	}
	_, taken := st.sessions.get(s.ID)
	for _, err := range []error{checkID(s.ID, taken), checkFamily(s.AddressFamily), checkStatus(cmp.Or(s.Status, SessionUnknown)), s.checkLearned()} {
		if err != nil {
			return s, err
		}
	}
	if err := st.validSession(d, s.AddressFamily); err != nil {
		return s, err
	}
	id, status, routes := s.ID, s.Status, s.LearnedRoutes
	s = st.addSession(d, s.AddressFamily, s.DefaultRoute, now)
	if id != "" {
		st.sessions.delete(s.ID)
		s.ID = id
		st.sessions.put(s)
		st.alarms.arm(st.sessions.name, s.ID, s.Steps)
	}
	if status != "" {
		s.Status, s.LearnedRoutes, s.Steps = status, routes, nil
		st.sessions.put(s)
	}
	return s, nil
}

func (st *state) addToken(t Token, now time.Time) (Token, error) {
	if err := checkSecret(t.Token); err != nil {
		return t, err
	}
	if st.tokens.count("token/"+t.Token) > 0 {
		return t, &InvalidError{"token", " is already in use; choose another one"}
	}
	if _, found := st.projects.get(t.ProjectID); t.ProjectID != "" && !found {
		return t, invalid("projectId", t.ProjectID, "the id of a project")
	}
	t.ID = cmp.Or(t.ID, newID())
	t.UserID = cmp.Or(t.UserID, defaultUserID())
	t.CreatedAt, t.UpdatedAt = now, now
	st.tokens.put(t)
	return t, nil
}

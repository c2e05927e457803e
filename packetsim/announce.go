// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// AnnounceRoutes has the speaker on a session's device announce these prefixes
// instead of what it announced before. The switches learn those that lie within
// the neighbour's routes_in. If there are more prefixes than the max_prefix of
// the project's BGP configuration, the switches shut the session down until
// ResetSession, whatever is announced later:
// https://github.com/equinix/cloud-provider-equinix-metal/issues/457.
//
// The API reports it after the next discovery or refresh, at once if
// Timings.Refresh is zero. It fails if there is no such session, or if a prefix
// is none of the session's address family.
func (s *Server) AnnounceRoutes(id string, prefixes ...string) error {
	return s.change(func(st *state, now time.Time) error {
		b, found := st.sessions.get(id)
		if !found {
			return fmt.Errorf("session %s does not exist", id)
		}
		announced, err := b.prefixes(prefixes)
		if err != nil {
			return err
		}
		cfg, _ := st.configs.get(b.ProjectID)
		b.Shut = b.Shut || len(announced) > cfg.MaxPrefix
		b.Speaker = &Speaker{Status: SessionUp, LearnedRoutes: st.accepted(b, announced)}
		st.respeak(b, now)
		return nil
	})
}

// ResetSession lets a session come up again that the switches had shut down
// because of too many prefixes, as the operator's support does on request. A
// speaker that still announces too many must be stopped first: AnnounceRoutes
// counts at every call.
func (s *Server) ResetSession(id string) error {
	return s.change(func(st *state, now time.Time) error {
		b, found := st.sessions.get(id)
		if !found {
			return fmt.Errorf("session %s does not exist", id)
		}
		b.Shut = false
		st.respeak(b, now)
		return nil
	})
}

// respeak stores a session whose speaker changed, and plans when that is seen.
func (st *state) respeak(b BGPSession, now time.Time) {
	b.Steps, b.UpdatedAt = nil, now
	st.sessions.put(b)
	st.poll(b, now, st.timings.Refresh)
}

// prefixes parses prefixes of the session's family and leaves out repetitions.
func (s BGPSession) prefixes(texts []string) ([]netip.Prefix, error) {
	var out []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("cannot announce %q: %w", text, err)
		}
		if fmt.Sprintf("ipv%d", family(p.Addr())) != s.AddressFamily {
			return nil, fmt.Errorf("cannot announce %q: the session is for %s", text, s.AddressFamily)
		}
		if p = p.Masked(); !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out, nil
}

// accepted returns what the switches learn of the announced prefixes.
func (st *state) accepted(s BGPSession, announced []netip.Prefix) []string {
	d, _ := st.devices.get(s.DeviceID)
	allowed := st.routesIn(d, s.AddressFamily)
	var out []string
	for _, p := range announced {
		if slices.ContainsFunc(allowed, func(in netip.Prefix) bool { return in.Bits() <= p.Bits() && in.Contains(p.Addr()) }) {
			out = append(out, p.String())
		}
	}
	return out
}

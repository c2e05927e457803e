// SPDX-License-Identifier: Apache-2.0

package bgpsession

import (
	"fmt"
	"strings"

	"k8s.io/utils/ptr"

	"github.com/crossplane-contrib/provider-packet/internal/external"
	"github.com/crossplane-contrib/provider-packet/internal/packet"
)

// Arguments are what a user asks for.
type Arguments struct {
	AddressFamily string `json:"addressFamily,omitempty"`
	DeviceID      string `json:"deviceId,omitempty"`
	DefaultRoute  *bool  `json:"defaultRoute,omitempty"`

	// Attempted is the key of a creation of which it is not known how it ended.
	// No user asks for it.
	Attempted string `json:"-"`
}

// defaultRoute is the value that is enforced: the API's default if unset.
func (a Arguments) defaultRoute() bool { return ptr.Deref(a.DefaultRoute, false) }

// State is what a user sees of a session.
type State struct {
	ID            string     `json:"id,omitempty"`
	AddressFamily string     `json:"addressFamily,omitempty"`
	DeviceID      string     `json:"deviceId,omitempty"`
	DefaultRoute  bool       `json:"defaultRoute"`
	Status        string     `json:"status,omitempty"`
	LearnedRoutes []string   `json:"learnedRoutes,omitempty"`
	Neighbors     []Neighbor `json:"neighbors,omitempty"`
}

// A Neighbor is the routers' side of a session.
type Neighbor struct {
	CustomerAS int64    `json:"customerAs"`
	CustomerIP string   `json:"customerIp,omitempty"`
	PeerAS     int64    `json:"peerAs"`
	PeerIPs    []string `json:"peerIps,omitempty"`
	Multihop   bool     `json:"multihop"`
	MD5Enabled bool     `json:"md5Enabled"`
}

// A Kind is what the shared client is told of sessions.
type Kind = external.Definition[Arguments, State, packet.Session]

// Definition returns the kind for the shared client. Call it once: what it
// returns remembers neighbours and discoveries, and keeps two creations on one
// device from overlapping.
func Definition(o Options) Kind {
	shared := newShared(o)
	return Kind{
		Noun:        "BGP session",
		Key:         func(a Arguments) string { return key(a.DeviceID, a.AddressFamily) },
		KeyOf:       func(s packet.Session) string { return key(s.DeviceID, s.AddressFamily) },
		Retrace:     retrace,
		AsObserved:  asObserved,
		ID:          func(s packet.Session) string { return s.ID },
		Incomplete:  incomplete,
		Mismatch:    mismatch,
		Differences: differences,
		Recreate:    func(bool, State) (bool, string) { return true, "" },
		Window:      shared.Window,
		Unreadable:  unreadable,
		Connect: func(c *packet.Client, _ string) external.Operations[Arguments, State, packet.Session] {
			return &operations{api: c, endpoint: c.Endpoint(), credential: c.Credential(), shared: shared}
		},
		Forget: shared.forget,
	}
}

// key is the same for ids that differ in case only, as the API accepts both.
func key(deviceID, family string) string {
	if deviceID == "" || family == "" {
		return ""
	}
	return strings.ToLower(deviceID) + "/" + family
}

// retrace has a session looked for, too, that an earlier attempt may have made
// on another device: a reference may lead elsewhere by now, or nowhere.
func retrace(a Arguments, key string) Arguments {
	if device, family, ok := strings.Cut(key, "/"); ok && packet.ValidID(device) && (family == "ipv4" || family == "ipv6") {
		a.Attempted = key
	}
	return a
}

// asObserved has the session be where it was last seen.
func asObserved(a Arguments, last State) Arguments {
	a.DeviceID, a.AddressFamily = last.DeviceID, last.AddressFamily
	return a
}

func incomplete(a Arguments) string {
	if a.Attempted != "" {
		return ""
	}
	if a.DeviceID == "" {
		return "spec.forProvider.deviceId is not known: set it to the id of the device, name a Device with deviceIdRef or deviceIdSelector, " +
			"or annotate an observed resource with the id of its session"
	}
	if a.AddressFamily != "" {
		return ""
	}
	return "spec.forProvider.addressFamily is not known: set it to ipv4 or ipv6, or annotate an observed resource with the id of its session"
}

func mismatch(a Arguments, s packet.Session) string {
	var texts []string
	if a.AddressFamily != "" && a.AddressFamily != s.AddressFamily {
		texts = append(texts, fmt.Sprintf("its addressFamily is %s and not %s", s.AddressFamily, a.AddressFamily))
	}
	if a.DeviceID != "" && !strings.EqualFold(a.DeviceID, s.DeviceID) {
		texts = append(texts, fmt.Sprintf("its deviceId is %s and not %s", s.DeviceID, a.DeviceID))
	}
	return strings.Join(texts, ", ")
}

func differences(a Arguments, s packet.Session) []external.Difference {
	if want := a.defaultRoute(); want != s.DefaultRoute {
		return []external.Difference{{Field: "defaultRoute", Want: fmt.Sprint(want), Got: fmt.Sprint(s.DefaultRoute)}}
	}
	return nil
}

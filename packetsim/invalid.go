// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/google/uuid"
	"golang.org/x/net/http/httpguts"
)

// An InvalidError is what is wrong with a value that a seed, a test or the
// operator gives to a server. It names the field, in a seed with the way to it,
// such as projects[0].devices[1].metro, and the remedy.
type InvalidError struct{ field, text string }

// Error says what is wrong.
func (e *InvalidError) Error() string { return strings.TrimPrefix(e.field+e.text, ": ") }

// invalid is the error for a field whose value must be something else.
func invalid(field, value, remedy string) error {
	return &InvalidError{field, fmt.Sprintf(" is %q and must be %s", value, remedy)}
}

// oneOf is the remedy for a value that is none of a list.
func oneOf(values []string) string { return "one of " + strings.Join(values, ", ") }

// under puts a path before the field of an error. A refusal of the API becomes
// an InvalidError with its texts.
func under(path string, err error) error {
	if err == nil {
		return nil
	}
	if e := new(InvalidError); errors.As(err, &e) {
		return &InvalidError{strings.Trim(path+"."+e.field, "."), e.text}
	}
	text := err.Error()
	if e := new(apiError); errors.As(err, &e) {
		text = strings.Join(e.texts, ", ")
	}
	return &InvalidError{path, ": " + text}
}

// DeviceStates returns the states that a device can be in.
func DeviceStates() []string {
	return []string{
		DeviceQueued, DeviceProvisioning, DeviceActive, DeviceInactive, DeviceFailed,
		DevicePoweringOn, DevicePoweringOff, DeviceRebooting, DeviceReinstalling, DeviceDeprovisioning,
	}
}

// checkID refuses an id that the API would never give: they are UUIDs in lower
// case. An empty one is to be made.
func checkID(id string, taken bool) error {
	if id == "" {
		return nil
	}
	if u, err := uuid.Parse(id); err != nil || u.String() != id {
		return invalid("id", id, "a UUID in lower case, such as "+DemoProject)
	}
	if taken {
		return invalid("id", id, "another one; it is already in use")
	}
	return nil
}

func checkState(state string) error {
	if !slices.Contains(DeviceStates(), state) {
		return invalid("state", state, oneOf(DeviceStates()))
	}
	return nil
}

// checkSite refuses what the catalogue does not have, and a facility outside
// the metro. Empty values are chosen.
func (d Device) checkSite() error {
	f, known := findFacility(d.Facility)
	if d.Facility != "" && !known {
		return invalid("facility", d.Facility, oneOf(slugs(facilities, func(f facility) string { return f.code })))
	}
	m, found := findMetro(d.Metro)
	if d.Metro != "" && !found {
		return invalid("metro", d.Metro, oneOf(slugs(metros, func(m metro) string { return m.code })))
	}
	if known && found && f.metro != m.code {
		return invalid("facility", d.Facility, "in the metro "+d.Metro+"; leave one of the two out")
	}
	if _, found := findPlan(d.Plan); d.Plan != "" && !found {
		return invalid("plan", d.Plan, oneOf(slugs(plans, func(p planType) string { return p.slug })))
	}
	if _, found := findSystem(d.OperatingSystem); d.OperatingSystem != "" && !found {
		return invalid("operatingSystem", d.OperatingSystem, oneOf(slugs(systems, func(o osType) string { return o.slug })))
	}
	return nil
}

func slugs[T any](all []T, slug func(T) string) []string {
	var out []string
	for _, x := range all {
		out = append(out, slug(x))
	}
	return out
}

func checkHostname(name string) error {
	if !validHostname(name) {
		return invalid("hostname", name, "without white space, slashes and control characters, and not empty")
	}
	return nil
}

// check refuses a configuration that nobody could ask the API for. Empty values
// are chosen.
func (b BGPConfig) check() error {
	switch {
	case !slices.Contains([]string{"", "local", "global"}, b.DeploymentType):
		return invalid("deploymentType", b.DeploymentType, "local or global")
	case !slices.Contains([]string{"", BGPRequested, BGPEnabled, BGPDisabled}, b.Status):
		return invalid("status", b.Status, oneOf([]string{BGPRequested, BGPEnabled, BGPDisabled}))
	case b.ASN < 0 || b.ASN >= 1<<32:
		return invalid("asn", fmt.Sprint(b.ASN), "from 1 to 4294967295")
	case b.MD5 != "" && !validMD5(b.MD5):
		// It is a password: it is not repeated.
		return &InvalidError{"md5", " must be 10 to 20 letters and digits, with a lower-case letter, an upper-case letter and a digit"}
	}
	for _, text := range b.Ranges {
		if _, err := netip.ParsePrefix(text); err != nil {
			return invalid("ranges", text, "a prefix, such as 192.0.2.0/24")
		}
	}
	return nil
}

func checkFamily(addressFamily string) error {
	if familyNumber(addressFamily) == 0 {
		return invalid("addressFamily", addressFamily, "ipv4 or ipv6")
	}
	return nil
}

// checkStatus refuses what no session reports: a status is a word, or one for
// every switch with commas between them.
func checkStatus(status string) error {
	words := []string{SessionUnknown, SessionDown, SessionUp}
	for word := range strings.SplitSeq(status, ",") {
		if !slices.Contains(words, word) {
			return invalid("status", status, oneOf(words)+", or two of them with a comma for a session whose switches differ")
		}
	}
	return nil
}

// checkLearned refuses routes that are no prefixes of the session's family.
func (s BGPSession) checkLearned() error {
	for _, text := range s.LearnedRoutes {
		if p, err := netip.ParsePrefix(text); err != nil || family(p.Addr()) != familyNumber(s.AddressFamily) {
			return invalid("learnedRoutes", text, "a prefix of "+s.AddressFamily)
		}
	}
	return nil
}

// checkSecret refuses a token that no request could carry.
func checkSecret(secret string) error {
	if secret == "" || strings.TrimSpace(secret) != secret || !httpguts.ValidHeaderFieldValue(secret) {
		// It is a secret: it is not repeated.
		return &InvalidError{"token", " must not be empty, not begin or end with white space, and have no control characters"}
	}
	return nil
}

// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"time"

	"github.com/google/uuid"
)

// A state is everything the server knows. It does no locking: the server's
// lock is held by whoever reads or changes it.
type state struct {
	journal *journal
	timings Timings
	alarms  alarms
	pools   *pools

	users        *table[User]
	orgs         *table[Organization]
	projects     *table[Project]
	tokens       *table[Token]
	configs      *table[BGPConfig]
	devices      *table[Device]
	ports        *table[Port]
	addresses    *table[Address]
	reservations *table[Reservation]
	sessions     *table[BGPSession]
	sshKeys      *table[SSHKey]
	vlans        *table[VLAN]
	vlanBatches  *table[VLANBatch]
	batches      *table[Batch]
	hardware     *table[HardwareReservation]
	gateways     *table[MetalGateway]
	events       *table[Event]

	spotRequests  *table[SpotMarketRequest]
	emails        *table[Email]
	notifications *table[Notification]
}

func newState(t Timings) *state {
	j := &journal{}
	return &state{
		journal:      j,
		timings:      t,
		pools:        newPools(),
		users:        newTable[User]("users", j),
		orgs:         newTable[Organization]("organizations", j),
		projects:     newTable[Project]("projects", j),
		tokens:       newTable[Token]("tokens", j),
		configs:      newTable[BGPConfig]("bgp-configs", j),
		devices:      newTable[Device]("devices", j),
		ports:        newTable[Port]("ports", j),
		addresses:    newTable[Address]("addresses", j),
		reservations: newTable[Reservation]("reservations", j),
		sessions:     newTable[BGPSession]("bgp-sessions", j),
		sshKeys:      newTable[SSHKey]("ssh-keys", j),
		vlans:        newTable[VLAN]("vlans", j),
		vlanBatches:  newTable[VLANBatch]("vlan-batches", j),
		batches:      newTable[Batch]("batches", j),
		hardware:     newTable[HardwareReservation]("hardware-reservations", j),
		gateways:     newTable[MetalGateway]("metal-gateways", j),
		events:       newTable[Event]("events", j),

		spotRequests:  newTable[SpotMarketRequest]("spot-market-requests", j),
		emails:        newTable[Email]("emails", j),
		notifications: newTable[Notification]("notifications", j),
	}
}

// snapshot returns a copy for answers from the past. It is for reading only:
// it has no pools.
func (st *state) snapshot() *state {
	j := &journal{seq: st.journal.seq}
	return &state{
		journal:      j,
		timings:      st.timings,
		users:        st.users.snapshot(j),
		orgs:         st.orgs.snapshot(j),
		projects:     st.projects.snapshot(j),
		tokens:       st.tokens.snapshot(j),
		configs:      st.configs.snapshot(j),
		devices:      st.devices.snapshot(j),
		ports:        st.ports.snapshot(j),
		addresses:    st.addresses.snapshot(j),
		reservations: st.reservations.snapshot(j),
		sessions:     st.sessions.snapshot(j),
		sshKeys:      st.sshKeys.snapshot(j),
		vlans:        st.vlans.snapshot(j),
		vlanBatches:  st.vlanBatches.snapshot(j),
		batches:      st.batches.snapshot(j),
		hardware:     st.hardware.snapshot(j),
		gateways:     st.gateways.snapshot(j),
		events:       st.events.snapshot(j),

		spotRequests:  st.spotRequests.snapshot(j),
		emails:        st.emails.snapshot(j),
		notifications: st.notifications.snapshot(j),
	}
}

// advance lets everything happen that is due at now.
func (st *state) advance(now time.Time) {
	for {
		due, ok := st.alarms.ring(now)
		if !ok {
			return
		}
		switch due.table {
		case st.devices.name:
			st.stepDevice(due.id, now)
		case st.sessions.name:
			st.stepSession(due.id, now)
		case st.configs.name:
			st.stepConfig(due.id, now)
		}
	}
}

// newID returns a fresh id in the API's form.
func newID() string { return uuid.NewString() }

// fixedID returns the same id whenever it is given the same name: for
// catalogue entries and for seed data that people should be able to remember.
func fixedID(name string) string {
	return uuid.NewSHA1(uuid.NameSpaceURL, []byte("https://packetsim.local/"+name)).String()
}

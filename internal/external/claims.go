// SPDX-License-Identifier: Apache-2.0

package external

import (
	"context"
	"hash/maphash"
	"maps"
	"strings"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"github.com/crossplane/crossplane-runtime/v2/pkg/meta"
	"github.com/crossplane/crossplane-runtime/v2/pkg/resource"
)

// A Rival is a managed resource, of either scope, that asks for a key.
type Rival struct {
	UID types.UID
	// Endpoint of the Packet API it asks at.
	Endpoint string
	// Confirmed is true if it holds an external name whose object it has
	// observed at the endpoint. A name that was never observed gives no right:
	// anybody can write an annotation. Nor does one that was observed at
	// another endpoint: anybody can run a server that confirms it.
	Confirmed bool
	// Created is when it was created in Kubernetes.
	Created time.Time
	// Writes is true if its policies allow to change anything upstream.
	Writes bool
}

// elder orders confirmed rivals, of which there should be one: after a restart
// all of them must agree on who goes on.
func (r Rival) elder(than Rival) bool {
	if !r.Created.Equal(than.Created) {
		return r.Created.Before(than.Created)
	}
	return r.UID < than.UID
}

// seed of the hash by which claims take turns; nobody can foresee who shares one.
var seed = maphash.MakeSeed() //nolint:gochecknoglobals // A constant of the process.

// Claims decides which of several managed resources with the same key may
// write: the one that already manages the object, else the first to ask. It is
// shared by both scopes of a kind.
//
// A claim lasts as long as the managed resource that holds it exists, asks for
// the key, and may write; nobody has to give it back. It is kept in memory,
// and is found again after a restart because the holder's external name was
// confirmed.
type Claims struct {
	// Rivals lists the managed resources that ask for a key, the one that
	// claims among them. Those of other endpoints than the given one may be
	// left out.
	Rivals func(ctx context.Context, endpoint, key string) ([]Rival, error)

	// turns has those who claim the same wait for each other. Who claims
	// something else does not wait for as long as it takes to list rivals, of
	// which anybody can make many.
	turns [64]sync.Mutex

	mu      sync.Mutex
	holders map[string]types.UID
}

// Claim asks for the key at the endpoint on behalf of a managed resource.
func (c *Claims) Claim(ctx context.Context, endpoint, key string, uid types.UID) (Claim, error) {
	id := endpoint + " " + key
	turn := c.turn(id)
	turn.Lock()
	defer turn.Unlock()
	rivals, err := c.Rivals(ctx, endpoint, key)
	if err != nil {
		return Lost, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	holder := c.holders[id]
	var best *Rival
	for i, r := range rivals {
		switch {
		case !r.Writes || r.Endpoint != endpoint:
		case r.UID == holder && r.UID != uid:
			return Lost, nil
		case r.Confirmed && (best == nil || r.elder(*best)):
			best = &rivals[i]
		}
	}
	if best != nil && best.UID != uid && holder != uid {
		return Lost, nil
	}
	if c.holders == nil {
		c.holders = map[string]types.UID{}
	}
	c.holders[id] = uid
	return Held, nil
}

// turn is what those who claim the same hold one after the other.
func (c *Claims) turn(id string) *sync.Mutex {
	return &c.turns[maphash.String(seed, id)%uint64(len(c.turns))]
}

// Forget drops the claim of a managed resource that is released.
func (c *Claims) Forget(endpoint, key string, uid types.UID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if id := endpoint + " " + key; c.holders[id] == uid {
		delete(c.holders, id)
	}
}

// Release drops all claims of a managed resource that is let go, whatever it
// claimed: also of one that goes without a last look at what it asks for.
func (c *Claims) Release(uid types.UID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	maps.DeleteFunc(c.holders, func(_ string, holder types.UID) bool { return holder == uid })
}

// confirmed is true if the managed resource has observed, at the endpoint, the
// object whose id its external name is.
func confirmed(mg resource.Managed, endpoint string) bool {
	if meta.GetExternalName(mg) == "" {
		return false
	}
	observed, err := loadState[Identity](mg)
	return err == nil && observed.ID != "" && observed.Endpoint == endpoint && strings.EqualFold(observed.ID, meta.GetExternalName(mg))
}

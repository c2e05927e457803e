// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
)

// maxSlots bounds the size of a pool; an IPv6 prefix has more slots than
// anybody will use.
const maxSlots = 1 << 30

// A pool hands out aligned parts of a prefix. Its unit is the slot, a prefix of
// a fixed length.
type pool struct {
	base  netip.Prefix
	slot  int
	next  int
	taken map[int]struct{}
}

func newPool(base netip.Prefix, slot int) *pool {
	return &pool{base: base.Masked(), slot: slot, taken: map[int]struct{}{}}
}

func (p *pool) slots() int {
	if n := p.slot - p.base.Bits(); n < 30 {
		return 1 << n
	}
	return maxSlots
}

// take reserves a part of the given prefix length. It fails if none is free.
func (p *pool) take(bits int) (netip.Prefix, bool) {
	if bits > p.slot || bits < p.base.Bits() {
		return netip.Prefix{}, false
	}
	n := 1 << (p.slot - bits)
	total := p.slots()
	if len(p.taken)+n > total {
		return netip.Prefix{}, false
	}
	start := (p.next + n - 1) / n * n
	for range total / n {
		if start+n > total {
			start = 0
		}
		if p.free(start, n) {
			p.mark(start, n)
			p.next = start + n
			return netip.PrefixFrom(p.at(start), bits), true
		}
		start += n
	}
	return netip.Prefix{}, false
}

func (p *pool) free(start, n int) bool {
	for i := start; i < start+n; i++ {
		if _, taken := p.taken[i]; taken {
			return false
		}
	}
	return true
}

func (p *pool) mark(start, n int) {
	for i := start; i < start+n; i++ {
		p.taken[i] = struct{}{}
	}
}

// claim reserves a certain part; it reports false if some of it is taken.
func (p *pool) claim(part netip.Prefix) bool {
	start, n := p.span(part)
	if !p.free(start, n) {
		return false
	}
	p.mark(start, n)
	return true
}

// available lists the free parts of the given prefix length, as long as the
// pool is small enough for that to make sense.
func (p *pool) available(bits int) []string {
	var out []string
	if bits > p.slot || bits < p.base.Bits() {
		return out
	}
	n := 1 << (p.slot - bits)
	for start := 0; start+n <= min(p.slots(), 1<<10); start += n {
		if p.free(start, n) {
			out = append(out, netip.PrefixFrom(p.at(start), bits).String())
		}
	}
	return out
}

// release gives a part back.
func (p *pool) release(part netip.Prefix) {
	start, n := p.span(part)
	for i := start; i < start+n; i++ {
		delete(p.taken, i)
	}
}

// span returns the slots of a part.
func (p *pool) span(part netip.Prefix) (start, n int) {
	hi, lo := words(part.Masked().Addr())
	baseHi, baseLo := words(p.base.Addr())
	shift := p.width() - p.slot
	if shift >= 64 {
		return int((hi - baseHi) >> (shift - 64)), 1 << (p.slot - part.Bits()) //nolint:gosec // A pool has at most maxSlots.
	}
	return int((lo - baseLo) >> shift), 1 << max(0, p.slot-part.Bits()) //nolint:gosec // A pool has at most maxSlots.
}

// at returns the first address of a slot.
func (p *pool) at(i int) netip.Addr {
	hi, lo := words(p.base.Addr())
	shift := p.width() - p.slot
	if shift >= 64 {
		hi += uint64(i) << (shift - 64) //nolint:gosec // i is never negative.
	} else {
		lo += uint64(i) << shift //nolint:gosec // i is never negative.
	}
	if p.base.Addr().Is4() {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], uint32(lo)) //nolint:gosec // The words of an IPv4 address.
		return netip.AddrFrom4(b)
	}
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], hi)
	binary.BigEndian.PutUint64(b[8:], lo)
	return netip.AddrFrom16(b)
}

func (p *pool) width() int { return p.base.Addr().BitLen() }

// words returns an address as two numbers; those of IPv4 fit the second.
func words(a netip.Addr) (hi, lo uint64) {
	if a.Is4() {
		b := a.As4()
		return 0, uint64(binary.BigEndian.Uint32(b[:]))
	}
	b := a.As16()
	return binary.BigEndian.Uint64(b[:8]), binary.BigEndian.Uint64(b[8:])
}

// pools are the address pools of all metros and the blocks cut from them.
type pools struct {
	metros map[string]*pool
	blocks map[string]*pool
	// roomy has the id of the block that was last cut from, by project, place
	// and type. It is a hint.
	roomy map[string]string
}

func newPools() *pools {
	return &pools{metros: map[string]*pool{}, blocks: map[string]*pool{}, roomy: map[string]string{}}
}

// metro returns a metro's pool for a type of address. Every metro has its own
// part of a space that Packet used.
func (ps *pools) metro(code, kind string) *pool {
	key := code + "/" + kind
	if p, ok := ps.metros[key]; ok {
		return p
	}
	i := slices.IndexFunc(metros, func(m metro) bool { return m.code == code })
	if i < 0 {
		// Global addresses belong to no metro.
		i = len(metros)
	}
	base, slot := fmt.Sprintf("147.%d.0.0/14", 64+4*i), 32
	switch kind {
	case privateIPv4:
		base = fmt.Sprintf("10.%d.0.0/12", 16*i)
	case publicIPv6:
		base, slot = fmt.Sprintf("2604:1380:%x00::/40", 0x10+i), 56
	}
	p := newPool(netip.MustParsePrefix(base), slot)
	ps.metros[key] = p
	return p
}

// block returns the pool of the addresses within a reserved block.
func (ps *pools) block(r Reservation) *pool {
	if p, ok := ps.blocks[r.ID]; ok {
		return p
	}
	p := newBlockPool(r)
	ps.blocks[r.ID] = p
	return p
}

// newBlockPool returns the pool of a block from which nothing was taken.
func newBlockPool(r Reservation) *pool {
	if r.Network.Addr().Is4() {
		return newPool(r.Network, 32)
	}
	return newPool(r.Network, 127)
}

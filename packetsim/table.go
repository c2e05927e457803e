// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"cmp"
	"maps"
	"slices"
)

// A record is a stored object. Records are values: a changed copy takes effect
// when it is put back, and a slice or map inside one is replaced, never
// modified. That is what makes a snapshot a copy of maps.
type record interface {
	// recordID returns the key of the record in its table.
	recordID() string
	// indexKeys returns the keys under which the record can be listed.
	indexKeys() []string
}

// A row is a record with its place in the order of creation.
type row[T record] struct {
	Seq   uint64 `json:"seq"`
	Value T      `json:"value"`
}

// A table holds the records of one kind. It does no locking.
type table[T record] struct {
	name    string
	rows    map[string]row[T]
	index   map[string]map[string]struct{}
	journal *journal
}

func newTable[T record](name string, j *journal) *table[T] {
	return &table[T]{name: name, rows: map[string]row[T]{}, index: map[string]map[string]struct{}{}, journal: j}
}

// get returns the record with the given key.
func (t *table[T]) get(id string) (T, bool) {
	r, ok := t.rows[id]
	return r.Value, ok
}

// put stores a record; a new one goes to the end of the order.
func (t *table[T]) put(v T) {
	id := v.recordID()
	old, exists := t.rows[id]
	r := row[T]{Seq: old.Seq, Value: v}
	if exists {
		t.unindex(old.Value)
	} else {
		r.Seq = t.journal.next()
	}
	t.restore(id, r)
	t.journal.note(t.name, id, r)
}

// restore stores a row as it is, without noting it in the journal.
func (t *table[T]) restore(id string, r row[T]) {
	t.rows[id] = r
	for _, k := range r.Value.indexKeys() {
		ids := t.index[k]
		if ids == nil {
			ids = map[string]struct{}{}
			t.index[k] = ids
		}
		ids[id] = struct{}{}
	}
}

// delete removes the record with the given key, if there is one.
func (t *table[T]) delete(id string) {
	r, ok := t.rows[id]
	if !ok {
		return
	}
	t.unindex(r.Value)
	delete(t.rows, id)
	t.journal.note(t.name, id, nil)
}

func (t *table[T]) unindex(v T) {
	id := v.recordID()
	for _, k := range v.indexKeys() {
		delete(t.index[k], id)
		if len(t.index[k]) == 0 {
			delete(t.index, k)
		}
	}
}

// all returns every record in the order of creation.
func (t *table[T]) all() []T {
	return ordered(slices.Collect(maps.Values(t.rows)))
}

// list returns the records with the given index key in the order of creation.
func (t *table[T]) list(key string) []T {
	ids := t.index[key]
	rows := make([]row[T], 0, len(ids))
	for id := range ids {
		rows = append(rows, t.rows[id])
	}
	return ordered(rows)
}

// count returns how many records have the given index key.
func (t *table[T]) count(key string) int { return len(t.index[key]) }

// snapshot returns a copy that later changes do not reach.
func (t *table[T]) snapshot(j *journal) *table[T] {
	c := &table[T]{name: t.name, rows: maps.Clone(t.rows), index: make(map[string]map[string]struct{}, len(t.index)), journal: j}
	for k, ids := range t.index {
		c.index[k] = maps.Clone(ids)
	}
	return c
}

func ordered[T record](rows []row[T]) []T {
	slices.SortFunc(rows, func(a, b row[T]) int { return cmp.Compare(a.Seq, b.Seq) })
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = r.Value
	}
	return out
}

// A journal numbers new records and remembers what changed since it was last
// drained, for a backend that keeps the state on disk.
type journal struct {
	seq     uint64
	keep    bool
	changes map[change]any
}

// A change names a record that was stored or, if its row is nil, removed.
type change struct{ table, id string }

func (j *journal) next() uint64 {
	j.seq++
	return j.seq
}

func (j *journal) note(table, id string, row any) {
	if !j.keep {
		return
	}
	if j.changes == nil {
		j.changes = map[change]any{}
	}
	j.changes[change{table, id}] = row
}

// drain returns the changes noted since the last call.
func (j *journal) drain() map[change]any {
	c := j.changes
	j.changes = nil
	return c
}

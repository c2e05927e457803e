// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"
)

// A disk keeps a state in a file. A change is on the disk before the request
// that made it is answered.
type disk struct{ db *bbolt.DB }

// A shelf is a table as the disk sees it.
type shelf interface {
	shelfName() string
	// load restores a row from its JSON form.
	load(id string, b []byte) error
}

func (t *table[T]) shelfName() string { return t.name }

func (t *table[T]) load(id string, b []byte) error {
	var r row[T]
	if err := json.Unmarshal(b, &r); err != nil {
		return fmt.Errorf("cannot decode %s %s: %w", t.name, id, err)
	}
	t.journal.seq = max(t.journal.seq, r.Seq)
	t.restore(id, r)
	return nil
}

// shelves returns all tables.
func (st *state) shelves() []shelf {
	return []shelf{
		st.users, st.orgs, st.projects, st.tokens, st.configs, st.devices, st.ports, st.reservations, st.addresses,
		st.sessions, st.sshKeys, st.events, st.vlans,
	}
}

// openDisk opens the file in a folder, which it makes if need be. It fails if
// another process has the file open.
func openDisk(dir string) (*disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make data folder: %w", err)
	}
	db, err := bbolt.Open(filepath.Join(dir, "packetsim.db"), 0o600, &bbolt.Options{Timeout: time.Second})
	if err != nil {
		return nil, fmt.Errorf("cannot open data file: %w", err)
	}
	return &disk{db: db}, nil
}

// restore fills a state from the disk and starts to note its changes. It
// reports whether there was anything.
func (d *disk) restore(st *state) (found bool, err error) {
	err = d.db.View(func(tx *bbolt.Tx) error {
		for _, s := range st.shelves() {
			b := tx.Bucket([]byte(s.shelfName()))
			if b == nil {
				continue
			}
			found = true
			if err := b.ForEach(func(k, v []byte) error { return s.load(string(k), v) }); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("cannot load data: %w", err)
	}
	st.journal.keep = true
	st.rebuild()
	return found, nil
}

// rebuild derives from the tables what is not stored: alarms and pools.
func (st *state) rebuild() {
	for _, d := range st.devices.all() {
		st.alarms.arm(st.devices.name, d.ID, d.Steps)
	}
	for _, s := range st.sessions.all() {
		st.alarms.arm(st.sessions.name, s.ID, s.Steps)
	}
	for _, c := range st.configs.all() {
		st.alarms.arm(st.configs.name, c.ProjectID, c.Steps)
	}
	for _, r := range st.reservations.all() {
		if r.Network.IsValid() {
			st.pools.metro(r.Metro, r.Type).claim(r.Network)
		}
	}
	for _, a := range st.addresses.all() {
		if r, found := st.reservations.get(a.BlockID); found {
			st.pools.block(r).claim(a.Network)
		}
	}
}

// keep writes the changes that were noted since the last call.
func (d *disk) keep(changes map[change]any) error {
	if len(changes) == 0 {
		return nil
	}
	err := d.db.Update(func(tx *bbolt.Tx) error {
		for c, row := range changes {
			b, err := tx.CreateBucketIfNotExists([]byte(c.table))
			if err != nil {
				return err
			}
			if row == nil {
				if err := b.Delete([]byte(c.id)); err != nil {
					return err
				}
				continue
			}
			v, err := json.Marshal(row)
			if err != nil {
				return err
			}
			if err := b.Put([]byte(c.id), v); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("cannot keep state: %w", err)
	}
	return nil
}

func (d *disk) close() error {
	if err := d.db.Close(); err != nil {
		return fmt.Errorf("cannot close data file: %w", err)
	}
	return nil
}

// SPDX-License-Identifier: Apache-2.0

package packetsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"
	bolterrors "go.etcd.io/bbolt/errors"
)

// A disk keeps a state in a file. A change is on the disk before the request
// that made it is answered.
type disk struct {
	file string
	db   *bbolt.DB
	// failed is why the last write failed, nil if it did not.
	failed error
}

// A shelf is a table as the disk sees it.
type shelf interface {
	shelfName() string
	// load restores a row from its JSON form.
	load(id string, b []byte) error
	// retire notes the removal of every row that the journal knows no newer
	// form of.
	retire(in *journal)
}

func (t *table[T]) shelfName() string { return t.name }

func (t *table[T]) load(id string, b []byte) error {
	var r row[T]
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.UseNumber()
	if err := dec.Decode(&r); err != nil {
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
		st.sessions, st.sshKeys, st.events, st.vlans, st.vlanBatches, st.batches, st.hardware, st.gateways,
		st.spotRequests, st.emails, st.notifications,
	}
}

// openDisk opens the file in a folder, which it makes if need be. It fails if
// another process has the file open.
func openDisk(dir string) (*disk, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("cannot make data folder: %w", err)
	}
	d := &disk{file: filepath.Join(dir, "packetsim.db")}
	err := d.guard(func() (err error) {
		d.db, err = bbolt.Open(d.file, 0o600, &bbolt.Options{Timeout: time.Second})
		return err
	})
	switch {
	case err == nil:
		return d, nil
	case errors.Is(err, bolterrors.ErrTimeout):
		return nil, fmt.Errorf("cannot open data file %s: another process has it open; stop that one, or choose another folder", d.file)
	case errors.Is(err, bolterrors.ErrInvalid), errors.Is(err, bolterrors.ErrVersionMismatch), errors.Is(err, bolterrors.ErrChecksum):
		return nil, d.damaged(err)
	}
	return nil, fmt.Errorf("cannot open data file: %w", err)
}

// guard calls f and turns what bbolt does about a damaged file into an error:
// it panics, or reads memory that is not there.
func (d *disk) guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			err = d.damaged(fmt.Errorf("%v", r))
		}
	}()
	return f()
}

func (d *disk) damaged(err error) error {
	return fmt.Errorf("data file %s is damaged, or not packetsim's: %w; move it away to begin anew, or put a copy in its place", d.file, err)
}

// restore fills a state from the disk and starts to note its changes. It
// reports whether there was anything.
func (d *disk) restore(st *state) (found bool, err error) {
	err = d.guard(func() error {
		return d.db.View(func(tx *bbolt.Tx) error {
			if err := d.checkVersion(tx); err != nil {
				return err
			}
			for _, s := range st.shelves() {
				b := tx.Bucket([]byte(s.shelfName()))
				if b == nil {
					continue
				}
				found = true
				if err := b.ForEach(func(k, v []byte) error { return s.load(string(k), v) }); err != nil {
					return d.damaged(err)
				}
			}
			return nil
		})
	})
	if err != nil {
		return false, fmt.Errorf("cannot load data: %w", err)
	}
	st.journal.keep = true
	st.rebuild()
	return found, nil
}

// The version of the file's content and the time of a driven clock, and where
// they stand.
const (
	diskVersion   = "1"
	versionBucket = "packetsim"
	versionKey    = "version"
	clockKey      = "clock"
	probeKey      = "probe"
)

// probeSize is how much a probe writes, in bytes: more than a request does.
const probeSize = 64 << 10

// clock returns the time that a driven clock had, zero if there was none.
func (d *disk) clock() (last time.Time, err error) {
	err = d.guard(func() error {
		return d.db.View(func(tx *bbolt.Tx) error {
			if b := tx.Bucket([]byte(versionBucket)); b != nil {
				if v := b.Get([]byte(clockKey)); v != nil {
					return json.Unmarshal(v, &last)
				}
			}
			return nil
		})
	})
	if err != nil {
		return last, d.damaged(fmt.Errorf("cannot read its clock: %w", err))
	}
	return last, nil
}

// probe looks whether the disk can be written.
func (d *disk) probe() error {
	return d.update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(versionBucket))
		if err != nil {
			return err
		}
		return b.Put([]byte(probeKey), make([]byte, probeSize))
	})
}

// checkVersion refuses a file with content of another version.
func (d *disk) checkVersion(tx *bbolt.Tx) error {
	b := tx.Bucket([]byte(versionBucket))
	if b == nil {
		if first, _ := tx.Cursor().First(); first != nil {
			return d.damaged(fmt.Errorf("it has %q and no version", first))
		}
		return nil
	}
	if v := string(b.Get([]byte(versionKey))); v != diskVersion {
		return fmt.Errorf("data file %s has version %q and this packetsim knows %q; use the packetsim that wrote it, or move it away to begin anew", d.file, v, diskVersion)
	}
	return nil
}

// rebuild derives from the tables what is not stored: alarms and pools, and
// what an account has in any case.
func (st *state) rebuild() {
	for _, u := range st.users.all() {
		st.openAccount(u)
	}
	for _, d := range st.devices.all() {
		st.armDevice(d)
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
	return d.update(func(tx *bbolt.Tx) error {
		b, err := tx.CreateBucketIfNotExists([]byte(versionBucket))
		if err != nil {
			return err
		}
		if b.Get([]byte(versionKey)) == nil {
			if err := b.Put([]byte(versionKey), []byte(diskVersion)); err != nil {
				return err
			}
		}
		if b.Get([]byte(probeKey)) != nil {
			if err := b.Delete([]byte(probeKey)); err != nil {
				return err
			}
		}
		for c, row := range changes {
			if err := c.write(tx, row); err != nil {
				return err
			}
		}
		return nil
	})
}

// update writes to the file, or changes nothing.
func (d *disk) update(f func(*bbolt.Tx) error) error {
	if err := d.guard(func() error { return d.db.Update(f) }); err != nil {
		return fmt.Errorf("cannot keep state in %s: %w", d.file, err)
	}
	return nil
}

// write stores the row of a change, or removes it if it is nil.
func (c change) write(tx *bbolt.Tx, row any) error {
	b, err := tx.CreateBucketIfNotExists([]byte(c.table))
	if err != nil {
		return err
	}
	if row == nil {
		return b.Delete([]byte(c.id))
	}
	v, err := json.Marshal(row)
	if err != nil {
		return err
	}
	return b.Put([]byte(c.id), v)
}

func (d *disk) close() error {
	if err := d.db.Close(); err != nil {
		return fmt.Errorf("cannot close data file: %w", err)
	}
	return nil
}

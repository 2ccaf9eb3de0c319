package keystore

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// index is Dir/index.json: everything about the connections but their secrets.
type index struct {
	Version int     `json:"version"`
	Entries []entry `json:"connections"`
}

const indexVersion = 1

// state says how far a change of index and vault has come, so that Heal can finish it
// after a crash.
type state string

const (
	pending  state = "pending"  // being created: its secret may or may not be there
	ready    state = "ready"    // listed
	deleting state = "deleting" // its secret is to go, then the entry
)

type entry struct {
	State state `json:"state"`
	Connection
	Next  *next  `json:"next,omitempty"`
	Given int    `json:"given,omitempty"` // the last generation that a new grant was given: its write may yet land
	Used  int    `json:"used,omitempty"`  // a generation that was handed out: no older one may be handed out again
	Copy  string `json:"copy,omitempty"`  // another vault, of a move, or of a save that it did not answer: its copy is to be deleted
}

// next is a new grant that is being stored: what a ready entry becomes once the vault has
// secrets of this generation.
type next struct {
	Generation int        `json:"generation"`
	Connection Connection `json:"connection"`
}

// settled reports whether Heal has nothing to finish.
func (e *entry) settled() bool { return e.State == ready && e.Next == nil && e.Copy == "" }

// resolve decides whether a new grant that was being stored has been, now that the newest
// generation of the entry's secrets is known.
func (e *entry) resolve(generation int) {
	if e.Next != nil && generation >= e.Next.Generation {
		e.become(e.Next.Connection)
	}
	e.Next = nil
}

// become takes over all of c but id, name and vault, which only the store decides.
func (e *entry) become(c Connection) {
	c.ID, c.Name, c.Store = e.ID, e.Name, e.Store
	e.Connection, e.Next = c, nil
}

// learn takes over a finding about the grant that e has, unless e was checked later than
// that. A check from a time to come counts for nothing: the clock was wrong then.
func (e *entry) learn(f Finding) {
	late := e.CheckedAt != nil && f.CheckedAt.Before(*e.CheckedAt) && !e.CheckedAt.After(time.Now())
	if !late && e.AuthorizedAt.Equal(f.AuthorizedAt) {
		e.Connection = f.Of(e.Connection)
	}
}

// byID returns the entry with that id, or nil.
func (ix *index) byID(id string) *entry {
	return ix.first(func(e *entry) bool { return e.ID == id })
}

// byName returns the entry that has the name, or nil. An entry that is being deleted has
// given its name up.
func (ix *index) byName(name string) *entry {
	return ix.first(func(e *entry) bool { return e.Name == name && e.State != deleting })
}

func (ix *index) first(match func(*entry) bool) *entry {
	for i := range ix.Entries {
		if match(&ix.Entries[i]) {
			return &ix.Entries[i]
		}
	}
	return nil
}

func (ix *index) taken(name string) bool { return ix.byName(name) != nil }

func (ix *index) drop(id string) {
	ix.Entries = slices.DeleteFunc(ix.Entries, func(e entry) bool { return e.ID == id })
}

// parseIndex reads an index that makes sense, with texts that are safe to print. It returns
// ErrDamaged or ErrNewer.
func parseIndex(data []byte) (*index, error) {
	ix := &index{}
	if err := json.Unmarshal(data, ix); err != nil {
		return nil, fmt.Errorf("%w: %s", ErrDamaged, Clean(err.Error(), 200))
	}
	switch {
	case ix.Version > indexVersion:
		return nil, fmt.Errorf("%w: format %d", ErrNewer, ix.Version)
	case ix.Version != indexVersion:
		return nil, fmt.Errorf("%w: it has no format number", ErrDamaged)
	}
	if err := ix.check(); err != nil {
		return nil, err
	}
	ix.clean()
	return ix, nil
}

// check returns ErrDamaged for an index in which something that code relies on is not so.
func (ix *index) check() error {
	ids, names := map[string]bool{}, map[string]bool{}
	for i, e := range ix.Entries {
		if err := e.check(); err != nil {
			return fmt.Errorf("%w: connection %d: %v", ErrDamaged, i+1, err)
		}
		if ids[e.ID] || e.State != deleting && names[e.Name] {
			return fmt.Errorf("%w: connection %d is there twice", ErrDamaged, i+1)
		}
		ids[e.ID] = true
		names[e.Name] = names[e.Name] || e.State != deleting
	}
	return nil
}

// check says what of an entry makes no sense.
func (e *entry) check() error {
	switch {
	case !legal(e.ID, maxAccount):
		return errors.New("its id is not one")
	case e.State != pending && e.State != ready && e.State != deleting:
		return errors.New("its state is not one")
	case e.Store != "" && !legal(e.Store, maxName) || e.Copy != "" && !legal(e.Copy, maxName):
		return errors.New("its store is not one")
	case e.Copy != "" && e.Copy == e.Store:
		return errors.New("its old copy is where it is now itself")
	case e.Given < 0 || e.Used < 0 || e.Next != nil && e.Next.Generation <= max(0, e.Used):
		return errors.New("its generation is not one")
	}
	return ValidName(e.Name)
}

// maxText is how long a text in the index may be, in runes.
const maxText = 2000

// clean makes every text safe to print.
func (ix *index) clean() {
	for i := range ix.Entries {
		e := &ix.Entries[i]
		e.clean()
		if e.Next != nil {
			e.Next.Connection.clean()
		}
	}
}

// clean makes every text of c safe to print.
func (c *Connection) clean() {
	for _, text := range []*string{
		&c.Domain, &c.ClientID, &c.RedirectURI, &c.Scope, &c.Prompt, &c.Username, &c.UserID,
		&c.OrgID, &c.InstanceURL, &c.Store, &c.Verdict, &c.Kind, &c.Reason,
	} {
		*text = Clean(*text, maxText)
	}
	if c.Scopes == nil {
		c.Scopes = []string{} // `[]` in JSON, not `null`
	}
	for i := range c.Scopes {
		c.Scopes[i] = Clean(c.Scopes[i], 200)
	}
}

func (s *Store) indexPath() string { return filepath.Join(s.Dir, "index.json") }

// load reads the index; one that does not exist is empty. It needs no lock, since writers
// replace the file as a whole. It returns ErrDamaged, ErrNewer, ErrFiles or an
// *ExposedError.
func (s *Store) load() (*index, error) {
	data, err := readFile(s.indexPath())
	if errors.Is(err, fs.ErrNotExist) {
		return &index{Version: indexVersion}, nil
	}
	if err != nil {
		return nil, err
	}
	ix, err := parseIndex(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", s.indexPath(), err)
	}
	return ix, nil
}

// edit changes the index under its lock, so that no process overwrites what another one
// has written. An index that cannot be read is left as it is. It returns the errors of
// load and of lock, and what change returns.
func (s *Store) edit(ctx context.Context, change func(*index) error) error {
	unlock, err := lock(ctx, filepath.Join(s.Dir, "index.lock"), indexWait)
	if err != nil {
		return err
	}
	defer unlock()
	ix, err := s.load()
	if err != nil {
		return err
	}
	if err := change(ix); err != nil {
		return err
	}
	slices.SortFunc(ix.Entries, func(a, b entry) int { return strings.Compare(a.Name+a.ID, b.Name+b.ID) })
	data, err := json.Marshal(ix)
	if err != nil {
		return err
	}
	return s.disk.replaceFile(s.indexPath(), data)
}

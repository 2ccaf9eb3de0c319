package keystore

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// copied is the last row of a connection that this machine has seen or made, in
// Dir/shared/ID.json. It is what a machine remembers: a row of a lower generation is not
// spent, a cached access token is served while the database is down, and that there is one
// says that this machine uses the store.
type copied struct {
	About      Connection `json:"about"`
	Generation int        `json:"generation"`
	Item       []byte     `json:"item"`   // as in the row
	Sealed     []byte     `json:"sealed"` // as in the row
	Issued     time.Time  `json:"issued,omitzero"`
}

func (s *Store) copyPath(id string) string {
	return filepath.Join(s.Dir, "shared", filepath.Base(id)+".json")
}

// seen is the copy of a row, false where there is none that can be read. Its file belongs to
// the user alone, and what it says is checked as what the table says.
func (s *Store) seen(id string) (row, bool) {
	var k copied
	data, err := readFile(s.copyPath(id))
	if err != nil || json.Unmarshal(data, &k) != nil {
		return row{}, false
	}
	k.About.clean()
	k.About.Store = PostgresKind
	return row{Connection: k.About, generation: k.Generation, item: k.Item, sealed: k.Sealed, issued: k.Issued}, k.About.ID == id && k.Generation > 0
}

// remember writes the copy of a row, whose lock the caller holds, where it is news.
func (s *Store) remember(w row) {
	if old, ok := s.seen(w.ID); ok && old.generation == w.generation && old.Name == w.Name {
		return
	}
	w.Connection.Store = ""
	data, err := json.Marshal(copied{w.Connection, w.generation, w.item, w.sealed, w.issued})
	if err == nil {
		_ = s.disk.replaceFile(s.copyPath(w.ID), data) // Without it the database is asked again.
	}
}

// glimpsed is remember without the lock: where a renewal has that, it remembers more.
func (s *Store) glimpsed(w row) {
	isNews := func() bool {
		old, ok := s.seen(w.ID)
		return !ok || old.generation < w.generation || old.generation == w.generation && old.Name != w.Name
	}
	if !isNews() {
		return
	}
	if unlock, err := tryLock(s.lockPath(w.ID)); err == nil {
		defer unlock()
		if isNews() { // Another process may have had the lock since.
			s.remember(w)
		}
	}
}

// prune forgets the copies of connections that the table has no more: another machine has
// removed them. It reads none: there may be thousands.
func (s *Store) prune(ctx context.Context, there []Connection) {
	listed := make(map[string]bool, len(there))
	for _, c := range there {
		listed[c.ID] = true
	}
	for _, id := range s.copiedIDs() {
		if listed[id] {
			continue
		}
		if _, err := s.sharedNow(ctx, id); !errors.Is(err, ErrNoConnection) { // It was made since, or a list leaves it out.
			continue
		}
		if unlock, err := tryLock(s.lockPath(id)); err == nil {
			_ = s.forgetCopy(id)
			unlock()
		}
	}
}

// forgetCopy removes what this machine remembers of a connection that is in the table no
// more.
func (s *Store) forgetCopy(id string) error { return s.disk.removeFile(s.copyPath(id)) }

// copies has the connections of all copies. Of two with one name the older was removed by
// another machine.
func (s *Store) copies() (all []Connection) {
	places := map[string]int{} // in all, by name
	for _, id := range s.copiedIDs() {
		w, ok := s.seen(id)
		same, twice := places[w.Name]
		switch {
		case !ok:
		case !twice:
			places[w.Name] = len(all)
			all = append(all, w.Connection)
		case all[same].AuthorizedAt.Before(w.AuthorizedAt):
			all[same] = w.Connection
		}
	}
	return all
}

// copiedIDs are the connections of all copies, also of those that cannot be read.
func (s *Store) copiedIDs() (ids []string) {
	names, _ := os.ReadDir(filepath.Join(s.Dir, "shared"))
	for _, at := range names {
		if id, is := strings.CutSuffix(at.Name(), ".json"); is {
			ids = append(ids, id)
		}
	}
	return ids
}

// usedHere tells whether this machine has ever used the store.
func (s *Store) usedHere() bool {
	names, err := os.ReadDir(filepath.Join(s.Dir, "shared"))
	return err == nil && len(names) > 0 || err != nil && !errors.Is(err, fs.ErrNotExist)
}

// machine names this machine where others read who renews: its host name, and a text that
// no other directory of sfauth's has, since containers may share their name.
func (s *Store) machine() string {
	path := filepath.Join(s.Dir, "shared", "machine")
	data, err := readFile(path)
	id := strings.TrimSpace(string(data))
	if err != nil || !legal(id, maxAccount) {
		id = newAccount("m")
		if s.disk.replaceFile(path, []byte(id+"\n")) == nil { // Of two processes at once either may win: the lock of a connection is taken first by one.
			data, _ = readFile(path)
			id = strings.TrimSpace(string(data))
		}
	}
	host, _ := os.Hostname()
	return Clean(host, 100) + " " + id
}

package keystore

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Outboxes. What an answer brings is in sealed/ID.GRANT.age until it is in the row, as a
// renewal of this machine's own connections has it in sealed/ID.age.

// grantTag tells the grants of a connection apart: by the time of their authorisation.
func grantTag(c Connection) string { return strconv.FormatInt(c.AuthorizedAt.UnixMilli(), 36) }

func (s *Store) outboxPath(c Connection) string {
	return s.sealedPath(c.ID + "." + grantTag(c))
}

// outboxes are the files of all outboxes of a connection, and those that were to become one
// when a crash came.
func (s *Store) outboxes(id string) (paths []string) {
	dir := filepath.Join(s.Dir, "sealed")
	names, _ := os.ReadDir(dir) // Where it cannot be read, nothing can be renewed either.
	for _, at := range names {
		if strings.HasPrefix(at.Name(), id+".") && at.Name() != id+".age" && at.Name() != id+".age.new" {
			paths = append(paths, filepath.Join(dir, at.Name()))
		}
	}
	return paths
}

func (r *Renewal) outboxPath() string { return r.store.outboxPath(r.Connection) }

// publishOutbox puts what a crash, or a database that was gone, has left on this machine
// into the row. again: the row is to be read again. What is left of another grant than that
// of the row is stranded.
func (r *Renewal) publishOutbox(ctx context.Context, w row, k Secrets) (again bool, err error) {
	s := r.store
	r.Stranded = nil
	for _, path := range s.outboxes(w.ID) {
		data, err := readFile(path)
		if err != nil {
			return false, err
		}
		o, err := unseal(data, k.SealKey)
		switch {
		case errors.Is(err, ErrCorrupt): // A crash tore it: the answer is nowhere.
			if strings.HasSuffix(path, ".new") {
				_ = os.Remove(path)
			}
			continue
		case errors.Is(err, ErrWrongKey): // Its key is gone with an item that was lost.
			continue
		case err != nil:
			return false, err
		}
		tag, _, _ := strings.Cut(strings.TrimPrefix(filepath.Base(path), w.ID+"."), ".")
		switch {
		case tag == grantTag(w.Connection) && o.Generation > w.generation:
			news := row{Connection: w.Connection, generation: o.Generation, sealed: data}
			if !o.Access.Token.Empty() {
				news.issued = o.Access.IssuedAt
			}
			err := s.Postgres.rows(ctx, func(q rows) error { return q.commit(ctx, w.generation, news) })
			if err == nil || errors.Is(err, ErrLate) {
				return true, nil
			}
			return false, err
		case tag == grantTag(w.Connection):
			_ = os.Remove(path) // It is in the row, or was.
		case o.Generation < w.generation:
			if !o.RefreshToken.Equal(k.RefreshToken) && !slices.ContainsFunc(r.Stranded, func(t Stranded) bool { return t.RefreshToken.Equal(o.RefreshToken) }) {
				r.Stranded = append(r.Stranded, Stranded{o.RefreshToken, path})
			}
		}
	}
	return false, nil
}

// Stranded is a refresh token of a grant that another has taken the place of: nobody will
// use it, and it is to be revoked. Drop then removes it from this machine.
type Stranded struct {
	RefreshToken Secret
	path         string
}

// Drop removes a stranded token, which is revoked, from this machine.
func (t Stranded) Drop() {
	if t.path != "" {
		_ = os.Remove(t.path)
	}
}

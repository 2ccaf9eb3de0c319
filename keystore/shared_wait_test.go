package keystore

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

// claimed is a row that another machine has claimed, and does not give back.
type claimed struct {
	statements
	row row
}

func (h claimed) find(context.Context, string) (row, error)             { return h.row, nil }
func (claimed) claim(context.Context, string, int, string) (row, error) { return row{}, ErrLate }

func TestAMachineThatRenewsIsWaitedForAMinute(t *testing.T) {
	key := NewSealKey()
	ids, err := parseKey(key)
	must(t, err)
	dir := t.TempDir()
	s := &Store{Dir: dir, Vault: NewMemory(), Postgres: &Postgres{Dir: dir, opened: ids}}
	c, sec := grant("acme", noon)
	c.ID, c.Store = "acme-1", PostgresKind
	sec.Generation, sec.SealKey, sec.For = 1, key, c.purpose()
	packed, err := sec.pack()
	must(t, err)
	to, err := recipient(ids[0])
	must(t, err)
	item, err := encrypt([]byte(packed.Reveal()), to)
	must(t, err)
	sealed, err := sec.seal()
	must(t, err)
	synctest.Test(t, func(t *testing.T) {
		s.Postgres.instead = &instead{claimed{row: row{Connection: c, generation: 1, item: item, sealed: sealed}}, rest}
		began := time.Now()
		_, err := s.Renew(t.Context(), c)
		if waited := time.Since(began); !errors.Is(err, ErrRenewing) || waited < time.Minute || waited > time.Minute+time.Second {
			t.Errorf("after %v: %v", waited, err)
		}
	})
}

// leaving is a person who leaves while a row is inserted.
type leaving struct {
	rows
	leave func()
}

func (l leaving) insert(ctx context.Context, _ row) (bool, error) {
	l.leave()
	return ctx.Err() == nil, context.Cause(ctx)
}

// What a move or a login does next depends on whether the row is there.
func TestARowThatIsInsertedIsWaitedForByWhoLeaves(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	s := &Store{Postgres: &Postgres{instead: &instead{leaving{leave: leave}, rest}}}
	if err := s.insertRow(ctx, row{}); err != nil {
		t.Error(err)
	}
}

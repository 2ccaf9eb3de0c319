package keystore

import (
	"cmp"
	"context"
	"errors"
	"os"
)

// Renewal is a connection under its lock, from before its refresh token is spent until the
// successor is safe: Renew, Prepare, the request, Commit, Close (ROTATION.md).
type Renewal struct {
	Connection
	Secrets
	Stranded []Stranded // tokens of grants that another has taken the place of

	claim  *claim // of a connection in PostgreSQL; nil: it is in the index
	store  *Store
	vault  Vault
	stored int      // the generation the vault has
	given  int      // the generation that a new grant was given, which may have come to nothing
	room   *os.File // made by Prepare, for the answer; nil: not made, or filled
	unlock func()
}

// Renew takes the lock of c, which the caller must not hold, and reads all of it anew: the
// newest generation of vault and sealed file wins. It returns the errors of Lock and of
// the vault; ErrNoConnection where c was removed meanwhile; ErrChanged where the secrets
// are for something else, or older than those that were used.
func (s *Store) Renew(ctx context.Context, c Connection) (*Renewal, error) {
	return s.RenewUnless(ctx, c, Secrets{}, func(Secrets) bool { return false })
}

// RenewUnless is Renew for a caller who has seen what is Cached, perhaps nothing. Where
// another process has renewed while this one waited for the lock, and what it cached is
// enough, the Renewal has that, and no vault was opened for it: the seal key that was seen
// opens the sealed file.
func (s *Store) RenewUnless(ctx context.Context, c Connection, seen Secrets, enough func(Secrets) bool) (*Renewal, error) {
	if isShared(c) {
		return s.renewShared(ctx, c, seen, enough)
	}
	if err := s.unlock(ctx, c.Store, c.ID); err != nil {
		return nil, err
	}
	unlock, err := s.Lock(ctx, c)
	if err != nil {
		return nil, err
	}
	r := &Renewal{store: s, unlock: unlock}
	if err := r.begin(ctx, c, seen, enough); err != nil {
		r.Close()
		return nil, err
	}
	return r, nil
}

// Hold is Renew for who does not renew, and looks at many connections in turn: of one that is
// not in PostgreSQL it reads the secrets from where c says that they are, and the index, which
// is as long as there are connections, only where they are there no longer.
func (s *Store) Hold(ctx context.Context, c Connection) (*Renewal, error) {
	if isShared(c) {
		return s.Renew(ctx, c)
	}
	unlock, err := s.Lock(ctx, c)
	if err != nil {
		return nil, err
	}
	r := &Renewal{Connection: c, store: s, unlock: unlock}
	if r.Secrets, err = s.Cached(ctx, c); err == nil {
		return r, nil
	}
	r.Close()
	if errors.Is(err, ErrNotFound) || errors.Is(err, ErrChanged) { // It was moved, removed or authorised again.
		return s.Renew(ctx, c)
	}
	return nil, err
}

func (r *Renewal) begin(ctx context.Context, c Connection, seen Secrets, enough func(Secrets) bool) error {
	e, v, err := r.store.own(ctx, c.ID)
	if err != nil {
		return err
	}
	id := c.ID
	r.Connection, r.vault, r.given = e.Connection, v, e.Given
	if k := (found{Secrets: seen}); !k.SealKey.Empty() && e.Next == nil && e.AuthorizedAt.Equal(c.AuthorizedAt) && r.store.readSealed(id, &k) == nil &&
		k.For.check(e.Connection) == nil && enough(k.Secrets) {
		r.take(k)
		return nil
	}
	k, err := r.store.current(ctx, v, e)
	if err != nil {
		return err
	}
	if e, err = r.store.resolve(ctx, e, k.Generation); err != nil {
		return err
	}
	if k.pending { // Prepare would overwrite the file that they are in.
		if err := r.store.disk.settle(r.store.sealedPath(id)+".new", r.store.sealedPath(id)); err != nil {
			return own(err)
		}
	}
	r.Connection = e.Connection
	r.take(k)
	if r.SealKey.Empty() || r.For == (Purpose{}) { // Older builds stored neither, and the answer is to be sealed with both.
		r.Secrets = r.Secrets.sealable()
		r.For = r.Connection.purpose()
		return r.fileAway(ctx, r.Secrets)
	}
	return nil
}

func (r *Renewal) take(k found) { r.Secrets, r.stored = k.Secrets, k.vault }

// Prepare writes and syncs the file that the answer will be in, as long as an answer may
// be. Where it fails, on a full disk or in a read-only directory, the refresh token must
// not be spent. It returns ErrFiles or an *ExposedError.
//
// A renewal waits for the disk three times: for this file, for the answer in it, and for
// the directory with its new name; with Note twice more.
func (r *Renewal) Prepare(ctx context.Context) error {
	if err := r.makeRoom(); err != nil || r.claim == nil {
		return err
	}
	return r.intend(ctx)
}

func (r *Renewal) makeRoom() error {
	data, err := r.Secrets.seal()
	if err != nil {
		return err
	}
	if r.room, err = r.store.disk.newFile(r.sealedPath()); err != nil {
		return err
	}
	if err = r.store.disk.step(); err == nil {
		_, err = r.room.Write(data)
	}
	if err == nil {
		err = r.room.Sync()
	}
	return own(err)
}

// Commit keeps what the answer brought: it is sealed first, and then put into the vault if
// the vault is behind. refresh may be the token that was sent, where the host does not
// rotate. A zero access says that none is to be cached; what the last one was exchanged for
// is forgotten with it. A warning says that one of the two
// places failed and that nothing is lost; err, that both did, and that a rotated token is
// nowhere but in refresh. Both are ErrFiles, an *ExposedError or the errors of the vault.
func (r *Renewal) Commit(ctx context.Context, refresh Secret, access AccessToken) (warning, err error) {
	next, rotated := r.Secrets, !refresh.Equal(r.RefreshToken)
	next.RefreshToken, next.Access, next.Exchanged = refresh, access, AccessToken{}
	if rotated || r.claim != nil {
		next.Generation = max(r.Generation, r.given) + 1
	}
	unsealed, unsettled := r.fill(next)
	var unstored error
	if next.Generation > r.stored {
		unstored = r.fileAway(ctx, next)
	}
	if errors.Is(unstored, ErrLate) {
		return nil, r.overtaken(ctx, next)
	}
	if rotated && unsealed != nil && unstored != nil {
		return nil, errors.Join(unsealed, unstored)
	}
	r.Secrets = next
	return cmp.Or(unstored, unsealed, unsettled), nil
}

// Cache keeps what Access was exchanged for beside it, in the sealed file. Where that fails
// nothing is lost but the token, which can be had again. It returns ErrFiles, an
// *ExposedError, ErrLate or ErrDatabase.
func (r *Renewal) Cache(exchanged AccessToken) error {
	next := r.Secrets
	next.Exchanged = exchanged
	if r.claim != nil {
		return r.cache(next)
	}
	unsealed, unsettled := r.fill(next)
	if unsealed == nil {
		r.Secrets = next
	}
	return cmp.Or(unsealed, unsettled)
}

// fill writes next into the prepared file and puts that into its place. unsettled says
// that only the latter failed, which loses nothing: the next Renew reads the file where it
// is.
func (r *Renewal) fill(next Secrets) (unsealed, unsettled error) {
	data, err := next.seal()
	if err == nil && r.room == nil {
		err = r.makeRoom()
	}
	if err != nil {
		return err, nil
	}
	room := r.room
	r.room = nil
	if err := r.store.disk.fill(room, data); err != nil {
		return own(err), nil
	}
	return nil, own(r.store.disk.settle(room.Name(), r.sealedPath()))
}

func (r *Renewal) sealedPath() string {
	if r.claim != nil {
		return r.outboxPath()
	}
	return r.store.sealedPath(r.ID)
}

func (r *Renewal) fileAway(ctx context.Context, s Secrets) error {
	if r.claim != nil {
		return r.publish(ctx, s)
	}
	packed, err := s.pack()
	if err != nil {
		return err
	}
	if err := r.vault.Set(ctx, r.ID, packed); err != nil {
		return err
	}
	r.stored = s.Generation
	return nil
}

// Identify keeps whose grant it is, where nobody knew when it was saved: the secrets are then
// for that org and user alone. It is a Replace of the grant by itself, to be called after
// Commit. It returns the errors of the vault, and changes nothing in PostgreSQL.
func (r *Renewal) Identify(ctx context.Context, orgID, userID string) error {
	if r.claim != nil {
		return nil
	}
	c, sec := r.Connection, r.Secrets
	c.OrgID, c.UserID = orgID, userID
	sec.For, sec.Generation = c.purpose(), max(r.Generation, r.given)+1
	r.given = sec.Generation
	saved, err := r.store.supersede(ctx, r.vault, c, sec)
	if err == nil {
		r.Connection, r.Secrets, r.stored = saved, sec, sec.Generation
	}
	return err
}

// Note records in the index what the renewal found out, as Learn does; where the
// connection's instance is now; and that this generation of its secrets has been used, so
// that an older one never is.
func (r *Renewal) Note(ctx context.Context, f Finding, instanceURL string) error {
	if r.claim != nil {
		return r.store.learnShared(ctx, []Finding{f}, instanceURL)
	}
	return r.store.edit(ctx, func(ix *index) error {
		if e := ix.byID(r.ID); e != nil && e.State == ready {
			e.learn(f)
			e.InstanceURL = instanceURL
			e.Used = max(e.Used, r.Generation)
		}
		return nil
	})
}

// Reread looks, after the host has called the refresh token invalid, whether vault or
// sealed file have another one by now, and takes that over: a write that was not answered
// may have landed. It returns the errors of the vault, and ErrChanged.
func (r *Renewal) Reread(ctx context.Context) (changed bool, err error) {
	if r.claim != nil {
		return false, r.reread(ctx)
	}
	k, err := r.store.newest(ctx, r.vault, r.Connection)
	if err != nil || k.Generation < r.Generation || k.RefreshToken.Equal(r.RefreshToken) {
		return false, err
	}
	r.take(k)
	return true, nil
}

// Close removes the file that Prepare made, if Commit has not filled it, and releases the
// lock.
func (r *Renewal) Close() {
	if r.room != nil {
		_ = r.room.Close()
		_ = os.Remove(r.room.Name())
		r.room = nil
	}
	if r.claim != nil {
		r.giveBack()
	}
	r.unlock()
}

package flow

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"sfauth/keystore"
)

// saveLimit is longer than a keychain may take to be unlocked by a person (60 s).
const saveLimit = 2 * time.Minute

// Save stores a grant: as a new connection, or in place of the one whose ID it has,
// whose refresh token is revoked then; revoked tells how that went, nil where there was
// none. It goes on for a while after ctx has ended, and no signal stops it; err is an
// *Error of StepSave. What failed may have been stored all the same, and saving again is
// right in either case, with this very g: it knows by now what is to be revoked.
func (c *Client) Save(ctx context.Context, g *Grant) (saved keystore.Connection, revoked *Revoked, err error) {
	defer holdSignals()()
	if saved, err = c.store(ctx, g); err == nil {
		revoked = c.revokeFormer(ctx, g)
	}
	return saved, revoked, err
}

// former is what a new grant took the place of.
type former struct {
	keystore.Connection
	token keystore.Secret
}

func (c *Client) revokeFormer(ctx context.Context, g *Grant) *Revoked {
	old := g.former
	if old == nil {
		return nil
	}
	g.former = nil
	return &Revoked{c.Revoke(ctx, old.Connection, old.token)}
}

// store is Save without the revocation. A connection that was removed meanwhile is made
// anew.
func (c *Client) store(ctx context.Context, g *Grant) (saved keystore.Connection, err error) {
	ctx, cancel := outlast(ctx, saveLimit, saveGrace)
	defer cancel()
	if g.Connection.ID != "" {
		saved, err = c.replace(ctx, g)
	}
	if g.Connection.ID == "" || errors.Is(err, keystore.ErrNoConnection) {
		g.former = nil
		saved, err = c.Store.Create(ctx, g.Connection, g.Secrets)
	}
	if err != nil {
		return g.Connection, &Error{Step: StepSave, Kind: saveKind(err), Err: err}
	}
	return saved, nil
}

func (c *Client) replace(ctx context.Context, g *Grant) (saved keystore.Connection, err error) {
	unlock, err := c.Store.Lock(ctx, g.Connection) // a renewal may be under way
	if err != nil {
		return g.Connection, err
	}
	defer unlock()
	c.remember(ctx, g)
	return c.Store.Replace(ctx, g.Connection, g.Secrets)
}

// remember reads what g is about to replace, unless that is g itself: stored by an
// attempt that seemed to fail, and perhaps renewed since. What cannot be read cannot be
// revoked either; whether it may be replaced is the store's to say.
func (c *Client) remember(ctx context.Context, g *Grant) {
	list, err := c.Store.List()
	i := slices.IndexFunc(list, func(saved keystore.Connection) bool { return saved.ID == g.Connection.ID })
	if err != nil || i < 0 || list[i].SameGrant(g.Connection) {
		return
	}
	secrets, err := c.Store.Secrets(ctx, list[i])
	if err == nil && !secrets.RefreshToken.Equal(g.Secrets.RefreshToken) {
		g.former = &former{list[i], secrets.RefreshToken}
	}
}

func saveKind(err error) Kind {
	if kind := KindOf(err); kind != KindUnknown {
		return kind
	}
	return KindSaveFailed
}

// Again is the request that authorises a saved connection once more: everything it
// was made with, its secret too, and its user as login hint. whole is false when the
// keychain no longer has the secret, which must then be asked for. Other errors are an
// *Error or the cause of ctx.
func (c *Client) Again(ctx context.Context, saved keystore.Connection) (r Request, whole bool, err error) {
	domain, err := ParseDomain(saved.Domain)
	if err != nil {
		return Request{}, false, err
	}
	secrets, err := c.Store.Secrets(ctx, saved)
	switch {
	case errors.Is(err, keystore.ErrChanged): // nothing of the list is to be believed: the host must be typed
		domain, secrets = Domain{}, keystore.Secrets{}
	case err != nil && !isGone(err):
		return Request{}, false, failed(ctx, StepKeychain, err)
	}
	if err != nil {
		saved.Domain = "" // no secret says that it is the host which was confirmed
	}
	return Request{
		Domain: domain, ClientID: saved.ClientID, ClientSecret: secrets.ClientSecret,
		Callback: cmp.Or(saved.Callback, DefaultCallback), Scope: saved.Scope, Prompt: saved.Prompt, LoginHint: saved.Username,
		Name: saved.Name, Existing: &saved,
	}, err == nil, nil
}

// Secrets reads a connection and its secrets under the lock, so that they are of one
// moment and no renewal is about to end them. Errors are an *Error or the cause of ctx,
// as those of Export and Move.
func (c *Client) Secrets(ctx context.Context, conn keystore.Connection) (keystore.Connection, keystore.Secrets, error) {
	r, err := c.Store.Renew(ctx, conn)
	if err != nil {
		return conn, keystore.Secrets{}, failed(ctx, StepExport, err)
	}
	defer r.Close()
	return r.Connection, r.Secrets, nil
}

// Export is a saved connection with its secrets in one of keystore.ExportFormats.
func (c *Client) Export(ctx context.Context, name, format string) (string, error) {
	text, err := c.export(ctx, name, format)
	return text, failed(ctx, StepExport, err)
}

func (c *Client) export(ctx context.Context, name, format string) (string, error) {
	conn, err := c.Store.Find(name)
	if err != nil {
		return "", err
	}
	conn, secrets, err := c.Secrets(ctx, conn)
	if err != nil {
		return "", err
	}
	domain, err := ParseDomain(conn.Domain)
	if err != nil {
		return "", err
	}
	if conn.InstanceURL != "" && !isTrusted(domain, conn.InstanceURL) { // it comes from the list, which anybody can edit
		return "", &Error{Step: StepExport, Kind: KindForeignHost}
	}
	return keystore.Export(format, conn, secrets, domain.URL(""))
}

// Move changes where the secrets of a connection are kept, to the vault of that kind.
func (c *Client) Move(ctx context.Context, name, kind string) error {
	conn, err := c.Store.Find(name)
	if err == nil {
		err = c.Store.Move(ctx, conn, kind)
	}
	return failed(ctx, StepMove, err)
}

package flow

import (
	"context"
	"errors"
	"slices"
	"time"

	"sfauth/keystore"
)

// saveLimit is longer than a keychain may take to be unlocked by a person (60 s).
const saveLimit = 2 * time.Minute

// Save stores a grant: as a new connection, or in place of the one whose ID it has,
// whose refresh token is revoked then. revoked says why it could not be, which undoes
// nothing. Storing is not interrupted by ctx; err is an *Error of StepSave.
func (c *Client) Save(ctx context.Context, g Grant) (saved keystore.Connection, revoked, err error) {
	saved, old, err := c.store(ctx, g)
	if old != nil {
		revoked = c.Revoke(ctx, old.Connection, old.token)
	}
	return saved, revoked, err
}

// former is what a new grant took the place of.
type former struct {
	keystore.Connection
	token keystore.Secret
}

// store is Save without the revocation; old is nil where there is nothing to revoke.
func (c *Client) store(ctx context.Context, g Grant) (saved keystore.Connection, old *former, err error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), saveLimit)
	defer cancel()
	if g.Connection.ID == "" {
		saved, err = c.Store.Create(ctx, g.Connection, g.Secrets)
	} else {
		saved, old, err = c.replace(ctx, g)
	}
	if err != nil {
		return g.Connection, nil, &Error{Step: StepSave, Kind: saveKind(err), Err: err}
	}
	return saved, old, nil
}

func (c *Client) replace(ctx context.Context, g Grant) (saved keystore.Connection, old *former, err error) {
	unlock, err := c.Store.Lock(ctx, g.Connection) // a renewal may be under way
	if err != nil {
		return g.Connection, nil, err
	}
	defer unlock()
	old = c.former(ctx, g)
	saved, err = c.Store.Replace(ctx, g.Connection, g.Secrets)
	return saved, old, err
}

// former reads what g is about to replace. What cannot be read cannot be revoked
// either; whether it may be replaced is the store's to say.
func (c *Client) former(ctx context.Context, g Grant) *former {
	list, err := c.Store.List()
	i := slices.IndexFunc(list, func(saved keystore.Connection) bool { return saved.ID == g.Connection.ID })
	if err != nil || i < 0 {
		return nil
	}
	secrets, err := c.Store.Secrets(ctx, list[i])
	if err != nil || secrets.RefreshToken.Equal(g.Secrets.RefreshToken) {
		return nil
	}
	return &former{list[i], secrets.RefreshToken}
}

func saveKind(err error) Kind {
	if kind := KindOf(err); kind != KindUnknown {
		return kind
	}
	return KindSaveFailed
}

// Again is the request that authorises a saved connection once more: everything it
// was made with, its secret too, and its user as login hint. whole is false when the
// keychain no longer has the secret, which must then be asked for. The other errors
// of the keychain are returned.
func (c *Client) Again(ctx context.Context, saved keystore.Connection) (r Request, whole bool, err error) {
	domain, err := ParseDomain(saved.Domain)
	if err != nil {
		return Request{}, false, err
	}
	secrets, err := c.Store.Secrets(ctx, saved)
	if err != nil && !errors.Is(err, keystore.ErrNotFound) && !errors.Is(err, keystore.ErrCorrupt) {
		return Request{}, false, err
	}
	return Request{
		Domain: domain, ClientID: saved.ClientID, ClientSecret: secrets.ClientSecret,
		Callback: saved.Callback, Scope: saved.Scope, Prompt: saved.Prompt, LoginHint: saved.Username,
		Name: saved.Name, Existing: &saved,
	}, err == nil, nil
}

// Export is a saved connection with its secrets in one of keystore.ExportFormats.
func (c *Client) Export(ctx context.Context, name, format string) (string, error) {
	saved, err := c.Store.Find(name)
	if err != nil {
		return "", err
	}
	domain, err := ParseDomain(saved.Domain)
	if err != nil {
		return "", err
	}
	secrets, err := c.Store.Secrets(ctx, saved)
	if err != nil {
		return "", err
	}
	return keystore.Export(format, saved, secrets, domain.URL(""))
}

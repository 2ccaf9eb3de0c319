package flow

import (
	"cmp"
	"context"
	"errors"

	"sfauth/keystore"
)

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

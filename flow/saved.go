package flow

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"

	"sfauth/flow/export"
	"sfauth/keystore"
)

// Again is the request that authorises a saved connection once more: with everything it was
// made with, its client secret too, and with its user as login hint. whole is false where
// the vault no longer has the secret: then the person must type it. Other errors are an
// *Error of StepKeychain or the cause of ctx.
func (c *Client) Again(ctx context.Context, saved keystore.Connection) (r Request, whole bool, err error) {
	domain, err := ParseDomain(saved.Domain)
	if err != nil {
		return Request{}, false, err
	}
	secrets, err := c.Store.Secrets(ctx, saved)
	switch {
	case errors.Is(err, keystore.ErrChanged): // the index was edited: the person must type the host
		domain, secrets = Domain{}, keystore.Secrets{}
	case err != nil && !isGone(err):
		return Request{}, false, failed(ctx, StepKeychain, err)
	}
	if err != nil {
		saved.Domain = "" // without the secret nothing says which host the person confirmed
	}
	return Request{
		Domain: domain, ClientID: saved.ClientID, ClientSecret: secrets.ClientSecret,
		RedirectURI: cmp.Or(saved.RedirectURI, DefaultRedirectURI), Scope: saved.Scope, Prompt: saved.Prompt, LoginHint: saved.Username,
		Name: saved.Name, Existing: &saved,
	}, err == nil, nil
}

// Secrets reads a connection and its secrets under its lock, so that no renewal comes
// between the two reads. Errors are an *Error of StepExport or the cause of ctx.
func (c *Client) Secrets(ctx context.Context, conn keystore.Connection) (keystore.Connection, keystore.Secrets, error) {
	r, err := c.Store.Renew(ctx, conn)
	if err != nil {
		return conn, keystore.Secrets{}, failed(ctx, StepExport, err)
	}
	defer r.Close()
	return r.Connection, r.Secrets, nil
}

// Export is a saved connection in one of export.Formats, and what it was made of. Where the
// format asks for access tokens, no secret is read. Errors are an *Error of StepExport,
// KindForeignHost where the index names an instance that is none of Salesforce's, or the cause
// of ctx.
func (c *Client) Export(ctx context.Context, name, format string, o export.Options) (text string, conn keystore.Connection, err error) {
	text, conn, err = c.export(ctx, name, format, o)
	return text, conn, failed(ctx, StepExport, err)
}

func (c *Client) export(ctx context.Context, name, format string, o export.Options) (text string, conn keystore.Connection, err error) {
	var secrets keystore.Secrets
	conn, err = c.Store.Find(name)
	if err == nil && !export.Asks(format, conn, o.RefreshToken) {
		conn, secrets, err = c.Secrets(ctx, conn)
		o.RefreshToken = true // whatever a renewal has found out meanwhile: they are read
	}
	if err == nil {
		text, err = Exported(format, conn, secrets, o)
	}
	return text, conn, err
}

// Exported is a connection in one of export.Formats. It returns the errors of export.As, and
// an *Error of KindForeignHost where the list, which any program of the user's can edit, names
// an instance that is none of Salesforce's.
func Exported(format string, conn keystore.Connection, s keystore.Secrets, o export.Options) (string, error) {
	domain, err := ParseDomain(conn.Domain)
	if err != nil {
		return "", err
	}
	if conn.InstanceURL != "" && !isTrusted(domain, conn.InstanceURL) {
		return "", &Error{Step: StepExport, Kind: KindForeignHost}
	}
	if o.Program, err = Program(); err != nil {
		return "", err
	}
	o.Environment = ToAskAgain(os.Environ())
	if conn.Store == keystore.PostgresKind {
		o.Environment = append(o.Environment, ToReachDatabase(os.Environ())...)
	}
	return export.As(format, conn, s, domain.URL(""), o)
}

// OtherHost is the login host that the tool of a format asks in place of the connection's own
// (export.OtherHost); empty where that is the same.
func OtherHost(format string, conn keystore.Connection) (other, own string) {
	domain, err := ParseDomain(conn.Domain)
	if err != nil {
		return "", ""
	}
	return export.OtherHost(format, domain.URL("")), strings.TrimPrefix(domain.URL(""), "https://")
}

// Move changes where the secrets of a connection are kept, to the vault of that kind. Errors
// are an *Error of StepMove or the cause of ctx.
func (c *Client) Move(ctx context.Context, name, kind string) error {
	conn, err := c.Store.Find(name)
	if err == nil {
		err = c.Store.Move(ctx, conn, kind)
	}
	return failed(ctx, StepMove, err)
}

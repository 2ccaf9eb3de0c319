package flow

import (
	"context"
	"errors"

	"sfauth/keystore"
)

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

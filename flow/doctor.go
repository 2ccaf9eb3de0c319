package flow

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"net/url"
	"os"
	"runtime"
	"slices"
	"strings"

	"sfauth/keystore"
)

// Part is something on this machine that a login needs.
type Part string

const (
	PartFiles    Part = "files"    // index, lock and sealed files are read and written
	PartKeychain Part = "keychain" // a secret is set, read back, there for scripts, and deleted
	PartDatabase Part = "database" // PostgreSQL lets sfauth in: this part and the next two are there where it is Concerned
	PartTable    Part = "table"    // of sfauth's there: its columns, and the rights to it
	PartKey      Part = "key"      // opens what is kept there
	PartCallback Part = "callback" // the port of the redirect URI, on both loopback addresses
	PartBrowser  Part = "browser"
	PartProxy    Part = "proxy"
	PartHost     Part = "host" // a login host, over TLS
)

// Finding is what Examine found of a part: Err is nil where it works.
type Finding struct {
	Part      Part
	Detail    string // of PartKeychain: the vault's own name, "" where it has none
	Err       error
	Otherwise bool // it does not work, and sfauth does what it is for in another way
}

// Examine tries every Part in turn, and leaves nothing behind. callback is a redirect URI, d
// the login host that is asked. It takes at most 10 seconds for the host.
func (c *Client) Examine(ctx context.Context, callback string, d Domain) []Finding {
	found := []Finding{c.examineFiles(ctx)}
	if c.Store.Vault.Kind() != keystore.PostgresKind {
		found = append(found, c.examineKeychain(ctx))
	}
	if c.Store.Concerned() {
		found = append(found, c.examineDatabase(ctx)...)
	}
	return append(found, c.examineCallback(ctx, callback), examineBrowser(d), examineProxy(d), c.examineHost(ctx, d))
}

// examineDatabase tries one thing after the other, as far as the one before works. What
// PGHOST says is meant for other programs where nobody keeps a connection there.
func (c *Client) examineDatabase(ctx context.Context) (found []Finding) {
	p := c.Store.Postgres
	add := func(f Finding) bool {
		f.Otherwise = f.Err != nil && (f.Otherwise || !c.Store.Shares())
		found = append(found, f)
		return f.Err == nil || errors.Is(f.Err, keystore.ErrDatabasePlain)
	}
	server, err := p.Look(ctx)
	if err == nil && server.Plain {
		err = keystore.ErrDatabasePlain
	}
	detail := server.Where
	for _, more := range []string{"PostgreSQL " + server.Version, server.TLS} {
		if server.Version != "" && more != "" {
			detail += ", " + more
		}
	}
	if !add(Finding{Part: PartDatabase, Detail: detail, Err: err, Otherwise: server.Plain}) {
		return found
	}
	if !add(Finding{Part: PartTable, Detail: keystore.TableName, Err: p.ProbeTable(ctx)}) {
		return found
	}
	err = p.ProbeKey(ctx)
	add(Finding{Part: PartKey, Detail: "opens what is kept there", Err: err, Otherwise: !p.Keys.Unattended()})
	return found
}

func (c *Client) examineFiles(ctx context.Context) Finding {
	return Finding{Part: PartFiles, Detail: c.Store.Dir, Err: c.Store.ProbeFiles(ctx)}
}

func (c *Client) examineKeychain(ctx context.Context) Finding {
	own, err := c.Store.ProbeScripts(ctx)
	return Finding{Part: PartKeychain, Detail: own, Err: err, Otherwise: err != nil && c.hasKeyedFile(ctx)}
}

// hasKeyedFile tells whether the encrypted file can stand in for the vault: its key is there
// without asking anybody, and no connection is kept in the vault.
func (c *Client) hasKeyedFile(ctx context.Context) bool {
	kind := c.Store.Vault.Kind()
	saved, err := c.Store.List()
	if err != nil || slices.ContainsFunc(saved, func(s keystore.Connection) bool { return s.Store == kind }) {
		return false
	}
	for _, v := range c.Store.Others {
		if f, is := v.(*keystore.File); is && f.Keys.Unattended() {
			in, err := c.Store.In(f.Kind())
			if err == nil {
				_, err = in.ProbeVault(ctx)
			}
			return err == nil
		}
	}
	return false
}

func (c *Client) examineCallback(ctx context.Context, callback string) Finding {
	f := Finding{Part: PartCallback, Detail: callback}
	parsed, err := ParseRedirectURI(callback)
	if err != nil || parsed.PasteOnly() {
		f.Err = err
		return f
	}
	listeners, err := c.listen(ctx, parsed.Port())
	f.Err, f.Otherwise = err, err != nil // the answer can be pasted
	var addresses []string
	for _, l := range listeners {
		addresses = append(addresses, l.Addr().String())
		l.Close()
	}
	f.Detail = cmp.Or(strings.Join(addresses, ", "), callback)
	return f
}

func examineBrowser(d Domain) Finding {
	f := Finding{Part: PartBrowser}
	commands, err := openers(runtime.GOOS, os.Getenv, hasProgram, d.URL("/"))
	if err == nil {
		f.Detail = commands[0][0]
	}
	f.Err, f.Otherwise = err, err != nil // the address can be opened by hand
	return f
}

// examineProxy shows only scheme and host of a proxy: its address may have a password in it.
func examineProxy(d Domain) Finding {
	f := Finding{Part: PartProxy}
	req, err := http.NewRequest(http.MethodGet, d.URL("/"), nil)
	if err != nil {
		return f
	}
	proxy, err := proxyOf(req)
	if f.Err = err; proxy != nil {
		f.Detail = (&url.URL{Scheme: proxy.Scheme, Host: proxy.Host}).String()
	}
	return f
}

func (c *Client) examineHost(ctx context.Context, d Domain) Finding {
	f := Finding{Part: PartHost, Detail: d.String(), Err: c.Discover(ctx, d)}
	switch doubt := d.Doubt(); {
	case f.Err != nil:
	case doubt == KindDomainForeign:
		f.Detail += ", none of Salesforce's"
	case doubt == KindDomainImitates:
		f.Err = &Error{Kind: KindDomainImitates, Err: errors.New(d.String())}
	}
	return f
}

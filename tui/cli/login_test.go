package cli

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"sfauth/flow"
	"sfauth/keystore"
	"sfauth/tui/text"
)

// Whoever started sfauth holds its stdin, a pipe, open and writes nothing into it.
func TestAnInterruptionEndsTheWaitForASecretOnStdin(t *testing.T) {
	in, silent, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	defer silent.Close()
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := errors.New("ended")
	cancel(ended)
	l := &wizard{Text: &text.English, In: in, Out: os.Stdout, Err: os.Stderr, Plain: true, SecretStdin: true, Domain: "acme", ClientID: "3MVG9"}
	client := &flow.Client{Store: &keystore.Store{Dir: t.TempDir(), Vault: keystore.NewMemory()}}
	if err := l.run(ctx, client); !errors.Is(err, ended) {
		t.Errorf("%v, want %v", err, ended)
	}
}

func TestAnotherAppDoesNotGetTheSecretOfTheSavedOne(t *testing.T) {
	in, nobody, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	nobody.Close()
	store := &keystore.Store{Dir: t.TempDir(), Vault: keystore.NewMemory()}
	saved := keystore.Connection{Name: "acme", Domain: "http://127.0.0.1:9", ClientID: "3MVG9", RedirectURI: flow.DefaultRedirectURI}
	if _, err := store.Create(t.Context(), saved, keystore.Secrets{ClientSecret: keystore.NewSecret("of 3MVG9"), RefreshToken: keystore.NewSecret("x")}); err != nil {
		t.Fatal(err)
	}
	for id, known := range map[string]bool{"": true, "3MVG9": true, "3MVGother": false} {
		l := &wizard{Text: &text.English, In: in, Out: os.Stdout, Err: in, Plain: true, Name: "acme", ClientID: id}
		if err := l.run(t.Context(), &flow.Client{Store: store}); flow.KindOf(err) != flow.KindRefused {
			t.Fatal(err)
		}
		if l.Request.ClientSecret.Empty() == known {
			t.Errorf("%q: the secret is there: %v", id, !known)
		}
	}
}

func TestASecretOnStdinIsReadAsItIsPasted(t *testing.T) {
	for piped, want := range map[string]string{
		"\ufeffE1F2\r\n": "E1F2", "\"E1F2\"\n": "E1F2", "'E1F2'": "E1F2", " E1F2 \nmore": "E1F2",
		"\xff\xfeE\x001\x00F\x002\x00\r\x00\n\x00": "E1F2", "E1\u200bF2\n": "", "\n": "", "\"": "\"",
	} {
		in, err := os.Open(put(t, piped))
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		l := &wizard{Text: &text.English, In: in, Err: os.Stderr, console: newConsole(&text.English, in, os.Stderr)}
		got, err := l.secret(t.Context())
		if got.Reveal() != want || (err == nil) != (want != "") || err != nil && !errors.As(err, new(usageError)) {
			t.Errorf("%q: %q, %v", piped, got.Reveal(), err)
		}
	}
}

func put(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "stdin")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAdvancedSettingsOfTheScreenAreFlags(t *testing.T) {
	saved := flow.Request{RedirectURI: flow.DefaultRedirectURI, Prompt: "login", LoginHint: "ana@acme.example"}
	l := &wizard{Request: saved}
	if err := l.override(); err != nil || l.Request.Prompt != saved.Prompt || l.Request.LoginHint != saved.LoginHint {
		t.Errorf("%+v, %v", l.Request, err)
	}
	l = &wizard{Request: saved, Callback: "http://localhost:8080/back", Scope: "web refresh_token", Prompt: "consent", LoginHint: "bo@acme.example"}
	err := l.override()
	all := &wizard{Request: saved, Scope: "all"}
	if err := all.override(); err != nil || all.Request.Scope != "" {
		t.Errorf("all scopes are %q, %v", all.Request.Scope, err)
	}
	if r := l.Request; err != nil || r.RedirectURI != l.Callback || r.Scope != l.Scope || r.Prompt != l.Prompt || r.LoginHint != l.LoginHint {
		t.Errorf("%+v, %v", r, err)
	}
}

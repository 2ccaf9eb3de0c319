package keystore

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestADamagedIndexIsNamedAndNeverOverwritten(t *testing.T) {
	entry := `{"state":"ready","id":"a-1","name":"a"}`
	for what, content := range map[string]string{
		"empty":         "",
		"cut":           `{"version":1,"connections":[{"state":"re`,
		"no version":    `{"connections":[]}`,
		"list":          `[]`,
		"bad state":     `{"version":1,"connections":[{"state":"odd","id":"a-1","name":"a"}]}`,
		"bad name":      `{"version":1,"connections":[{"state":"ready","id":"a-1","name":"A b"}]}`,
		"path as id":    `{"version":1,"connections":[{"state":"ready","id":"../../x","name":"a"}]}`,
		"no store":      `{"version":1,"connections":[{"state":"ready","id":"a-1","name":"a","store":"The cloud"}]}`,
		"copy of none":  `{"version":1,"connections":[{"state":"ready","id":"a-1","name":"a","store":"file","copy":"file"}]}`,
		"generation":    `{"version":1,"connections":[{"state":"ready","id":"a-1","name":"a","used":-1}]}`,
		"going back":    `{"version":1,"connections":[{"state":"ready","id":"a-1","name":"a","used":7,"next":{"generation":3}}]}`,
		"twice":         `{"version":1,"connections":[` + entry + `,` + entry + `]}`,
		"escapes in it": "{\"version\":1,\x1b]0;pwn\x07",
	} {
		s := &Store{Dir: t.TempDir(), Vault: NewMemory()}
		path := filepath.Join(s.Dir, "index.json")
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, listed := s.List()
		_, created := s.Create(t.Context(), Connection{Name: "b"}, Secrets{RefreshToken: NewSecret("t")})
		_, probed := s.Probe(t.Context())
		for _, err := range []error{listed, created, probed, s.Heal(t.Context())} {
			if !errors.Is(err, ErrDamaged) || errors.Is(err, ErrBadName) || errors.Is(err, ErrFiles) || !strings.Contains(err.Error(), path) || strings.ContainsRune(err.Error(), 0x1b) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if now, err := os.ReadFile(path); err != nil || string(now) != content {
			t.Errorf("%s: it was overwritten: %q", what, now)
		}
	}
}

func TestAnIndexOfALaterSfauthIsLeftAlone(t *testing.T) {
	s := &Store{Dir: t.TempDir(), Vault: NewMemory()}
	content := `{"version":2,"connections":{"new":"shape"}}`
	if err := os.WriteFile(s.indexPath(), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Probe(t.Context()); !errors.Is(err, ErrNewer) && !errors.Is(err, ErrDamaged) {
		t.Error(err)
	}
	if now, _ := os.ReadFile(s.indexPath()); string(now) != content {
		t.Errorf("overwritten: %s", now)
	}
}

func TestIndexTextIsCleanedBeforeAnybodySeesIt(t *testing.T) {
	ix, err := parseIndex([]byte(`{"version":1,"connections":[{"state":"ready","id":"a-1","name":"a",
		"username":"x\u001b]0;pwn\u0007y","reason":"a\u202eb\nc","scopes":["\u001b[2Japi"]}]}`))
	if err != nil {
		t.Fatal(err)
	}
	if c := ix.Entries[0]; c.Username != "xy" || c.Reason != "ab c" || c.Scopes[0] != "api" {
		t.Errorf("%q, %q, %q", c.Username, c.Reason, c.Scopes)
	}
}

func TestFilesAreForTheOwnerAlone(t *testing.T) {
	s := &Store{Dir: filepath.Join(t.TempDir(), "home", "sfauth"), Vault: NewMemory()}
	if _, err := s.Create(t.Context(), Connection{Name: "a"}, Secrets{RefreshToken: NewSecret(canary)}); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(s.Dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if open := othersRights(t, path); open != "" {
			t.Errorf("%s: %s", path, open)
		}
		if !d.IsDir() {
			if text, _ := os.ReadFile(path); strings.Contains(string(text), canary) {
				t.Errorf("%s holds a secret", path)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func FuzzIndex(f *testing.F) {
	f.Add([]byte(`{"version":1,"connections":[{"state":"ready","id":"a-1","name":"a","scopes":["api"],"next":{"generation":2,"connection":{}}}]}`))
	f.Add([]byte(`{"version":1,"connections":[{"state":"deleting","id":"a-1","name":"a"},{"state":"pending","id":"a-2","name":"a"}]}`))
	f.Add([]byte(`{"version":1}`))
	f.Add([]byte(``))
	f.Fuzz(func(t *testing.T, data []byte) {
		ix, err := parseIndex(data)
		if err != nil {
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) {
				t.Fatal(err)
			}
			return
		}
		text, err := json.Marshal(ix)
		if err != nil {
			t.Fatal(err)
		}
		again, err := parseIndex(text)
		if err != nil {
			t.Fatalf("what was read cannot be read again: %v\n%s", err, text)
		}
		if back, _ := json.Marshal(again); string(back) != string(text) {
			t.Fatalf("reading changes it:\n%s\n%s", text, back)
		}
	})
}

func BenchmarkList1000(b *testing.B) {
	s := &Store{Dir: b.TempDir(), Vault: NewMemory()}
	err := s.edit(b.Context(), func(ix *index) error {
		for i := range 1000 {
			name := fmt.Sprintf("acme-%04d", i)
			ix.Entries = append(ix.Entries, entry{State: ready, Connection: Connection{
				ID: newAccount(name), Name: name, Domain: name + ".my.salesforce.com", ClientID: strings.Repeat("3MVG9", 17),
				RedirectURI: "http://localhost:1717/OauthRedirect", Scope: "api refresh_token", Username: name + "@acme.example",
				UserID: "005000000000001AAA", OrgID: "00D000000000001AAA", InstanceURL: "https://acme.my.salesforce.com", Scopes: []string{"api", "refresh_token"},
				Store: "keychain", Verdict: "alive",
			}})
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if list, err := s.List(); err != nil || len(list) != 1000 {
			b.Fatal(len(list), err)
		}
	}
}

func TestAFindingThatComesLateDoesNotReplaceANewerOne(t *testing.T) {
	now := time.Unix(1_000_000, 0)
	before := now.Add(-time.Second)
	e := entry{Connection: Connection{CheckedAt: &now, Verdict: "alive"}}
	e.learn(Finding{CheckedAt: before, Verdict: "reauthorise"})
	if e.Verdict != "alive" || !e.CheckedAt.Equal(now) {
		t.Errorf("%s, checked at %v", e.Verdict, e.CheckedAt)
	}
	after := now.Add(time.Second)
	if e.learn(Finding{CheckedAt: after, Verdict: "setup"}); e.Verdict != "setup" {
		t.Errorf("%s", e.Verdict)
	}
}

func TestAFindingOfAClockThatWasWrongDoesNotStay(t *testing.T) {
	now := time.Now()
	future := now.AddDate(10, 0, 0)
	e := entry{Connection: Connection{CheckedAt: &future, Verdict: "reauthorise"}}
	if e.learn(Finding{CheckedAt: now, Verdict: "alive"}); e.Verdict != "alive" || !e.CheckedAt.Equal(now) {
		t.Errorf("%s, checked at %v", e.Verdict, e.CheckedAt)
	}
}

package keystore

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
)

const canary = "5Aep861-canary"

func TestSecretIsHiddenUnderEveryVerb(t *testing.T) {
	s := NewSecret(canary)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%t", "%20s", "%.3s", "%-9v"} {
		if got := fmt.Sprintf(verb, s); got != hidden {
			t.Errorf("%s: %q", verb, got)
		}
		if got := fmt.Sprintf(verb, &s); got != hidden {
			t.Errorf("%s of a pointer: %q", verb, got)
		}
	}
}

func TestSecretIsHiddenInWhateverHoldsIt(t *testing.T) {
	s := NewSecret(canary)
	type unexported struct{ s Secret }
	all := Secrets{ClientSecret: s, RefreshToken: s, Generation: 1, SealKey: s, Access: AccessToken{Token: s}, Exchanged: AccessToken{Token: s}}
	var texts, objects bytes.Buffer
	slog.New(slog.NewTextHandler(&texts, nil)).Info("m", "s", s, "in", Secrets{RefreshToken: s}, "deep", unexported{s})
	slog.New(slog.NewJSONHandler(&objects, nil)).Info("m", "s", s, "in", Secrets{RefreshToken: s}, "deep", unexported{s})
	asJSON, err := json.Marshal(map[string]any{"s": s, "p": &s, "in": all})
	if err != nil {
		t.Fatal(err)
	}
	asXML, err := xml.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	shown := map[string]string{"slog text": texts.String(), "slog json": objects.String(), "json": string(asJSON), "xml": string(asXML)}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%p"} {
		for i, holder := range []any{s, all, &all, []Secret{s}, map[Secret]Secret{s: s}, unexported{s}, &unexported{s}, fmt.Errorf("no: %v", s)} {
			shown[fmt.Sprint(verb, i)] = fmt.Sprintf(verb, holder)
		}
	}
	for where, text := range shown {
		if strings.Contains(text, canary) || strings.Contains(text, fmt.Sprintf("%x", canary)) {
			t.Errorf("%s shows it: %s", where, text)
		}
	}
	if !bytes.Contains(asJSON, []byte(`"s":"[hidden]"`)) {
		t.Errorf("JSON without the mark: %s", asJSON)
	}
}

func TestASecretOfNothingIsEmpty(t *testing.T) {
	if s := (Secret{}); !s.Empty() || !s.Equal(NewSecret("")) || s.Equal(NewSecret("x")) {
		t.Error("the zero Secret is not the empty one")
	}
}

func TestWhatIsPackedReadsBackTheSame(t *testing.T) {
	in := Secrets{NewSecret(`A"1<&>é`), NewSecret("5Aep==" + strings.Repeat("x", 1800)), 7, NewSealKey(), Purpose{ID: "acme-1", Domain: "acme.my.salesforce.com"}, AccessToken{}, AccessToken{}}
	packed, err := in.pack()
	if err != nil {
		t.Fatal(err)
	}
	out, err := unpack(packed)
	if err != nil || !out.ClientSecret.Equal(in.ClientSecret) || !out.RefreshToken.Equal(in.RefreshToken) || out.Generation != 7 {
		t.Errorf("%v, %v", out, err)
	}
}

func TestWhatWouldNotReadBackIsNotPacked(t *testing.T) {
	for name, c := range map[string]struct {
		in   Secrets
		want error
	}{
		"no refresh token": {Secrets{ClientSecret: NewSecret("x")}, ErrCorrupt},
		"not UTF-8":        {Secrets{RefreshToken: NewSecret("a\xffb")}, ErrCorrupt},
		"too big":          {Secrets{RefreshToken: NewSecret(strings.Repeat("x", maxItem))}, ErrTooBig},
	} {
		if _, err := c.in.pack(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnUnreadableItemIsCorruptAndNeverQuoted(t *testing.T) {
	whole, _ := Secrets{RefreshToken: NewSecret(canary), Generation: 1}.pack()
	text := whole.Reveal()
	for _, item := range []string{
		"", " ", "{}", "null", "[]", canary, `"` + canary + `"`, text[:len(text)/2], text + canary,
		`{"v":1,"refresh_token":""}`, `{"v":1,"generation":-1,"refresh_token":"` + canary + `"}`, `{"refresh_token":"` + canary + `"}`,
		`{"v":1,"refresh_token":5}`,
	} {
		_, err := unpack(NewSecret(item))
		if !errors.Is(err, ErrCorrupt) {
			t.Errorf("%q: %v", item, err)
		} else if err.Error() != ErrCorrupt.Error() {
			t.Errorf("%q: the error says more than it should: %v", item, err)
		}
	}
	if _, err := unpack(NewSecret(`{"v":2,"refresh_token":"x"}`)); !errors.Is(err, ErrNewer) || errors.Is(err, ErrCorrupt) {
		t.Errorf("a later format: %v", err)
	}
}

func FuzzItem(f *testing.F) {
	f.Add(`{"v":1,"generation":2,"client_secret":"s","refresh_token":"t"}`)
	f.Add("")
	f.Fuzz(func(t *testing.T, item string) {
		s, err := unpack(NewSecret(item))
		if err != nil {
			return
		}
		if s.RefreshToken.Empty() {
			t.Fatal("connected without a token")
		}
		packed, err := s.pack()
		if errors.Is(err, ErrTooBig) {
			return
		}
		back, err2 := unpack(packed)
		if err != nil || err2 != nil || !back.RefreshToken.Equal(s.RefreshToken) || back.Generation != s.Generation {
			t.Fatal(err, err2)
		}
	})
}

func TestSecretsFromBeforeTheySaidWhatTheyAreForSayItFromTheFirstRenewalOn(t *testing.T) {
	s := store(t)
	c := create(t, s, "app")
	memory := s.Vault.(*Memory)
	for _, old := range []string{"vault", "sealed"} {
		sec, err := unpack(memory.items[c.ID])
		if err != nil {
			t.Fatal(err)
		}
		sec.For = Purpose{}
		if memory.items[c.ID], err = sec.pack(); err != nil {
			t.Fatal(err)
		}
		if old == "sealed" {
			data, err := sec.seal()
			if err == nil {
				err = s.disk.replaceFile(s.sealedPath(c.ID), data)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := renew(t, s, c, "token of app"); err != nil {
			t.Fatal(err)
		}
		for what, key := range map[string]func() (Secrets, error){
			"vault":  func() (Secrets, error) { return unpack(memory.items[c.ID]) },
			"sealed": func() (Secrets, error) { return s.Secrets(t.Context(), c) },
		} {
			if sec, err := key(); err != nil || sec.For != c.purpose() {
				t.Errorf("%s: %+v, %v", what, sec.For, err)
			}
		}
	}
}

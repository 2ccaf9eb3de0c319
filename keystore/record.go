package keystore

import (
	"encoding/json"
	"fmt"
)

// maxItem is what every OS keychain takes in one item, in bytes: Windows takes
// 2,560, macOS about 3,000.
const maxItem = 2400

// Secrets is what is kept for one connection. Generation counts the refresh tokens
// it has had: the newest wins (flow/SALESFORCE.md §5.1).
type Secrets struct {
	ClientSecret Secret // empty for a public client
	RefreshToken Secret
	Generation   int
	SealKey      Secret // opens the sealed file: an age identity, the same for a connection's whole life
	For          Purpose
}

// Purpose is what secrets are for. It lies with them, where nobody changes it without the
// key: the index, which anybody can edit, must not decide where they are sent.
type Purpose struct {
	ID       string `json:"id"`
	Domain   string `json:"domain"`
	ClientID string `json:"client_id"`
	OrgID    string `json:"org_id"`
	UserID   string `json:"user_id"`
}

// purpose is that of c's secrets, in words that an index gives back as they are.
func (c Connection) purpose() Purpose {
	return Purpose{c.ID, Clean(c.Domain, maxText), Clean(c.ClientID, maxText), Clean(c.OrgID, maxText), Clean(c.UserID, maxText)}
}

// check returns ErrChanged unless the secrets are for one of these connections. Those
// that do not say what they are for were kept before secrets did.
func (p Purpose) check(cs ...Connection) error {
	if p == (Purpose{}) {
		return nil
	}
	what := ""
	for _, c := range cs {
		is := c.purpose()
		switch {
		case p == is:
			return nil
		case p.ID != is.ID:
			what = "the secrets are those of another connection"
		case p.Domain != is.Domain:
			what = fmt.Sprintf("they are for %s, not %s", Clean(p.Domain, 100), is.Domain)
		case p.ClientID != is.ClientID:
			what = "they are for another app"
		default:
			what = "they are for another org or user"
		}
	}
	return fmt.Errorf("%w: %s", ErrChanged, what)
}

// item is the stored form of Secrets: JSON, the one place where they are plain.
type item struct {
	Version      int    `json:"v"`
	Generation   int    `json:"generation"`
	ClientSecret string `json:"client_secret,omitempty"`
	RefreshToken string `json:"refresh_token"`
	SealKey      string `json:"seal_key,omitempty"`

	For Purpose `json:"for,omitzero"`
}

const itemVersion = 1

func (s Secrets) item() item {
	return item{itemVersion, s.Generation, s.ClientSecret.Reveal(), s.RefreshToken.Reveal(), s.SealKey.Reveal(), s.For}
}

// secrets checks an item: foreign content is ErrCorrupt, that of a later sfauth ErrNewer.
func (it item) secrets() (Secrets, error) {
	switch {
	case it.Version > itemVersion:
		return Secrets{}, fmt.Errorf("%w: format %d", ErrNewer, it.Version)
	case it.Version != itemVersion, it.Generation < 0, it.RefreshToken == "":
		return Secrets{}, ErrCorrupt
	}
	return Secrets{NewSecret(it.ClientSecret), NewSecret(it.RefreshToken), it.Generation, NewSecret(it.SealKey), it.For}, nil
}

// sealable is s with a seal key.
func (s Secrets) sealable() Secrets {
	if s.SealKey.Empty() {
		s.SealKey = NewSealKey()
	}
	return s
}

func (s Secrets) equal(t Secrets) bool {
	return s.RefreshToken.Equal(t.RefreshToken) && s.ClientSecret.Equal(t.ClientSecret) && s.SealKey.Equal(t.SealKey) &&
		s.Generation == t.Generation && s.For == t.For
}

// pack makes the item to store. It returns ErrTooBig, or ErrCorrupt for secrets
// that would not read back as they are: none, or not UTF-8.
func (s Secrets) pack() (Secret, error) {
	b, err := json.Marshal(s.item())
	if err != nil {
		return Secret{}, fmt.Errorf("%w: it cannot be written down", ErrCorrupt)
	}
	if len(b) > maxItem {
		return Secret{}, fmt.Errorf("%w: %d bytes, at most %d fit", ErrTooBig, len(b), maxItem)
	}
	packed := NewSecret(string(b))
	back, err := unpack(packed)
	if err != nil {
		return Secret{}, err
	}
	if !back.equal(s) {
		return Secret{}, fmt.Errorf("%w: it is not text", ErrCorrupt)
	}
	return packed, nil
}

// unpack reads an item. JSON's own errors quote their input, so they stop here.
func unpack(packed Secret) (Secrets, error) {
	var it item
	if err := json.Unmarshal([]byte(packed.Reveal()), &it); err != nil {
		return Secrets{}, ErrCorrupt
	}
	return it.secrets()
}

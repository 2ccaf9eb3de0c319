package keystore

import (
	"encoding/json"
	"fmt"
)

// maxItem is what every OS keychain takes in one item, in bytes: Windows takes
// 2,560, macOS about 3,000.
const maxItem = 2400

// Secrets is what the vault holds for one connection. Generation counts the
// refresh tokens it has had: the newest wins (SALESFORCE.md §5.1).
type Secrets struct {
	ClientSecret Secret // empty for a public client
	RefreshToken Secret
	Generation   int
}

// item is the stored form of Secrets: JSON, the one place where they are plain.
type item struct {
	Version      int    `json:"v"`
	Generation   int    `json:"generation"`
	ClientSecret string `json:"client_secret,omitempty"`
	RefreshToken string `json:"refresh_token"`
}

const itemVersion = 1

// pack makes the item to store. It returns ErrTooBig, or ErrCorrupt for secrets
// that would not read back as they are: none, or not UTF-8.
func (s Secrets) pack() (Secret, error) {
	b, err := json.Marshal(item{itemVersion, s.Generation, s.ClientSecret.Reveal(), s.RefreshToken.Reveal()})
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
	if !back.RefreshToken.Equal(s.RefreshToken) || !back.ClientSecret.Equal(s.ClientSecret) {
		return Secret{}, fmt.Errorf("%w: it is not text", ErrCorrupt)
	}
	return packed, nil
}

// unpack reads an item. Empty, cut or foreign content is ErrCorrupt, that of a
// later sfauth ErrNewer. JSON's own errors quote their input, so they stop here.
func unpack(packed Secret) (Secrets, error) {
	var it item
	err := json.Unmarshal([]byte(packed.Reveal()), &it)
	switch {
	case err == nil && it.Version > itemVersion:
		return Secrets{}, fmt.Errorf("%w: format %d", ErrNewer, it.Version)
	case err != nil, it.Version != itemVersion, it.Generation < 0, it.RefreshToken == "":
		return Secrets{}, ErrCorrupt
	}
	return Secrets{NewSecret(it.ClientSecret), NewSecret(it.RefreshToken), it.Generation}, nil
}

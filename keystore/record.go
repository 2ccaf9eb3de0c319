package keystore

import (
	"encoding/json"
	"fmt"
	"time"
)

// record is Secrets as they are written down: JSON, the one place where they are plain.
// The vault's item has no access tokens, and the sealed file no seal key.
type record struct {
	Version      int    `json:"v"`
	Generation   int    `json:"generation"`
	ClientSecret string `json:"client_secret,omitempty"`
	RefreshToken string `json:"refresh_token"`
	SealKey      string `json:"seal_key,omitempty"`

	For Purpose `json:"for,omitzero"`

	tokenRecord
	Exchanged tokenRecord `json:"exchanged,omitzero"`
}

// tokenRecord is an AccessToken as it is written down.
type tokenRecord struct {
	AccessToken string    `json:"access_token,omitempty"`
	IssuedAt    time.Time `json:"issued_at,omitzero"`
	ExpiresAt   time.Time `json:"expires_at,omitzero"`
	InstanceURL string    `json:"instance_url,omitempty"`
}

func (a AccessToken) record() tokenRecord {
	return tokenRecord{a.Token.Reveal(), a.IssuedAt, a.ExpiresAt, a.InstanceURL}
}

func (r tokenRecord) token() AccessToken {
	return AccessToken{NewSecret(r.AccessToken), r.IssuedAt, r.ExpiresAt, Clean(r.InstanceURL, maxText)}
}

const recordVersion = 1

// maxItem is what every OS keychain takes in one item, in bytes: Windows takes 2,560,
// macOS about 3,000.
const maxItem = 2400

func (s Secrets) marshal() ([]byte, error) {
	return json.Marshal(record{
		recordVersion, s.Generation, s.ClientSecret.Reveal(), s.RefreshToken.Reveal(), s.SealKey.Reveal(), s.For,
		s.Access.record(), s.Exchanged.record(),
	})
}

// unmarshal reads a record. It returns ErrCorrupt for foreign content, without JSON's own
// errors, which quote it, and ErrNewer for that of a later sfauth.
func unmarshal(data []byte) (Secrets, error) {
	var r record
	switch err := json.Unmarshal(data, &r); {
	case err != nil:
		return Secrets{}, ErrCorrupt
	case r.Version > recordVersion:
		return Secrets{}, fmt.Errorf("%w: format %d", ErrNewer, r.Version)
	case r.Version != recordVersion, r.Generation < 0, r.RefreshToken == "":
		return Secrets{}, ErrCorrupt
	}
	return Secrets{
		NewSecret(r.ClientSecret), NewSecret(r.RefreshToken), r.Generation, NewSecret(r.SealKey), r.For,
		r.token(), r.Exchanged.token(),
	}, nil
}

// pack makes the vault's item. It returns ErrTooBig, or ErrCorrupt for secrets that would
// not read back as they are: without a refresh token, or not UTF-8.
func (s Secrets) pack() (Secret, error) {
	b, err := s.withoutAccess().marshal()
	if err != nil {
		return Secret{}, err
	}
	if len(b) > maxItem {
		return Secret{}, fmt.Errorf("%w: %d bytes, at most %d", ErrTooBig, len(b), maxItem)
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

// unpack reads the vault's item: ErrCorrupt, ErrNewer.
func unpack(packed Secret) (Secrets, error) {
	s, err := unmarshal([]byte(packed.Reveal()))
	return s.withoutAccess(), err
}

// withoutAccess is what a vault keeps of s.
func (s Secrets) withoutAccess() Secrets {
	s.Access, s.Exchanged = AccessToken{}, AccessToken{}
	return s
}

package keystore

import (
	"bytes"
	"errors"
	"io"

	"filippo.io/age"
)

// NewSealKey makes the key of a connection's sealed file, an age identity. A grant
// has it from the beginning, so that saving it twice is saving the same.
func NewSealKey() Secret {
	id, err := age.GenerateX25519Identity()
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return NewSecret(id.String())
}

// recipient is who can decrypt with id.
func recipient(id age.Identity) (age.Recipient, error) {
	switch id := id.(type) {
	case *age.X25519Identity:
		return id.Recipient(), nil
	case *age.HybridIdentity:
		return id.Recipient(), nil
	}
	return nil, ErrWrongKey
}

func encrypt(plain []byte, to age.Recipient) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close() // writes the last chunk
	return b.Bytes(), err
}

// decrypt returns ErrWrongKey, or ErrCorrupt for what is no whole age file.
func decrypt(data []byte, with ...age.Identity) ([]byte, error) {
	r, err := age.Decrypt(bytes.NewReader(data), with...)
	if _, other := errors.AsType[*age.NoIdentityMatchError](err); other {
		return nil, ErrWrongKey
	}
	if err != nil {
		return nil, ErrCorrupt
	}
	plain, err := io.ReadAll(r)
	if err != nil {
		return nil, ErrCorrupt
	}
	return plain, nil
}

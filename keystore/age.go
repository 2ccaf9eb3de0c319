package keystore

import (
	"bytes"
	"errors"
	"io"

	"filippo.io/age"
)

// encrypt returns an age file.
func encrypt(plain []byte, to age.Recipient) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close() // It writes the last chunk.
	return b.Bytes(), err
}

// decrypt returns the content of an age file; ErrWrongKey where none of the keys opens it;
// ErrCorrupt for what is no whole age file.
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

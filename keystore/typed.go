package keystore

import (
	"bytes"
	"encoding/binary"
	"errors"
	"strings"
	"unicode"
	"unicode/utf16"
)

// ErrInvisible says that a text has characters in it which nobody sees. To cut them out in
// silence could change a secret.
var ErrInvisible = errors.New("it has invisible characters in it")

// Typed is the first line of what a person typed, piped or keeps in a file, without blanks
// around it, and the same text whichever way it came: a byte order mark does not belong to
// it, and UTF-16, in which PowerShell pipes and Notepad saves, is read as such. It returns
// ErrInvisible.
func Typed(data []byte) (string, error) {
	line, _, _ := strings.Cut(Decoded(data), "\n")
	line = strings.TrimSpace(line)
	if strings.ContainsFunc(line, func(r rune) bool { return unicode.In(r, unicode.Cc, unicode.Cf) }) {
		return "", ErrInvisible
	}
	return line, nil
}

// Decoded is data in UTF-8, whatever encoding of Unicode it came in.
func Decoded(data []byte) string {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var order binary.ByteOrder
	switch {
	case bytes.HasPrefix(data, []byte{0xff, 0xfe}):
		order, data = binary.LittleEndian, data[2:]
	case bytes.HasPrefix(data, []byte{0xfe, 0xff}):
		order, data = binary.BigEndian, data[2:]
	case len(data) > 3 && data[1] == 0 && data[3] == 0: // no mark, and every other byte is none
		order = binary.LittleEndian
	case len(data) > 3 && data[0] == 0 && data[2] == 0:
		order = binary.BigEndian
	default:
		return string(data)
	}
	units := make([]uint16, len(data)/2)
	for i := range units {
		units[i] = order.Uint16(data[2*i:])
	}
	return string(utf16.Decode(units))
}

package flow

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// Pasted is what stands in the place of a Consumer Key or of a Consumer Secret, as far as its
// form tells. "" is what belongs there, or may.
type Pasted string

const (
	PastedKey          Pasted = "key"           // a Consumer Key
	PastedKeyPart      Pasted = "key_part"      // the beginning of one
	PastedSecret       Pasted = "secret"        // a Consumer Secret
	PastedAccessToken  Pasted = "access_token"  // opaque, or a JWT
	PastedRefreshToken Pasted = "refresh_token" //
	PastedOrgID        Pasted = "org_id"        //
	PastedAppID        Pasted = "app_id"        // of an External Client App, a Connected App, or what holds their key
	PastedRecordID     Pasted = "record_id"     // of anything else
	PastedUsername     Pasted = "username"      // or another e-mail address
	PastedAddress      Pasted = "address"       //
	PastedExample      Pasted = "example"       // from a guide
	PastedName         Pasted = "name"          // an API Name, or a label
	PastedUnknown      Pasted = "unknown"       // no form that sfauth knows
)

// forms are those of Salesforce's ids, keys and tokens (SALESFORCE.md §3, §6.4, §7.1), and of
// usernames. The first that a text has is what it is.
var forms = sync.OnceValue(func() []form {
	return []form{
		{PastedUsername, regexp.MustCompile(`^(?i:mailto:)?[^@/:]+@[^@/:]+$`)},
		{PastedAccessToken, regexp.MustCompile(`^(?:(?i:00D[0-9a-z]{9,15})!.*|eyJ[0-9A-Za-z._=!-]{12,})$`)},
		{PastedRefreshToken, regexp.MustCompile(`^5Aep[0-9A-Za-z._=!-]{12,}$`)},
		{PastedKey, regexp.MustCompile(`^3MVG[0-9A-Za-z._=!-]{12,}$`)},
		{PastedSecret, regexp.MustCompile(`^(?:[0-9A-F]{64}|[0-9]{16,17}|[0-9]{19,20})$`)},
		{PastedOrgID, regexp.MustCompile(`^(?i:00D[0-9a-z]{9,15})$`)},
		{PastedAppID, regexp.MustCompile(`^(?:0xI|0H4|888)[0-9A-Za-z]{12}(?:[0-9A-Za-z]{3})?$`)},
		{PastedRecordID, regexp.MustCompile(`^(?i:(?:[0-9][0-9a-z]|a[0-9])[0-9a-z]{13}(?:[0-9a-z]{3})?)$`)},
	}
})

// Vague tells what may be something else before it is typed to its end.
func (p Pasted) Vague() bool {
	return p == PastedKeyPart || p == PastedExample || p == PastedName || p == PastedUnknown
}

type form struct {
	is   Pasted
	like *regexp.Regexp
}

// formOf is what text is by its form, "" for none that is known.
func formOf(text string) Pasted {
	if i := slices.IndexFunc(forms(), func(f form) bool { return f.like.MatchString(text) }); i >= 0 {
		return forms()[i].is
	}
	return ""
}

// KeyAndSecret are the Consumer Key and the Consumer Secret of a text that has one of each as
// Setup makes them, whatever else it has: both lines of Setup, a file, a command, an address. ""
// stands for none, and for several.
func KeyAndSecret(text string) (key, secret string) {
	return only(text, wholeKey()), only(text, wholeSecret())
}

// only is the one word of a text that has a form.
func only(text string, form *regexp.Regexp) (found string) {
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !strings.ContainsRune(wordOfKey, r) }) {
		switch {
		case !form.MatchString(word) || word == found:
		case found != "":
			return ""
		default:
			found = word
		}
	}
	return found
}

// CheckClientID trims what was pasted for a client ID (Consumer Key): one that Setup has made
// is taken out of whatever it stands in, another one out of its label in Setup or in a file,
// and its quotes. odd warns of one that does not look like any. Errors are an *Error of StepInput: KindClientIDEmpty or KindClientIDBlank, of
// which odd may know more.
func CheckClientID(pasted string) (clean string, odd Pasted, err error) {
	key, _ := KeyAndSecret(pasted)
	clean = cmp.Or(key, bare(pasted, keyLabel()))
	switch {
	case clean == "":
		return "", "", &Error{Step: StepInput, Kind: KindClientIDEmpty}
	case strings.ContainsFunc(clean, invisible):
		if name().MatchString(clean) {
			odd = PastedName
		}
		return "", odd, &Error{Step: StepInput, Kind: KindClientIDBlank}
	case consumerKey().MatchString(clean):
		return clean, "", nil
	case strings.HasPrefix(clean, "3MVG") && len(clean) < longestKey:
		return clean, PastedKeyPart, nil
	}
	if odd = inPlaceOfOne(clean); odd == "" || odd == PastedKey { // what is longer than a key begins like one
		odd = PastedUnknown
	}
	return clean, odd, nil
}

// CheckClientSecret is what was pasted for a client secret (Consumer Secret): without what it
// stands in where what is left has the form of one, and else as it is, for an app may have any.
// odd warns of what is known to be something else.
func CheckClientSecret(pasted string) (clean string, odd Pasted) {
	_, secret := KeyAndSecret(pasted)
	trimmed := cmp.Or(secret, bare(pasted, secretLabel()), strings.TrimFunc(pasted, invisible))
	if odd = inPlaceOfOne(trimmed); odd == PastedSecret {
		return trimmed, ""
	}
	return pasted, odd
}

// inPlaceOfOne is what stands in the place of a key or a secret.
func inPlaceOfOne(text string) Pasted {
	lower := strings.ToLower(text)
	host, _, _ := strings.Cut(lower, "/")
	key, secret := KeyAndSecret(text)
	switch known := formOf(text); {
	case key != "":
		return PastedKey
	case secret != "":
		return PastedSecret
	case strings.Contains(text, "://") || hasAnySuffix(host, salesforceHosts):
		return PastedAddress
	case known != "":
		return known
	case example().MatchString(lower):
		return PastedExample
	case name().MatchString(text):
		return PastedName
	}
	return ""
}

// bare is a value without its label, and without the marks that stand around it in a file.
func bare(pasted string, label *regexp.Regexp) string {
	text := strings.TrimFunc(pasted, invisible)
	text = text[len(label.FindString(text)):]
	return strings.TrimFunc(text, func(r rune) bool { return invisible(r) || strings.ContainsRune("\"'`“”‘’「」『』,;", r) })
}

const (
	longestKey = 96
	wordOfKey  = letters + "ABCDEFGHIJKLMNOPQRSTUVWXYZ" + digits + "._-"
)

var (
	// What Setup, guides and files write before a value. Older pages in Japanese leave out the
	// long vowel.
	keyLabel    = labelled(`consumer[ _-]?key|client[ _-]?id|コンシューマー?鍵|クライアント ?ID`)
	secretLabel = labelled(`consumer[ _-]?secret|client[ _-]?secret|コンシューマー?の秘密|クライアント ?シークレット`)

	// The form of every key that Setup makes, and the key of the Salesforce CLI (SALESFORCE.md
	// §7.1).
	consumerKey = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^(3MVG[a-zA-Z0-9._-]{40,90}={0,2}|PlatformCLI)$`)
	})
	// What Setup makes today, to the letter: a part of a key that was wrapped is none.
	wholeKey    = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^3MVG[a-zA-Z0-9._-]{80,81}$`) })
	wholeSecret = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9A-F]{64}$`) })

	// What guides write where a value of one's own belongs, in lower case.
	example = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[<{\[$%]|your|client_?-?(id|secret)|consumer_?-?(key|secret)|example|placeholder|change_?me|xxx|\.\.\.|…|\*\*\*|^(abc|test|foo|dummy)[0-9]{0,9}$|^[0-9]{1,9}$`)
	})
	// A name is a word, or words: an API Name has underscores, a label blanks. A random text is
	// longer than a word.
	name = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\p{L}(?:[\p{L}\p{M}\p{N}]{0,29}|[\p{L}\p{M}\p{N}]*(?:[ \p{Zs}_.&()-]+[\p{L}\p{M}\p{N}()]+)+)$`)
	})
)

// labelled are these names before a value, as on a page, or with a prefix of their own and an
// equals sign, as in a file.
func labelled(names string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp {
		const open, shut, space = `["'“「]?`, `["'”」]?`, `[\s\p{Z}]*`
		return regexp.MustCompile(`^(?i:` + open + `(?:(?:export |set )?[a-z]+_)?(?:` + names + `)` + shut + space + `[:：=]` + space +
			`|(?:` + names + `)(?:` + space + `\((?:client_id|client_secret)\))?(?:` + space + `[:：=]` + space + `|[\s\p{Z}]+|$))`)
	})
}

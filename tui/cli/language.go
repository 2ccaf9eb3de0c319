package cli

import (
	"cmp"
	"strings"

	"sfauth/tui/text"
)

// wordsFor are the sentences in the language that the environment asks for: SFAUTH_LANG's,
// or else that of messages in the locale, as POSIX has it: LC_ALL, LC_MESSAGES, LANG, the
// first that is not empty. Where none is set the system may say what the person reads;
// unknown is what SFAUTH_LANG was, where sfauth has no such language.
func wordsFor(getenv func(string) string, system func() string) (words *text.Text, unknown string) {
	own := getenv("SFAUTH_LANG")
	if words := text.In(languageOf(own)); words != nil {
		return words, ""
	}
	locale := cmp.Or(getenv("LC_ALL"), getenv("LC_MESSAGES"), getenv("LANG"))
	if locale == "" {
		locale = system()
	}
	if _, encoding, _ := strings.Cut(locale, "."); encoding != "" && !isUTF8(encoding) {
		return &text.English, own // another language would be illegible on this terminal
	}
	return cmp.Or(text.In(languageOf(locale)), &text.English), own
}

// languageOf is the language of a locale (ja_JP.UTF-8) or of a language tag (ja-JP).
func languageOf(locale string) string {
	language, _, _ := strings.Cut(strings.NewReplacer("-", "_", ".", "_", "@", "_").Replace(locale), "_")
	return strings.ToLower(language)
}

func isUTF8(encoding string) bool {
	encoding, _, _ = strings.Cut(strings.ToLower(encoding), "@")
	return strings.ReplaceAll(encoding, "-", "") == "utf8"
}

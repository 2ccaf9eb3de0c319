package cli

import (
	"strings"

	"golang.org/x/sys/windows"
)

// systemLanguage is the one that Windows shows itself in to this user: it sets no locale in
// the environment.
func systemLanguage() string {
	languages, _ := windows.GetUserPreferredUILanguages(windows.MUI_LANGUAGE_NAME)
	return strings.Join(languages[:min(1, len(languages))], "")
}

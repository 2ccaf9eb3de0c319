//go:build !windows

package cli

// systemLanguage is not known: what people work in sets a locale, Terminal.app as well.
func systemLanguage() string { return "" }

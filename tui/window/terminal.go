package window

import "strings"

// Terminal is what is known of the terminal from its environment.
type Terminal struct {
	Moves    bool   // what is drawn may move
	Mouse    bool   // it is asked to report the mouse
	TakesF1  bool   // for itself: an editor's
	Links    bool   // it makes links of what is marked as one (OSC 8)
	ASCII    bool   // rails, borders and dots would be two cells wide
	Announce string // the sequence that tells a person who looks elsewhere: OSC 9 or 777, with the words in place of the blank
}

// TerminalOf reads the environment. Over SSH and inside of others a terminal may be any,
// and is known by none of its variables: there is no link then that is no text, too.
func TerminalOf(getenv func(string) string) Terminal {
	t := Terminal{
		Moves:    getenv("NO_COLOR") == "" && getenv("SFAUTH_NO_MOTION") == "",
		Mouse:    getenv("SFAUTH_NO_MOUSE") == "",
		TakesF1:  getenv("TERM_PROGRAM") == "vscode" || strings.HasPrefix(getenv("TERMINAL_EMULATOR"), "JetBrains"),
		ASCII:    getenv("SFAUTH_ASCII") != "" || getenv("RUNEWIDTH_EASTASIAN") == "1", // as other programs in Go are told
		Announce: "\x1b]9;%s\x07",
	}
	if getenv("TMUX") != "" || getenv("STY") != "" || getenv("SSH_CONNECTION") != "" {
		return t
	}
	for _, set := range []string{"WT_SESSION", "KONSOLE_VERSION", "VTE_VERSION", "KITTY_WINDOW_ID", "DOMTERM"} {
		t.Links = t.Links || getenv(set) != ""
	}
	for _, name := range []string{"iTerm.app", "WezTerm", "ghostty", "vscode", "Hyper", "rio", "Tabby", "mintty"} {
		t.Links = t.Links || getenv("TERM_PROGRAM") == name
	}
	for _, kind := range []string{"kitty", "foot", "alacritty", "ghostty", "wezterm"} {
		t.Links = t.Links || strings.Contains(getenv("TERM"), kind)
	}
	if getenv("VTE_VERSION") != "" || strings.HasPrefix(getenv("TERM"), "foot") || strings.HasPrefix(getenv("TERM"), "rxvt") {
		t.Announce = "\x1b]777;notify;sfauth;%s\x07"
	}
	return t
}

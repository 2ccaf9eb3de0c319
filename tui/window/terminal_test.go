package window

import (
	"strings"
	"testing"
)

func TestWhatTheTerminalCanIsReadFromItsEnvironment(t *testing.T) {
	for env, want := range map[string]Terminal{
		"":                                     {Moves: true, Mouse: true, Announce: "\x1b]9;%s\x07"},
		"NO_COLOR=1":                           {Mouse: true, Announce: "\x1b]9;%s\x07"},
		"SFAUTH_NO_MOTION=1":                   {Mouse: true, Announce: "\x1b]9;%s\x07"},
		"SFAUTH_NO_MOUSE=1":                    {Moves: true, Announce: "\x1b]9;%s\x07"},
		"VTE_VERSION=7200":                     {Moves: true, Mouse: true, Links: true, Announce: "\x1b]777;notify;sfauth;%s\x07"},
		"TERM_PROGRAM=iTerm.app":               {Moves: true, Mouse: true, Links: true, Announce: "\x1b]9;%s\x07"},
		"TERM_PROGRAM=Apple_Terminal":          {Moves: true, Mouse: true, Announce: "\x1b]9;%s\x07"},
		"TERM_PROGRAM=vscode":                  {Moves: true, Mouse: true, TakesF1: true, Links: true, Announce: "\x1b]9;%s\x07"},
		"TERMINAL_EMULATOR=JetBrains-JediTerm": {Moves: true, Mouse: true, TakesF1: true, Announce: "\x1b]9;%s\x07"},
		"TERM=xterm-kitty":                     {Moves: true, Mouse: true, Links: true, Announce: "\x1b]9;%s\x07"},
		"WT_SESSION=1 SSH_CONNECTION=there":    {Moves: true, Mouse: true, Announce: "\x1b]9;%s\x07"},
		"VTE_VERSION=7200 TMUX=/tmp/tmux,1,0":  {Moves: true, Mouse: true, Announce: "\x1b]9;%s\x07"},
	} {
		if got := TerminalOf(func(name string) string {
			for set := range strings.FieldsSeq(env) {
				if k, v, _ := strings.Cut(set, "="); k == name {
					return v
				}
			}
			return ""
		}); got != want {
			t.Errorf("%s: %+v", env, got)
		}
	}
}

func TestTheEnvironmentSaysThatSignsAreTwoCellsWide(t *testing.T) {
	for pair, want := range map[[2]string]bool{{"SFAUTH_ASCII", "1"}: true, {"RUNEWIDTH_EASTASIAN", "1"}: true, {"RUNEWIDTH_EASTASIAN", "0"}: false, {"LANG", "ja_JP.UTF-8"}: false} {
		if got := TerminalOf(func(name string) string { return map[string]string{pair[0]: pair[1]}[name] }); got.ASCII != want {
			t.Errorf("%v: %v", pair, got.ASCII)
		}
	}
}

func TestTheMouseIsLeftAloneWhereSomebodySaysSo(t *testing.T) {
	asks := func(env ...string) bool {
		return TerminalOf(func(name string) string {
			if len(env) > 0 && name == env[0] {
				return "1"
			}
			return ""
		}).Mouse
	}
	if !asks() || asks("SFAUTH_NO_MOUSE") {
		t.Errorf("the mouse is asked for: %v, with SFAUTH_NO_MOUSE: %v", asks(), asks("SFAUTH_NO_MOUSE"))
	}
}

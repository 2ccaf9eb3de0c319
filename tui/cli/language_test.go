package cli

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"sfauth/tui/text"
)

func TestTheLanguageIsSfauthsOwnSettingThenTheLocaleOfMessages(t *testing.T) {
	for _, row := range []struct {
		env     string // NAME=value, with blanks between them
		system  string
		want    *text.Text
		unknown string
	}{
		{env: "", want: &text.English},
		{env: "LANG=ja_JP.UTF-8", want: &text.Japanese},
		{env: "LANG=ja", want: &text.Japanese},
		{env: "LANG=ja_JP.utf8@cjknarrow", want: &text.Japanese},
		{env: "LANG=C.UTF-8", want: &text.English},
		{env: "LANG=jam_JM.UTF-8", want: &text.English},
		{env: "LC_MESSAGES=ja_JP.UTF-8 LANG=en_US.UTF-8", want: &text.Japanese},
		{env: "LC_ALL=C LC_MESSAGES=ja_JP.UTF-8 LANG=ja_JP.UTF-8", want: &text.English},
		{env: "LC_ALL= LC_MESSAGES= LANG=ja_JP.UTF-8", want: &text.Japanese},
		{env: "LC_ALL=de_DE.UTF-8 LANG=ja_JP.UTF-8", want: &text.English},
		{env: "LANG=ja_JP.eucJP", want: &text.English}, // the terminal would show other letters
		{env: "LANG=ja_JP.SJIS SFAUTH_LANG=ja", want: &text.Japanese},
		{env: "SFAUTH_LANG=ja LC_ALL=C", want: &text.Japanese},
		{env: "SFAUTH_LANG=JA-jp", want: &text.Japanese},
		{env: "SFAUTH_LANG=en LANG=ja_JP.UTF-8", want: &text.English},
		{env: "SFAUTH_LANG=fr LANG=ja_JP.UTF-8", want: &text.Japanese, unknown: "fr"},
		{env: "SFAUTH_LANG=fr", want: &text.English, unknown: "fr"},
		{env: "SFAUTH_LANG=_", want: &text.English, unknown: "_"},
		{system: "ja-JP", want: &text.Japanese},
		{system: "fr-FR", want: &text.English},
		{env: "LANG=en_US.UTF-8", system: "ja-JP", want: &text.English},
	} {
		set := map[string]string{}
		for _, pair := range strings.Fields(row.env) {
			name, value, _ := strings.Cut(pair, "=")
			set[name] = value
		}
		words, unknown := wordsFor(func(name string) string { return set[name] }, func() string { return row.system })
		if words != row.want || unknown != row.unknown {
			t.Errorf("%q on %q: %s, unknown %q", row.env, row.system, words.Tab.Language, unknown)
		}
	}
}

// Help in Japanese is as wide and as high as a terminal, and no word in it is pflag's.
func TestHelpInJapaneseFitsATerminal(t *testing.T) {
	for _, cmd := range every((&app{words: &text.Japanese}).root()) {
		var out strings.Builder
		cmd.SetOut(&out)
		_ = cmd.Help()
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		if !cmd.HasParent() && len(lines) > 24 {
			t.Errorf("more than one screen:\n%s", &out)
		}
		for _, l := range lines {
			if ansi.StringWidth(l) > 80 {
				t.Errorf("%s: a line of %d cells: %s", cmd.Name(), ansi.StringWidth(l), l)
			}
			for _, english := range []string{"Usage", "Examples:", "Flags:", "default", "help for"} {
				if strings.Contains(l, english) {
					t.Errorf("%s: %q in %s", cmd.Name(), english, l)
				}
			}
		}
	}
}

func every(root *cobra.Command) []*cobra.Command {
	all := []*cobra.Command{root}
	for _, cmd := range root.Commands() {
		all = append(all, every(cmd)...)
	}
	return all
}

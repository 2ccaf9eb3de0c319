package cli

import (
	"runtime/debug"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sfauth/tui/text"
)

func TestEveryCommandAndFlagSaysWhatItIsFor(t *testing.T) {
	for _, words := range []*text.Text{&text.English, &text.Japanese} {
		root := (&app{words: words}).root()
		for _, cmd := range append([]*cobra.Command{root}, root.Commands()...) {
			if cmd.Short == "" {
				t.Errorf("%s has no words", cmd.Name())
			}
			cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
				if f.Usage == "" || strings.HasSuffix(f.Usage, " for "+cmd.Name()) { // which are cobra's words
					t.Errorf("%s --%s has no words of ours", cmd.Name(), f.Name)
				}
			})
		}
	}
}

func TestVersionHasTheCommit(t *testing.T) {
	const commit = "e4e9ea57b3a108d1fec269d337851395fa731110"
	for _, c := range []struct{ module, commit, want string }{
		{"v1.2.3", commit, "1.2.3 (e4e9ea57b3a1)"},
		{"v1.2.3+dirty", commit, "1.2.3 (e4e9ea57b3a1-dirty)"},
		{"v1.2.4-0.20261126144126-e4e9ea57b3a1", commit, "1.2.4-0.20261126144126-e4e9ea57b3a1"},
		{"v0.0.0-20261126144126-e4e9ea57b3a1+dirty", commit, "0.0.0-20261126144126-e4e9ea57b3a1-dirty"},
		{"v1.2.3", "", "1.2.3"},
		{"(devel)", "", "devel"},
		{"(devel)", commit, "devel (e4e9ea57b3a1)"},
		{"", "", "devel"},
	} {
		info := &debug.BuildInfo{Main: debug.Module{Version: c.module}}
		if c.commit != "" {
			info.Settings = []debug.BuildSetting{{Key: "vcs", Value: "git"}, {Key: "vcs.revision", Value: c.commit}}
		}
		if got := versionOf(info); got != c.want {
			t.Errorf("%s at %q is %s, want %s", c.module, c.commit, got, c.want)
		}
	}
}

package cli

import (
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"sfauth/tui/text"
)

func TestEveryCommandAndFlagSaysWhatItIsFor(t *testing.T) {
	root := (&app{words: &text.English}).root()
	for _, cmd := range append([]*cobra.Command{root}, root.Commands()...) {
		if cmd.Short == "" {
			t.Errorf("%s has no words", cmd.Name())
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			if f.Usage == "" {
				t.Errorf("%s --%s has no words", cmd.Name(), f.Name)
			}
		})
	}
}

package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/spf13/cobra"

	"sfauth/tui/text"
)

// helpOf is what --help prints.
func helpOf(a *app, cmd *cobra.Command) string {
	var out strings.Builder
	cmd.SetOut(&out)
	a.explain(cmd)
	return out.String()
}

func TestHelpFitsATerminalAndHasExamples(t *testing.T) {
	for _, words := range []*text.Text{&text.English, &text.Japanese} {
		fitsATerminalAndHasExamples(t, &app{words: words})
	}
}

func fitsATerminalAndHasExamples(t *testing.T, a *app) {
	t.Helper()
	root := a.root()
	for _, cmd := range append(root.Commands(), root) {
		help := helpOf(a, cmd)
		for line := range strings.Lines(help) {
			if ansi.StringWidth(strings.TrimRight(line, "\n")) > helpWidth {
				t.Errorf("%s: too wide: %s", cmd.Name(), line)
			}
		}
		if cmd.Example == "" || !strings.Contains(help, cmd.Example) {
			t.Errorf("%s has no example:\n%s", cmd.Name(), help)
		}
		for _, f := range flags(cmd) {
			if f.Usage == "" || !strings.Contains(help, "--"+f.Name) {
				t.Errorf("%s does not say what --%s is:\n%s", cmd.Name(), f.Name, help)
			}
		}
	}
	if help := helpOf(a, root); strings.Count(help, "\n") > 24 {
		t.Errorf("more than one screen:\n%s", help)
	}
}

// variable matches the name of a variable in the source. The manual leaves out those that Go
// itself and the tests read.
var variable = regexp.MustCompile(`"(SFAUTH_[A-Z_]+)"`)

func TestTheManualNamesEveryVariable(t *testing.T) {
	page := text.English.Manual.Page
	names := map[string]bool{}
	for _, e := range page.Environment.Entries {
		for name := range strings.SplitSeq(e.Name, ", ") {
			names[name] = true
		}
	}
	read := map[string]bool{}
	err := filepath.WalkDir(filepath.Join("..", ".."), func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") || strings.Contains(name, "endtoend") || strings.Contains(name, "cluster") {
			return err
		}
		source, err := os.ReadFile(name)
		for _, found := range variable.FindAllStringSubmatch(string(source), -1) {
			read[found[1]] = true
			if !names[found[1]] && !strings.HasSuffix(found[1], "_") { // which is all of them
				t.Errorf("%s reads %s", name, found[1])
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for name := range names {
		if strings.HasPrefix(name, "SFAUTH_") && !read[name] {
			t.Errorf("nothing reads %s", name)
		}
	}
}

func TestTheManualHasNothingThatManTakesForACommand(t *testing.T) {
	a := &app{words: &text.English}
	page := a.manual(a.root())
	for _, want := range []string{".SH EXIT STATUS", ".SH ENVIRONMENT", ".SH FILES", ".SH EXAMPLES", ".SH SECURITY", `\fB\-o, \-\-output`} {
		if !strings.Contains(page, want) {
			t.Errorf("no %s", want)
		}
	}
	known := regexp.MustCompile(`^\.(TH|SH|SS|TP|PP|br|nh|ad)\b`)
	for line := range strings.Lines(page) {
		if strings.HasPrefix(line, "'") || strings.HasPrefix(line, ".") && !known.MatchString(line) {
			t.Errorf("man would obey: %s", line)
		}
	}
}

package cli

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"sfauth/tui/text"
)

// ranDemo runs `sfauth demo` line by line with more arguments, where nobody can be asked, and
// returns its exit code and what it said on stderr.
func ranDemo(t *testing.T, args ...string) (code int, said string) {
	t.Helper()
	var files [3]*os.File
	for i, name := range []string{"in", "out", "err"} {
		f, err := os.Create(filepath.Join(t.TempDir(), name))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		files[i] = f
	}
	a := &app{in: files[0], out: files[1], err: files[2], words: &text.English}
	code = a.run(t.Context(), a.root(), append([]string{"demo", "--plain", "--no-browser"}, args...))
	b, err := os.ReadFile(files[2].Name())
	if err != nil {
		t.Fatal(err)
	}
	return code, string(b)
}

func TestAFailureThatSalesforceDoesNotHaveIsAnsweredWithThoseThatItHas(t *testing.T) {
	code, said := ranDemo(t, "--fail", "nosuch")
	lines := strings.Split(strings.TrimSuffix(said, "\n"), "\n")
	if code != 2 || lines[0] != "sfauth: demo: --fail nosuch: Salesforce does not fail so" || !strings.HasPrefix(lines[1], "hint: ") {
		t.Errorf("%d: %s", code, said)
	}
	for i, name := range faultNames() {
		if line := lines[2+i]; !strings.HasPrefix(line, "  "+name+" ") || ansi.StringWidth(line) > 80 {
			t.Errorf("%q for %s", line, name)
		}
	}
}

func TestTheHelpOfTheDemoFitsATerminal(t *testing.T) {
	root := (&app{words: &text.English}).root()
	var help bytes.Buffer
	root.SetOut(&help)
	root.SetArgs([]string{"demo", "--help"})
	if err := root.Execute(); err != nil {
		t.Fatal(err)
	}
	for line := range strings.SplitSeq(help.String(), "\n") {
		if ansi.StringWidth(line) > 80 {
			t.Errorf("%d cells: %s", ansi.StringWidth(line), line)
		}
	}
}

func TestTheDemoSaysLineByLineWhoPlaysTheOrgAndThatNothingIsKept(t *testing.T) {
	code, said := ranDemo(t)
	played := text.English.Played("acme.my.salesforce.com")
	if code != 0 || !strings.HasPrefix(said, played+"\n") || strings.Count(said, played) != 1 || !strings.HasSuffix(said, text.English.Did.Demo+"\n") {
		t.Errorf("%d: %s", code, said)
	}
}

func TestTheDemoOfAnotherUserAuthorisesASavedConnectionAgain(t *testing.T) {
	if code, said := ranDemo(t, "--fail", "other_user"); code != 1 || !strings.Contains(said, "another user") || !strings.Contains(said, "the user of backup") {
		t.Errorf("%d: %s", code, said)
	}
}

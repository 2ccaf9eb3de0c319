package tui

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// charm is everything that draws.
var charm = []string{"charm.land/", "github.com/charmbracelet/"}

// rules are what the product's files of a room may not import themselves; that tui
// reaches net/http through flow is how it is meant. Tests may stand in for the world.
var rules = []struct {
	room, why string
	not       []string
}{
	{"flow", "the login runs without a terminal: scripts and plain mode use the same one", append([]string{"sfauth/tui"}, charm...)},
	{"flow", "the product does not need its simulator", []string{"sfauth/flow/demo", "sfauth/flow/stage", "sfauth/flow/memnet"}},
	{"flow/export", "what other tools take is written down, without asking a host, a file or a person",
		append([]string{"net/http", "golang.org/x/oauth2", "os", "sfauth/flow", "sfauth/tui"}, charm...)},
	{"flow/metadata", "an app is written down, without asking a host, a file or a person",
		append([]string{"net/http", "golang.org/x/oauth2", "os", "sfauth/"}, charm...)},
	{"flow/takeover", "a file of another tool is read, without asking a host or a person whether it is right",
		append([]string{"net/http", "golang.org/x/oauth2", "os", "sfauth/flow", "sfauth/tui"}, charm...)},
	{"flow/demo", "a simulator that used our code would repeat our mistakes", []string{"sfauth/"}},
	{"flow/stage", "the demo is a login as any other: a screen or lines play it", append([]string{"sfauth/tui"}, charm...)},
	{"flow/memnet", "a network knows nothing of who talks over it", []string{"sfauth/"}},
	{"tui", "a screen draws and asks flow; it never talks to Salesforce or to the keychain",
		[]string{"net/http", "golang.org/x/oauth2", "github.com/zalando/go-keyring", "sfauth/flow/demo", "sfauth/flow/stage"}},
	{"tui/clipboard", "a clipboard knows neither what is copied nor how it is told", append([]string{"sfauth/tui", "sfauth/keystore", "net/http", "github.com/atotto/clipboard"}, charm...)},
	{"tui/clipboard/none", "what stands in for a clipboard does nothing when the program starts", []string{"sfauth/", "os"}},
	{"tui/window", "a window shows screens of anything: it knows no login and no connection",
		[]string{"sfauth/flow", "sfauth/keystore", "sfauth/tui/login", "sfauth/tui/cli", "sfauth/tui/clipboard", "net/http"}},
	{"tui/page", "a page knows nothing of what stands on it", []string{"sfauth/"}},
	{"tui/text", "a sentence is the same on a screen, in a line and in a browser's tab", append([]string{"sfauth/tui", "net/http", "os"}, charm...)},
	{"tui/login", "screens and lines share what a login asks: it has no terminal", append([]string{"sfauth/tui/page", "sfauth/tui/cli", "os"}, charm...)},
	{"keystore/cluster", "a database server knows nothing of what it keeps", []string{"sfauth/"}},
	{"tui/project", "files are written the same whoever asks for them", append([]string{"sfauth/tui", "sfauth/flow/export", "net/http"}, charm...)},
	{"keystore", "secrets are kept without a network or a terminal",
		append([]string{"net/http", "golang.org/x/oauth2", "sfauth/flow", "sfauth/tui"}, charm...)},
}

// The rooms that there are; imports run
// main -> tui/cli -> tui -> tui/login -> tui/text -> flow -> keystore.
var rooms = []string{".", "tui", "tui/cli", "tui/login", "tui/project", "tui/text", "tui/clipboard", "tui/clipboard/none", "tui/window", "tui/page", "tui/world", "flow", "flow/export", "flow/metadata", "flow/takeover", "flow/demo", "flow/stage", "flow/memnet", "flow/shapes", "flow/endtoend/desk", "keystore", "keystore/cluster"}

func TestImportsRunOneWay(t *testing.T) {
	root := ".."
	known := map[string]bool{}
	for _, r := range rooms {
		known[r] = true
	}
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "testdata" || strings.HasPrefix(d.Name(), ".") && d.Name() != "..") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		room, err := filepath.Rel(root, filepath.Dir(name))
		if err != nil {
			return err
		}
		room = filepath.ToSlash(room)
		if !known[room] {
			t.Errorf("%s: there is no room %q", name, room)
		}
		checkImports(t, room, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// document is what comments of keystore may name for a fact's source.
const document = "SALESFORCE.md"

func TestTheKeystoreKnowsNoSalesforce(t *testing.T) {
	files, err := filepath.Glob("../keystore/*.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no files: ", err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, line := range strings.Split(string(source), "\n") {
			if strings.Contains(strings.ToLower(strings.ReplaceAll(line, document, "")), "salesforce") {
				t.Errorf("%s:%d: whose grants it keeps is flow's to know", name, i+1)
			}
		}
	}
}

func checkImports(t *testing.T, room, name string) {
	file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ImportsOnly)
	if os.IsNotExist(err) {
		return // gone between the walk and here
	}
	if err != nil {
		t.Error(err)
		return
	}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, r := range rules {
			if r.room != room {
				continue
			}
			for _, not := range r.not {
				if imported == path.Clean(not) || strings.HasPrefix(imported, strings.TrimSuffix(not, "/")+"/") {
					t.Errorf("%s imports %s: %s", name, imported, r.why)
				}
			}
		}
	}
}

package cli

import (
	"flag"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
	"github.com/charmbracelet/x/ansi"
	"github.com/rogpeppe/go-internal/testscript"

	"sfauth/flow"
	"sfauth/flow/demo"
	"sfauth/keystore"
	"sfauth/tui/text"
	"sfauth/tui/world"
)

// The test binary is sfauth: a script that types sfauth runs it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"sfauth": func() { os.Exit(Run(os.Stdin, os.Stdout, os.Stderr, os.Args[1:])) }})
}

var update = flag.Bool("update", false, "rewrite what commands print in the documents")

// documents are the texts for people, by path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"README*.md", ".github/*.md", ".github/docs/*.md"} {
		names, err := filepath.Glob(filepath.Join("..", "..", pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			all[name] = string(text)
		}
	}
	return all
}

// reader is the machine of somebody who reads the documents and types what they say.
type reader struct {
	t      *testing.T
	dir    string // what is there, and where they are
	env    []string
	failed string // has a line for each sfauth that failed
}

// onTheMachine are the programs of others that the documents name. A stand-in for each takes what
// is piped into it.
const onTheMachine = "sudo curl jq go ssh docker systemctl notify-send gnome-keyring-daemon dbus-run-session age-keygen sf npx launchctl man gh kubectl terraform python"

const standIn = "#!/bin/sh\ncat >/dev/null\n"

// inTheDocuments is sfauth as it stands on the page. What needs a person, a browser or a keychain is not
// carried out: its command and its flags must exist. What is exported is of a real host.
const inTheDocuments = `#!/bin/sh
case "$1 $*" in
*" --help" | *" --sql") ;;
" "* | "login "* | "demo "* | "doctor "* | "acme "* | *"--store keychain"* | *"--store postgres"*) set -- "$@" --help; exec >/dev/null ;;
"export "*) SFAUTH_HOME=$REAL_HOST ;;
esac
"$SFAUTH" "$@"
code=$?
[ $code = 0 ] || echo "$code: sfauth $*" >>"$FAILED"
exit $code
`

// programs makes sfauth and the stand-ins, in a directory for the PATH of all readers.
func programs(t *testing.T) (bin string) {
	t.Helper()
	r := &reader{t: t}
	bin = t.TempDir()
	r.program(filepath.Join(bin, "sfauth"), inTheDocuments)
	for _, name := range strings.Fields(onTheMachine) {
		r.program(filepath.Join(bin, name), standIn)
	}
	return bin
}

// newReader has the connections acme and billing, in a file that a key opens.
func newReader(t *testing.T, bin string) *reader {
	t.Helper()
	r := &reader{t: t, dir: t.TempDir()}
	home, far := filepath.Join(r.dir, ".config", "sfauth"), filepath.Join(r.dir, "far")
	for _, dir := range []string{home, far, filepath.Join(r.dir, ".config", "fish", "completions"),
		filepath.Join(r.dir, ".local", "share", "bash-completion", "completions"), filepath.Join(r.dir, ".local", "share", "man", "man1")} {
		r.must(os.MkdirAll(dir, 0o700))
	}
	r.program(filepath.Join(r.dir, "load.sh"), standIn)
	self, err := exec.LookPath("sfauth")
	r.must(err)
	identity, err := age.GenerateX25519Identity()
	r.must(err)
	key := filepath.Join(home, "key.txt")
	r.must(os.WriteFile(key, []byte(identity.String()+"\n"), 0o600))
	app := demo.DefaultApp()
	app.Scopes = append(app.Scopes, "cdp_query_api", "cdp_ingest_api")
	org := demo.New(app)
	server := httptest.NewServer(org)
	t.Cleanup(server.Close)
	for dir, domain := range map[string]string{home: server.URL, far: "acme"} {
		store := &keystore.Store{Dir: dir, Vault: &keystore.File{Dir: dir, Keys: keystore.KeySource{KeyFile: key}}}
		for _, name := range []string{"acme", "billing"} {
			c := keystore.Connection{Name: name, Domain: domain, ClientID: app.ClientID, RedirectURI: app.Callbacks[0], Scope: "api refresh_token",
				Username: demo.Username, UserID: demo.UserID, OrgID: demo.OrgID, InstanceURL: server.URL, Scopes: []string{"api", "refresh_token"}, AuthorizedAt: time.Now().UTC()}
			if dir == far {
				c.InstanceURL = "https://acme.my.salesforce.com"
			}
			_, err := store.Create(t.Context(), c, keystore.Secrets{ClientSecret: keystore.NewSecret(app.ClientSecret), RefreshToken: keystore.NewSecret(org.Approve(app.ClientID))})
			r.must(err)
		}
	}
	r.failed = filepath.Join(r.dir, "failed")
	r.env = []string{"PATH=" + bin + ":" + os.Getenv("PATH"), "HOME=" + r.dir, "SFAUTH=" + self, "FAILED=" + r.failed, "REAL_HOST=" + far,
		"SFAUTH_HOME=" + home, "SFAUTH_STORE=file", "SFAUTH_KEY_FILE=" + key, "DBUS_SESSION_BUS_ADDRESS=unix:path=" + filepath.Join(r.dir, "no-bus"),
		"SECRET=" + app.ClientSecret, "ID=" + app.ClientID, "FILE=/dev/null"}
	return r
}

func (r *reader) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *reader) program(name, script string) {
	r.t.Helper()
	r.must(os.WriteFile(name, []byte(script), 0o700))
}

// types has a shell read lines, and returns what they print.
func (r *reader) types(lines string) string {
	r.t.Helper()
	cmd := exec.Command("sh", "-eu", "-c", lines)
	cmd.Dir, cmd.Env = r.dir, r.env
	var told strings.Builder
	cmd.Stderr = &told
	out, err := cmd.Output()
	failed, _ := os.ReadFile(r.failed)
	if err != nil || len(failed) > 0 {
		r.t.Errorf("%v\n%s%sof:\n%s", err, failed, &told, lines)
		_ = os.Remove(r.failed)
	}
	return string(out)
}

var (
	block   = regexp.MustCompile("(?ms)^```(\\w+)\n(.*?)^```$")
	inline  = regexp.MustCompile("`(sfauth[^`]*)`")
	named   = regexp.MustCompile(`(?:^|[\s"'>(])sfauth((?: [^\s|<>;&"'()]+)*)`)
	quoted  = regexp.MustCompile(`"\$(\w+)"`)                     // a value that is one argument
	example = regexp.MustCompile(`(?m)^  (?:sfauth|source <).*$`) // in what a command prints
)

func TestEveryCommandOfTheDocumentsWorks(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the lines are a POSIX shell's")
	}
	bin := programs(t)
	for name, text := range documents(t) {
		t.Run(filepath.Base(name), func(t *testing.T) {
			r := newReader(t, bin)
			now := block.ReplaceAllStringFunc(text, func(b string) string {
				part := block.FindStringSubmatch(b)
				switch language, lines := part[1], part[2]; language {
				case "sh":
					newReader(t, bin).types(lines)
				case "console": // what is printed is the rest
					command, printed, _ := strings.Cut(strings.TrimPrefix(lines, "$ "), "\n")
					if got := r.types(command); got != printed && !*update {
						t.Errorf("%s prints (go test ./tui/cli -update)\n%s", command, got)
					} else {
						return "```console\n$ " + command + "\n" + got + "```"
					}
				}
				return b
			})
			if now != text {
				r.must(os.WriteFile(name, []byte(now), 0o644))
			}
			r.knows(text)
		})
	}
}

// knows asserts of every sfauth in code that its command and its flags exist.
func (r *reader) knows(text string) {
	r.t.Helper()
	var code []string
	for _, b := range block.FindAllStringSubmatch(text, -1) {
		if b[1] == "console" {
			b[2] = strings.Join(example.FindAllString(b[2], -1), "\n")
		}
		code = append(code, strings.NewReplacer(`", "args": ["`, " ", `", ["`, " ", `", "`, " ").Replace(quoted.ReplaceAllString(b[2], "$1")))
	}
	for _, c := range inline.FindAllStringSubmatch(block.ReplaceAllString(text, ""), -1) {
		code = append(code, c[1])
	}
	asked := map[string]bool{} // what follows sfauth
	for line := range strings.Lines(strings.Join(code, "\n")) {
		line, _, _ = strings.Cut(line, " #")
		for _, found := range named.FindAllStringSubmatch(line, -1) {
			args, _, _ := strings.Cut(found[1]+" ", " -- ")
			command, _, _ := strings.Cut(strings.TrimSpace(args), " ")
			if !slices.Contains([]string{"acme", "NAME", "COMMAND"}, command) && !strings.HasPrefix(command, "-") {
				asked["help "+command] = true
			}
			asked[args+" --help"] = true
		}
	}
	for args := range asked {
		code, _, told := runs(r.t.Context(), &world.World{T: r.t}, strings.Fields(args)...)
		if code != 0 {
			r.t.Errorf("%d: sfauth %s\n%s", code, args, told)
		}
	}
}

// A link within the documents, as Markdown and as HTML have it.
var link = regexp.MustCompile(`(?:\]\(|src="|srcset=")([^)"#:]+)(?:#([^)"]+))?[)"]`)

func TestTheDocumentsPointAtWhatIsThere(t *testing.T) {
	for name, text := range documents(t) {
		for _, l := range link.FindAllStringSubmatch(text, -1) {
			if l[1] == "../../releases" { // of GitHub's
				continue
			}
			to, err := os.ReadFile(filepath.Join(filepath.Dir(name), l[1]))
			heading := strings.ReplaceAll(l[2], "-", " ")
			if err != nil || !strings.Contains(strings.ToLower(string(to)), "# "+heading) && l[2] != "" {
				t.Errorf("%s points at %s#%s: %v", name, l[1], l[2], err)
			}
		}
	}
}

func TestTheREADMEIsReadInTwoMinutes(t *testing.T) {
	for name, text := range documents(t) {
		if !strings.HasPrefix(filepath.Base(name), "README") {
			continue
		}
		if n := strings.Count(text, "\n"); n > 130 {
			t.Errorf("%s has %d lines", name, n)
		}
		for line := range strings.Lines(text) {
			if n := ansi.StringWidth(strings.TrimRight(line, "\n")); n > 100 {
				t.Errorf("%s has a line of %d columns: %s", name, n, line)
			}
		}
	}
}

func TestTheReferenceHasWhateverIsPrintedAndRead(t *testing.T) {
	reference := documents(t)[filepath.Join("..", "..", ".github", "docs", "reference.md")]
	var names []string
	page := text.English.Manual.Page
	for _, e := range slices.Concat(page.Environment.Entries, page.ExitStatus.Entries) {
		names = append(names, e.Name)
	}
	if runtime.GOOS != "windows" {
		r := newReader(t, programs(t))
		for _, command := range []string{"list", "check", "token acme"} {
			printed := r.types("sfauth " + command + " --json")
			for _, key := range regexp.MustCompile(`"(\w+)": `).FindAllStringSubmatch(printed, -1) {
				names = append(names, key[1])
			}
		}
	}
	for field := range reflect.TypeFor[examined]().Fields() { // doctor fails where nothing is, as in tests
		names = append(names, field.Tag.Get("json"))
	}
	for _, p := range flow.Purposes {
		names = append(names, p.Key, p.Scopes)
	}
	for _, name := range names {
		if !strings.Contains(reference, "`"+name+"`") {
			t.Errorf("no `%s`", name)
		}
	}
}

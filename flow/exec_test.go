package flow_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/flow/export"
	"sfauth/keystore"
)

func TestAProgramGetsOneValueOfEachVariable(t *testing.T) {
	if os.Getenv("FLOW_TEST_EXEC") != "" {
		t.Fatal(flow.Exec([]string{"env"}, append(flow.WithoutOurs(os.Environ()), "SALESFORCE_ORG_ID=00D1")))
	}
	flow.Need(t, "env")
	self := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	self.Env = append(os.Environ(), "FLOW_TEST_EXEC=1", "SALESFORCE_ORG_ID=of another org", "SFAUTH_KEY_FILE=/key")
	out, err := self.Output()
	must(t, err)
	if env := string(out); strings.Count(env, "SALESFORCE_ORG_ID=") != 1 || !strings.Contains(env, "SALESFORCE_ORG_ID=00D1\n") || strings.Contains(env, "SFAUTH_") {
		t.Error(env)
	}
}

// To ask sfauth again a child has to know where its files are, and no more.
func TestAChildThatAsksAgainIsToldWhereTheFilesAreAndNothingElse(t *testing.T) {
	dir := t.TempDir()
	env := []string{"PATH=/bin", "SFAUTH_HOME=" + dir, "sfauth_key_file=" + filepath.Join(dir, "key"), "SFAUTH_PASSPHRASE_FILE=" + filepath.Join(dir, "pass"), "SFAUTH_PASSPHRASE_COMMAND=pass x", "SFAUTH_HOMELY=x", "XDG_CONFIG_HOME="}
	if got := flow.ToAskAgain(env); !slices.Equal(got, env[1:4]) {
		t.Error(got)
	}
	for database, told := range map[string]bool{
		"postgres://db.example/sfauth": true, "postgres://ana@db.example/sfauth": true, "host=db.example dbname=sfauth": true,
		"postgres://ana:x@db.example/sfauth": false, "postgres://db.example/sfauth?password=x": false, "host=db.example password=x": false, "postgres://ana:x@[": false,
	} {
		if got := flow.ToAskAgain([]string{"SFAUTH_POSTGRES=" + database}); (len(got) == 1) != told {
			t.Errorf("%s: %v", database, got)
		}
	}
}

func TestAChildInAnotherDirectoryFindsTheFiles(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	here, err := filepath.Abs(".")
	must(t, err)
	got := append(flow.ToAskAgain([]string{"SFAUTH_HOME=home", "SFAUTH_KEY_FILE=./key"}), flow.ToReachDatabase([]string{"PGPASSFILE=pass", "PGSSLROOTCERT=system", "PGHOST=db"})...)
	if want := []string{"SFAUTH_HOME=" + filepath.Join(here, "home"), "SFAUTH_KEY_FILE=" + filepath.Join(here, "key"), "PGPASSFILE=" + filepath.Join(here, "pass"), "PGSSLROOTCERT=system", "PGHOST=db"}; !slices.Equal(got, want) {
		t.Error(got)
	}
}

func TestWhatIsNotHandedOnIsNamedWhereItIsNeeded(t *testing.T) {
	env := []string{"PATH=/bin", "PGPASSWORD=x", "PGHOST=db", "SFAUTH_POSTGRES=postgres://ana:x@db/sfauth", "SFAUTH_PASSPHRASE_COMMAND=pass", "PGSSLPASSWORD="}
	for store, want := range map[string][]string{"keychain": nil, "file": {"SFAUTH_PASSPHRASE_COMMAND"}, keystore.PostgresKind: {"PGPASSWORD", "SFAUTH_POSTGRES", "SFAUTH_PASSPHRASE_COMMAND"}} {
		if got := flow.KeptBack(env, keystore.Connection{Store: store}); !slices.Equal(got, want) {
			t.Errorf("%s: %v", store, got)
		}
	}
}

// A desktop program starts its servers with few variables.
func TestAnExportOfASharedConnectionSaysWhereTheDatabaseIsWithoutItsPassword(t *testing.T) {
	for _, name := range []string{"SFAUTH_POSTGRES", "PGSERVICE"} {
		t.Setenv(name, "")
	}
	t.Setenv("PGHOST", "db.example.com")
	t.Setenv("PGPASSFILE", "/home/ana/.pgpass")
	t.Setenv("PGPASSWORD", "hunter2")
	c := keystore.Connection{Name: "acme", Domain: "acme", InstanceURL: "https://acme.my.salesforce.com", Store: keystore.PostgresKind}
	text, err := flow.Exported("mcp", c, keystore.Secrets{}, export.Options{})
	if err != nil || !strings.Contains(text, `"PGHOST": "db.example.com"`) || !strings.Contains(text, `"PGPASSFILE"`) || strings.Contains(text, "hunter2") {
		t.Errorf("%s, %v", text, err)
	}
	c.Store = "keychain"
	if text, err := flow.Exported("mcp", c, keystore.Secrets{}, export.Options{}); err != nil || strings.Contains(text, "PG") {
		t.Errorf("%s, %v", text, err)
	}
}

// The path is the one that PATH has, as a package manager keeps it for every version.
func TestTheProgramIsKnownByThePathThatStaysWithEveryVersion(t *testing.T) {
	self, err := os.Executable()
	must(t, err)
	bin := t.TempDir()
	t.Setenv("PATH", bin)
	if got, err := flow.Program(); err != nil || got != self {
		t.Errorf("%s, %v", got, err)
	}
	name := filepath.Join(bin, "sfauth")
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	must(t, os.WriteFile(name, []byte("another"), 0o700))
	if got, err := flow.Program(); err != nil || got != self {
		t.Errorf("%s, %v", got, err)
	}
	must(t, os.Remove(name))
	if os.Link(self, name) != nil { // another file system
		must(t, os.Symlink(self, name))
	}
	if got, err := flow.Program(); err != nil || got != name {
		t.Errorf("%s, %v", got, err)
	}
}

func TestACommandLineIsReadBackByAShell(t *testing.T) {
	flow.Need(t, "sh")
	argv := []string{"printf", "<%s>", "/opt/it's mine/sfauth", "token", "a b", "$(id)", ""}
	out, err := exec.Command("sh", "-c", flow.CommandLine(argv...)).Output()
	if err != nil || string(out) != "</opt/it's mine/sfauth><token><a b><$(id)><>" {
		t.Errorf("%s, %v", out, err)
	}
}

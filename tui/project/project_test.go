package project

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/flow/metadata"
)

var app = metadata.App{Name: "sfauth", Email: "ana@acme.example", Callback: flow.DefaultRedirectURI, Scope: flow.DefaultScope}

const byName = "sf project deploy start --metadata ExternalClientApplication:sfauth --metadata ExtlClntAppOauthSettings:sfauth_oauth" +
	" --metadata ExtlClntAppGlobalOauthSettings:sfauth_glbloauth --metadata ExtlClntAppOauthConfigurablePolicies:sfauth_oauth_defaultPolicy"

// put makes a file of that text.
func put(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// has asserts that the files of the app are in a directory.
func has(t *testing.T, dir string) {
	t.Helper()
	for _, f := range app.Files() {
		if text, err := os.ReadFile(filepath.Join(dir, f.Path)); string(text) != f.Text {
			t.Errorf("%s: %q, %v", f.Path, text, err)
		}
	}
}

func wrote(t *testing.T, dir, into, deploy string) {
	t.Helper()
	w, err := Write(dir, app, false)
	if err != nil || filepath.ToSlash(w.Dir) != into || filepath.ToSlash(w.Deploy) != deploy {
		t.Errorf("%s: %+v, %v", dir, w, err)
	}
	has(t, into)
}

func TestOutsideOfAProjectAnAppGetsOneOfItsOwn(t *testing.T) {
	t.Chdir(t.TempDir())
	if got := Suggested(); got != "sfauth-app" {
		t.Errorf("%q is suggested", got)
	}
	wrote(t, "sfauth-app", "sfauth-app/force-app/main/default", "cd sfauth-app && sf project deploy start --source-dir force-app")
	if text, err := os.ReadFile("sfauth-app/sfdx-project.json"); string(text) != metadata.Project().Text {
		t.Errorf("%q, %v", text, err)
	}
	wrote(t, "sfauth-app", "sfauth-app/force-app/main/default", "cd sfauth-app && "+byName) // the same once more is no other
}

func TestInAProjectAnAppStandsBesideTheOthers(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "sfdx-project.json", `{"packageDirectories": [{"path": "lib"}, {"path": "src/app", "default": true}], "name": "acme"}`)
	put(t, "src/app/main/default/classes/A.cls", "class A {}")
	if got := filepath.ToSlash(Suggested()); got != "src/app/main/default" {
		t.Errorf("%q is suggested", got)
	}
	wrote(t, Suggested(), "src/app/main/default", byName) // and A is not deployed
	wrote(t, ".", "src/app/main/default", byName)
	wrote(t, "src/sfauth", "src/sfauth", "sf project deploy start --source-dir src/sfauth")
	wrote(t, "src/sfauth", "src/sfauth", "sf project deploy start --source-dir src/sfauth/externalClientApps/sfauth.eca-meta.xml"+ // no name is looked for there
		" --source-dir src/sfauth/extlClntAppOauthSettings/sfauth_oauth.ecaOauth-meta.xml"+
		" --source-dir src/sfauth/extlClntAppGlobalOauthSets/sfauth_glbloauth.ecaGlblOauth-meta.xml"+
		" --source-dir src/sfauth/extlClntAppOauthPolicies/sfauth_oauth_defaultPolicy.ecaOauthPlcy-meta.xml")
	if text, _ := os.ReadFile("sfdx-project.json"); !strings.Contains(string(text), `"acme"`) {
		t.Errorf("the project is now %s", text)
	}
	t.Chdir("src")
	wrote(t, "here", "here", "sf project deploy start --source-dir here")
}

func TestAFileThatIsAnotherIsReplacedOnlyWhenThatIsMeant(t *testing.T) {
	t.Chdir(t.TempDir())
	const theirs = "sfauth-app/force-app/main/default/externalClientApps/sfauth.eca-meta.xml"
	put(t, theirs, "theirs")
	var taken TakenError
	if _, err := Write("sfauth-app", app, false); !errors.As(err, &taken) || filepath.ToSlash(taken.Path) != theirs {
		t.Errorf("%v", err)
	}
	if text, _ := os.ReadFile(theirs); string(text) != "theirs" {
		t.Errorf("it was replaced by %q", text)
	}
	if all, _ := filepath.Glob("sfauth-app/*"); len(all) != 1 {
		t.Errorf("some was written: %v", all)
	}
	if _, err := Write("sfauth-app", app, true); err != nil {
		t.Error(err)
	}
	has(t, "sfauth-app/force-app/main/default")
}

func TestADirectoryThatCannotBeMadeIsAnError(t *testing.T) {
	t.Chdir(t.TempDir())
	put(t, "file", "")
	if _, err := Write("file/app", app, false); err == nil {
		t.Error("a directory was made in a file")
	}
}

// On Windows CON with any suffix is the console, and what is written there is lost.
func TestAnAppThatIsNamedAsADeviceIsWrittenOrRefused(t *testing.T) {
	t.Chdir(t.TempDir())
	device := app
	device.Name = "CON"
	if w, err := Write("sfauth-app", device, false); err == nil {
		for _, f := range device.Files() {
			if text, err := os.ReadFile(filepath.Join(w.Dir, f.Path)); string(text) != f.Text {
				t.Errorf("%s: %q, %v", f.Path, text, err)
			}
		}
	}
}

func TestAPathIsOneWordOfAShell(t *testing.T) {
	t.Chdir(t.TempDir())
	w, err := Write("my app", app, false)
	if want := "cd " + quoted("my app") + " && sf "; err != nil || !strings.HasPrefix(w.Deploy, want) || quoted("my app") == "my app" {
		t.Errorf("%+v, %v", w, err)
	}
}

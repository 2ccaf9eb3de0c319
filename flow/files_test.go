package flow_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sfauth/flow"
	"sfauth/flow/export"
	"sfauth/keystore"
)

// block makes the index a thing that nobody can replace, not even root.
func (w *world) block() (unblock func()) {
	w.Helper()
	path := filepath.Join(w.Store.Dir, "index.json.new")
	must(w, os.MkdirAll(filepath.Join(path, "ballast"), 0o700))
	return func() { must(w, os.RemoveAll(path)) }
}

func wantFiles(t testing.TB, err error, step flow.Step) {
	t.Helper()
	wantKind(t, err, step, flow.KindFiles)
	if _, ok := errors.AsType[*fs.PathError](err); !ok || !strings.Contains(err.Error(), "index.json.new") {
		t.Errorf("it does not say where: %v", err)
	}
}

func TestFilesThatCannotBeWrittenAreToldAsSuch(t *testing.T) {
	inWorld(t, func(w *world) {
		g := w.loggedIn()
		name := g.Connection.Name
		w.Store.Others = []keystore.Vault{&keystore.File{Dir: w.Store.Dir, Keys: keystore.KeySource{KeyFile: filepath.Join(w.TempDir(), "key")}}}
		must(w, os.WriteFile(w.Store.Others[0].(*keystore.File).Keys.KeyFile, []byte(keystore.NewSealKey().Reveal()), 0o600))
		unblock := w.block()
		_, err := w.Store.Rename(w.Context(), name, "other")
		if flow.KindOf(err) != flow.KindFiles {
			w.Error("rename:", err)
		}
		wantFiles(w, w.Move(w.Context(), name, "file"), flow.StepMove)
		_, err = w.Remove(w.Context(), name, true)
		wantFiles(w, err, flow.StepRemove)
		_, err = w.login()
		wantFiles(w, err, flow.StepKeychain)
		g.Connection.ID, g.Connection.ClientID = "", "another app"
		_, _, err = w.Save(w.Context(), &g)
		wantFiles(w, err, flow.StepSave)
		_, err = w.Token(w.Context(), name, fresh) // a renewal writes other files than the index
		must(w, err)
		unblock()
		_, _, err = w.Save(w.Context(), &g)
		must(w, err)
	})
}

// examined is what one examination of doctor ended with.
func (w *world) examined(part flow.Part) error {
	w.Helper()
	for _, f := range w.Examine(w.Context(), w.request.RedirectURI, w.request.Domain) {
		if f.Part == part {
			return f.Err
		}
	}
	w.Error("not examined:", part)
	return nil
}

func TestATroubleOfTheFilesIsToldOnceAndAsTheirs(t *testing.T) {
	inWorld(t, func(w *world) {
		must(w, w.examined(flow.PartFiles))
		index := filepath.Join(w.Store.Dir, "index.json")
		for want, spoil := range map[flow.Kind]func() (repair func()){
			flow.KindFiles: w.block,
			flow.KindIndexDamaged: func() func() {
				must(w, os.WriteFile(index, []byte(`{"version":1,"connections":[{"state":"ready","id":"a-1","name":"A b"}]}`), 0o600))
				return func() { must(w, os.Remove(index)) }
			},
			flow.KindIndexNewer: func() func() {
				must(w, os.WriteFile(index, []byte(`{"version":9}`), 0o600))
				return func() { must(w, os.Remove(index)) }
			},
		} {
			repair := spoil()
			if err := w.examined(flow.PartFiles); flow.KindOf(err) != want {
				w.Errorf("%v, want %s", err, want)
			}
			must(w, w.examined(flow.PartKeychain))
			repair()
		}
	})
}

func TestTheWordsFitTheStoreAndTheVerdictStays(t *testing.T) {
	dir := t.TempDir()
	keys := keystore.KeySource{KeyFile: filepath.Join(dir, "key")}
	must(t, os.WriteFile(keys.KeyFile, []byte(keystore.NewSealKey().Reveal()), 0o600))
	c := &flow.Client{Store: &keystore.Store{Dir: dir, Vault: &keystore.File{Dir: dir, Keys: keys}}}
	conn, err := c.Store.Create(t.Context(), keystore.Connection{Name: "acme", Domain: loginHost}, keystore.Secrets{RefreshToken: keystore.NewSecret("5Aep")})
	must(t, err)
	path := filepath.Join(dir, "vault", conn.ID+".age")
	for kind, spoil := range map[flow.Kind]func() error{
		flow.KindFileCorrupt: func() error { return os.WriteFile(path, []byte("garbage"), 0o600) },
		flow.KindFileMissing: func() error { return os.Remove(path) },
	} {
		must(t, os.WriteFile(path, nil, 0o600))
		must(t, spoil())
		_, token := c.Token(t.Context(), "acme", fresh)
		_, _, export := c.Export(t.Context(), "acme", "json", export.Options{})
		for step, err := range map[flow.Step]error{flow.StepRefresh: token, flow.StepExport: export, flow.StepCheck: c.Check(t.Context(), conn).Err} {
			wantKind(t, err, step, kind)
			if flow.VerdictOf(err) != flow.Reauthorise || !strings.Contains(err.Error(), path) {
				t.Error(err)
			}
		}
		_, whole, err := c.Again(t.Context(), conn)
		if whole || err != nil {
			t.Error(whole, err)
		}
	}
}

func TestCodeIsNotSpentWhenWhatItBringsCouldNotBeSaved(t *testing.T) {
	inWorld(t, func(w *world) {
		_, err := w.login(waiting(func(flow.Waiting) { w.block() }))
		wantFiles(w, err, flow.StepSave)
		if w.posts() != 0 || w.org.Approvals() != 0 {
			w.Error(w.posts(), "token requests")
		}
	})
}

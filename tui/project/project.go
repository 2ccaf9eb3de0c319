// Package project puts the files of an app where the Salesforce CLI deploys from: into the
// project that a directory belongs to, or into a new one there.
package project

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"sfauth/flow/metadata"
)

// Written is what was written.
type Written struct {
	Dir    string // that has the folders of the files
	Deploy string // the command that deploys them, for a shell in the working directory
}

// TakenError is a file that is there already, and is another.
type TakenError struct{ Path string }

func (e TakenError) Error() string { return e.Path + " is there already" }

// manifest is the file that makes a directory a project.
const manifest = "sfdx-project.json"

// Suggested is where the files may go, from the working directory: into the project around it,
// where there is one.
func Suggested() string {
	here, err := os.Getwd()
	if err != nil {
		return "sfauth-app"
	}
	root, found := around(here)
	if !found {
		return "sfauth-app"
	}
	return shortest(here, source(root))
}

// Write writes the files of an app into a directory, and first what makes it a project, where it
// belongs to none. The root of a project is not where its files stand: they go to its first
// package. Errors are a TakenError where a file is another and must not be replaced, and those
// of package os.
func Write(dir string, app metadata.App, replace bool) (Written, error) {
	here, err := os.Getwd()
	if err != nil {
		return Written{}, err
	}
	dir, err = filepath.Abs(ofHome(dir))
	if err != nil {
		return Written{}, err
	}
	root, found := around(dir)
	into := dir
	var files []file
	switch {
	case !found:
		root, into = dir, source(dir)
		files = append(files, file{filepath.Join(dir, manifest), metadata.Project().Text})
	case dir == root:
		into = source(root)
	}
	alone := into
	if !found {
		alone = filepath.Join(root, metadata.PackageDirectory)
	}
	if _, err = os.Stat(alone); !errors.Is(err, fs.ErrNotExist) {
		alone = ""
	}
	for _, f := range app.Files() {
		path, err := filepath.Localize(f.Path) // an app may be named CON, which is no file on Windows
		if err != nil {
			return Written{}, &fs.PathError{Op: "create", Path: f.Path, Err: err}
		}
		files = append(files, file{filepath.Join(into, path), f.Text})
	}
	for _, f := range files {
		if taken, err := f.isTaken(); err != nil {
			return Written{}, err
		} else if taken && !replace {
			return Written{}, TakenError{shortest(here, f.path)}
		}
	}
	for _, f := range files {
		if err := f.write(); err != nil {
			return Written{}, err
		}
	}
	flag, what := "--source-dir", []string{alone}
	switch {
	case alone != "":
	case isPackaged(root, into):
		flag, what = "--metadata", app.Parts()
	default: // the CLI finds by name only what is in a package
		what = nil
		for _, f := range files {
			what = append(what, f.path)
		}
	}
	return Written{Dir: shortest(here, into), Deploy: deploy(here, root, flag, what)}, nil
}

type file struct{ path, text string }

// isTaken tells whether there is another file in its place.
func (f file) isTaken() (bool, error) {
	text, err := os.ReadFile(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil && strings.ReplaceAll(string(text), "\r\n", "\n") != f.text, err
}

func (f file) write() error {
	if err := os.MkdirAll(filepath.Dir(f.path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(f.path, []byte(f.text), 0o644)
}

// deploy is the command for it. What is alone in a directory is deployed with that; what stands
// beside others is named, so that they stay as they are in the org.
func deploy(here, root, flag string, what []string) string {
	command := "sf project deploy start"
	from := here
	if rel := shortest(root, here); filepath.IsAbs(rel) { // the CLI works inside of the project
		command, from = "cd "+quoted(shortest(here, root))+" && "+command, root
	}
	for _, w := range what {
		if filepath.IsAbs(w) {
			w = shortest(from, w)
		}
		command += " " + flag + " " + quoted(w)
	}
	return command
}

// around is the root of the project that a directory belongs to.
func around(dir string) (root string, found bool) {
	for {
		if info, err := os.Stat(filepath.Join(dir, manifest)); err == nil && info.Mode().IsRegular() {
			return dir, true
		}
		above := filepath.Dir(dir)
		if above == dir {
			return "", false
		}
		dir = above
	}
}

// source is where a project's files stand: in its default package directory.
func source(root string) string {
	all := packages(root)
	first := max(0, slices.IndexFunc(all, func(d directory) bool { return d.Default }))
	return filepath.Join(root, filepath.FromSlash(all[first].Path), filepath.FromSlash(metadata.Source))
}

// isPackaged tells whether a directory lies in a package of a project.
func isPackaged(root, dir string) bool {
	return slices.ContainsFunc(packages(root), func(d directory) bool {
		rel, err := filepath.Rel(filepath.Join(root, filepath.FromSlash(d.Path)), dir)
		return err == nil && filepath.IsLocal(rel)
	})
}

// directory is one of a project's packages.
type directory struct {
	Path    string
	Default bool
}

// packages are those of a project, of which there is one at least.
func packages(root string) []directory {
	var project struct{ PackageDirectories []directory }
	text, err := os.ReadFile(filepath.Join(root, manifest))
	if err != nil || json.Unmarshal(text, &project) != nil || len(project.PackageDirectories) == 0 {
		return []directory{{Path: metadata.PackageDirectory}}
	}
	return project.PackageDirectories
}

// shortest is a path from a directory, absolute where it does not lie in that.
func shortest(from, path string) string {
	if rel, err := filepath.Rel(from, path); err == nil && filepath.IsLocal(rel) {
		return rel
	}
	return path
}

// ofHome is a path as a shell reads it.
func ofHome(path string) string {
	rest, ok := strings.CutPrefix(path, "~")
	if home, err := os.UserHomeDir(); ok && err == nil && (rest == "" || os.IsPathSeparator(rest[0])) {
		return filepath.Join(home, rest)
	}
	return path
}

// quoted is a path as one word of a shell.
func quoted(path string) string {
	plain := strings.IndexFunc(path, func(r rune) bool {
		return r < 0x80 && !strings.ContainsRune("/._-:@+,=", r) && (r < '0' || r > '9') && (r|0x20 < 'a' || r|0x20 > 'z') && (r != '\\' || runtime.GOOS != "windows")
	}) < 0
	switch {
	case plain:
		return path
	case runtime.GOOS == "windows":
		return `"` + path + `"`
	}
	return "'" + strings.ReplaceAll(path, "'", `'\''`) + "'"
}

//go:build unix

package metadata_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"sfauth/flow/endtoend/desk"
	"sfauth/flow/metadata"
)

// The library of the Salesforce CLI that finds what is to be deployed. With this undici it runs on
// a Node.js that Debian has.
const deployPackage = `{"dependencies": {"@salesforce/source-deploy-retrieve": "12.22.2"}, "overrides": {"undici": "^6.21.0"}}`

// What it makes of a directory: a line for each component, and a package that can be deployed.
const resolves = `
const { ComponentSet, MetadataConverter } = require("@salesforce/source-deploy-retrieve");
const { SfProject } = require("@salesforce/core");
(async () => {
	const project = await SfProject.resolve(process.cwd());
	const set = ComponentSet.fromSource(project.getDefaultPackage().fullPath);
	for (const c of set.getSourceComponents()) console.log(c.type.name + ":" + c.fullName);
	await new MetadataConverter().convert(set, "metadata", { type: "directory", outputDirectory: "package", genUniqueDir: false });
})();`

func TestTheSalesforceCLIsLibraryTakesAnApp(t *testing.T) {
	desk.Need(t, "npm", "node")
	dir, a := t.TempDir(), app(nil)
	files := append(a.Files(), metadata.File{Path: "../../../package.json", Text: deployPackage}, metadata.File{Path: "../../../resolve.js", Text: resolves})
	project := metadata.Project()
	project.Path = "../../../" + project.Path
	for _, f := range append(files, project) {
		name := filepath.Join(dir, metadata.PackageDirectory, metadata.Source, f.Path)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(f.Text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	run := func(program string, args ...string) string {
		cmd := exec.CommandContext(desk.Patience(t), program, args...)
		cmd.Dir = dir
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v: %s", program, err, out)
		}
		return string(out)
	}
	run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error")
	found := strings.Fields(run("node", "resolve.js"))
	want := a.Parts()
	slices.Sort(found)
	slices.Sort(want)
	if !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
	manifest, err := os.ReadFile(filepath.Join(dir, "package", "package.xml"))
	if err != nil || strings.Count(string(manifest), "<members>") != len(want) {
		t.Errorf("%s %v", manifest, err)
	}
}

//go:build unix

package endtoend

import (
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	keys "filippo.io/age"

	"sfauth/flow/endtoend/desk"
)

// Packages of the tools that are not Debian's.
const (
	jsforcePackage = "jsforce@3.10.16"
	mcpPackage     = "@modelcontextprotocol/sdk@1.32.2"
)

// data is the org with some data, for each access token once: a tool that has one more
// question has to ask for another token.
type data struct {
	*desk.Desk
	org http.Handler

	mu    sync.Mutex
	spent map[string]bool
}

func (o *data) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/services/data/") {
		o.org.ServeHTTP(w, r)
		return
	}
	token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	o.mu.Lock()
	defer o.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	if !o.Org.AccessValid(token) || o.spent[token] {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]`))
		return
	}
	o.spent[token] = true
	_, _ = w.Write([]byte(`{"DailyApiRequests":{"Max":15000,"Remaining":14999}}`))
}

// answers counts the questions that were answered.
func (o *data) answers() int {
	o.mu.Lock()
	defer o.mu.Unlock()
	return len(o.spent)
}

// newData is a desk with a connection in a file that a key opens, as on a server.
func newData(t *testing.T) *data {
	d := desk.New(t, "allow")
	o := &data{Desk: d, org: d.Post.Org, spent: map[string]bool{}}
	d.Post.Org = o
	identity, err := keys.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	d.Set("SFAUTH_STORE=file", "SFAUTH_KEY_FILE="+filepath.Join(d.Dir, "key.txt"))
	o.file("key.txt", identity.String()+"\n")
	d.Connect()
	return o
}

// file writes a file at the desk.
func (o *data) file(name, text string) (path string) {
	o.T.Helper()
	path = filepath.Join(o.Dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		o.T.Fatal(err)
	}
	return path
}

// export is what `sfauth export` prints, in a file.
func (o *data) export(name string, flags ...string) (path string) {
	o.T.Helper()
	text, said, code := o.Sfauth(append([]string{"export", "acme", "--format"}, flags...)...)
	if code != 0 {
		o.T.Fatalf("export: exit %d: %s", code, said)
	}
	return o.file(name, text)
}

// runs has a program do its work, which it must.
func (o *data) runs(program string, args ...string) string {
	o.T.Helper()
	out, said, code := o.Run(program, args...)
	if code != 0 {
		o.T.Fatalf("%s: exit %d: %s%s", program, code, out, said)
	}
	return out
}

// program puts one on the PATH of the desk.
func (o *data) program(name, script string) {
	o.T.Helper()
	bin := filepath.Join(o.Dir, "bin")
	err := os.Mkdir(bin, 0o700)
	if err == nil {
		err = os.WriteFile(filepath.Join(bin, name), []byte("#!/bin/sh\n"+script+"\n"), 0o700)
	}
	if err != nil {
		o.T.Fatal(err)
	}
	o.Set("PATH=" + bin + ":" + os.Getenv("PATH"))
}

const limits = "/services/data/v65.0/limits"

// Each is asked four questions, for which it takes four tokens: the first is sfauth's
// cached one, and the others are renewals. What runs once for a token is run four times.
func TestEveryFormatKeepsItsConnectionAliveInItsOwnTool(t *testing.T) {
	desk.Need(t, "npm", "node", "python3", "curl", "bash")
	modules := t.TempDir()
	npm := exec.CommandContext(desk.Patience(t), "npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", modules, jsforcePackage, mcpPackage)
	if out, err := npm.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for name, uses := range map[string]func(o *data){
		"jsforce": func(o *data) {
			o.export("connection.mjs", "jsforce")
			o.runs("node", o.file("main.mjs", `import { connection } from "./connection.mjs";
				for (let i = 0; i < 4; i++) await connection.request("`+limits+`");`))
		},
		"node": func(o *data) {
			o.export("acme.mjs", "node")
			o.runs("node", o.file("main.mjs", `import { salesforce } from "./acme.mjs";
				for (let i = 0; i < 4; i++) {
					const response = await salesforce("`+limits+`");
					if (!(await response.json()).DailyApiRequests) throw new Error(response.status);
				}`))
		},
		"python": func(o *data) {
			o.export("acme.py", "python")
			o.runs("python3", o.file("main.py", `import acme
for _ in range(4):
    answer = acme.session.get(acme.instance_url + "`+limits+`")
    answer.raise_for_status()
    assert answer.json()["DailyApiRequests"]
`))
		},
		"mcp": func(o *data) {
			config := o.export("mcp.json", "mcp")
			o.runs("node", o.file("client.mjs", mcpClient), config, o.file("server.mjs", mcpServer))
		},
		"curl": func(o *data) {
			command := o.export("curl.sh", "curl")
			for range 4 {
				if out := o.runs("bash", command); !strings.Contains(out, "DailyApiRequests") {
					t.Error(out)
				}
				o.Token("--fresh")
			}
		},
		"sf": func(o *data) { // stands in for it: it takes the token from where sf does
			command := o.export("login.sh", "sf")
			o.program("sf", `[ "$*" = "org login access-token --no-prompt --alias acme --instance-url $SF_ORG_INSTANCE_URL" ] &&
				echo "Authorization: Bearer $SF_ACCESS_TOKEN" | curl --fail --silent --header @- "$SF_ORG_INSTANCE_URL`+limits+`"`)
			for range 4 {
				o.runs("bash", command)
				o.Token("--fresh")
			}
		},
		"dlt": func(o *data) { // stands in for its secrets, which are read as a dictionary is
			o.export("acme.py", "dlt")
			o.file("dlt.py", "secrets = {}\n")
			for range 4 {
				o.ask(o.runs("python3", o.file("main.py", `import acme, dlt
assert dlt.secrets["sources.salesforce.credentials.instance_url"] == "`+o.Domain+`"
print(dlt.secrets["sources.salesforce.credentials.session_id"], end="")
`)))
				o.Token("--fresh")
			}
		},
		"env": func(o *data) {
			for range 4 {
				file := o.export("env.sh", "env", "--prefix", "SF_")
				if out := o.runs("bash", "-c", `. "$0" && printf %s "$SF_REFRESH_TOKEN"`, file); !o.Org.RefreshValid(out) {
					t.Error("it is not the one that works")
				}
				o.ask(o.Token("--fresh"))
			}
		},
		"exec": func(o *data) {
			o.runs(o.Binary(), "exec", "acme", "--", "bash", "-euc", `
				for i in 1 2 3 4; do
					echo "Authorization: Bearer $SALESFORCE_ACCESS_TOKEN" | curl --fail --silent --header @- "$SALESFORCE_INSTANCE_URL`+limits+`"
					SALESFORCE_ACCESS_TOKEN=$(eval "$SALESFORCE_TOKEN_COMMAND --fresh")
				done`)
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newData(t)
			if err := os.Symlink(filepath.Join(modules, "node_modules"), filepath.Join(o.Dir, "node_modules")); err != nil {
				t.Fatal(err)
			}
			uses(o)
			if answers, n := o.answers(), o.Refreshes(); answers != 4 || n < 3 {
				t.Errorf("%d answers, %d renewals", answers, n)
			}
			if out, _, code := o.Sfauth("check"); code != 0 {
				t.Errorf("exit %d: %s", code, out)
			}
		})
	}

	// What is said of those that forget is true: given the token itself, each ends its
	// connection by its second renewal.
	for name, uses := range map[string]func(o *data){
		"jsforce": func(o *data) {
			file := o.export("connection.json", "jsforce", "--refresh-token")
			o.Run("node", o.file("main.mjs", `import { readFileSync } from "node:fs";
				import jsforce from "jsforce";
				const connection = new jsforce.Connection(JSON.parse(readFileSync(process.argv[2])));
				for (let i = 0; i < 4; i++) await connection.request("`+limits+`");`), file)
		},
		"curl": func(o *data) {
			command := o.export("curl.sh", "curl", "--refresh-token")
			o.runs("bash", command)
			o.runs("bash", command)
		},
	} {
		t.Run(name+" forgets", func(t *testing.T) {
			o := newData(t)
			if err := os.Symlink(filepath.Join(modules, "node_modules"), filepath.Join(o.Dir, "node_modules")); err != nil {
				t.Fatal(err)
			}
			uses(o)
			if out, _, code := o.Sfauth("check"); code != 4 {
				t.Errorf("it lives: exit %d: %s", code, out)
			}
		})
	}
}

// ask asks one question.
func (o *data) ask(token string) {
	o.T.Helper()
	r, err := http.NewRequest(http.MethodGet, o.Domain+limits, nil)
	if err != nil {
		o.T.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		o.T.Fatal(err)
	}
	answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		o.T.Error(answer.Status)
	}
}

// mcpClient starts the server of an .mcp.json, whose last two arguments stand for one, with
// the few variables that a client has for it by itself.
const mcpClient = `
import { readFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const [config, server] = process.argv.slice(2);
const { command, args, env } = JSON.parse(readFileSync(config)).mcpServers.salesforce;
const client = new Client({ name: "client", version: "1.0.0" });
await client.connect(new StdioClientTransport({ command, args: [...args.slice(0, -2), "node", server], env }));
for (let i = 0; i < 4; i++) {
  const { content, isError } = await client.callTool({ name: "limits", arguments: {} });
  if (isError || !JSON.parse(content[0].text).DailyApiRequests) throw new Error(content[0].text);
}
await client.close();
`

// mcpServer reads the variables that exec sets, and asks again when its token has ended.
const mcpServer = `
import { execSync } from "node:child_process";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";

const { SALESFORCE_INSTANCE_URL, SALESFORCE_TOKEN_COMMAND } = process.env;
let token = process.env.SALESFORCE_ACCESS_TOKEN;
const limits = () => fetch(SALESFORCE_INSTANCE_URL + "` + limits + `", { headers: { Authorization: "Bearer " + token } });
const server = new McpServer({ name: "salesforce", version: "1.0.0" });
server.registerTool("limits", { description: "Limits of the org" }, async () => {
  let response = await limits();
  if (response.status === 401) {
    token = execSync(SALESFORCE_TOKEN_COMMAND + " --fresh", { encoding: "utf8" }).trim();
    response = await limits();
  }
  return { content: [{ type: "text", text: await response.text() }] };
});
await server.connect(new StdioServerTransport());
`

package export

import (
	"encoding/json"
	"fmt"
	"strings"
)

// What is here has a program ask sfauth for access tokens: no refresh token leaves, so that
// nobody has to keep the next one. sfauth is started by its path, since a program may have
// another PATH than a shell: from cron, a service, a desktop. Whatever is put in is quoted.

// quotedForShell is a word of a POSIX shell, in whose single quotes nothing but a single
// quote means anything.
func quotedForShell(s string) string { return "'" + strings.ReplaceAll(s, `'`, `'\''`) + "'" }

// Word is a word of a POSIX shell, quoted where it has to be.
func Word(s string) string {
	if s != "" && matches(dotenvPlain, s) {
		return s
	}
	return quotedForShell(s)
}

// literal is a text in JSON, JavaScript and Python, which agree on what has no control
// characters.
func literal(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text has a JSON form
	return strings.TrimSuffix(b.String(), "\n")
}

const onPATH = `or "sfauth", where PATH has it`

// javaScript begins a module that can ask.
func javaScript(h handoff, imports string) string {
	return `// There is no secret in this file: it asks sfauth for access tokens.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
` + imports + `
const sfauth = ` + literal(h.options.Program) + `; // ` + onPATH + `
const name = ` + literal(h.name) + `;

// An access token and what belongs to it, as sfauth token --json prints it.
async function ask(...flags) {
  const { stdout } = await promisify(execFile)(sfauth, ["token", name, "--json", ...flags]);
  return JSON.parse(stdout);
}

`
}

// jsforceModule has jsforce ask where it would refresh.
func jsforceModule(h handoff) (string, error) {
	return javaScript(h, "import jsforce from \"jsforce\";\n") + `const now = await ask();

export const connection = new jsforce.Connection({
  instanceUrl: now.instance_url,
  accessToken: now.access_token,
  refreshFn: (_, done) => ask("--fresh").then((next) => done(null, next.access_token), done),
});
`, nil
}

// nodeModule is fetch for an org. It refuses an address, which could be another host's.
func nodeModule(h handoff) (string, error) {
	return javaScript(h, "") + `let now;

// Fetches a path of the org, such as /services/data/v65.0/limits. Where Salesforce takes the
// token no more, it asks for another one, and once again.
export async function salesforce(path, options) {
  now ??= await ask();
  let response = await send(path, options);
  if (response.status === 401) {
    now = await ask("--fresh");
    response = await send(path, options);
  }
  return response;
}

function send(path, options) {
  if (!path.startsWith("/")) throw new TypeError("a path begins with /");
  const headers = new Headers(options?.headers);
  headers.set("Authorization", ` + "`Bearer ${now.access_token}`" + `);
  return fetch(now.instance_url + path, { ...options, headers });
}
`, nil
}

// python begins what can ask.
func python(h handoff, imports string) string {
	return `# There is no secret in this file: it asks sfauth for access tokens.
import json
import subprocess

` + imports + `
SFAUTH = ` + literal(h.options.Program) + `  # ` + onPATH + `
NAME = ` + literal(h.name) + `


def ask(*flags):
    """An access token and what belongs to it, as sfauth token --json prints it."""
    return json.loads(subprocess.check_output([SFAUTH, "token", NAME, "--json", *flags]))


`
}

// pythonModule is requests and simple-salesforce, whose session is one of requests.
func pythonModule(h handoff) (string, error) {
	return python(h, "import requests\n") + `class Asking(requests.auth.AuthBase):
    """Sends the token to the org alone. Where Salesforce takes it no more, it asks for another."""

    def __init__(self):
        self.now = ask()

    def __call__(self, request):
        if request.url.startswith(self.now["instance_url"] + "/"):
            request.headers["Authorization"] = "Bearer " + self.now["access_token"]
            request.register_hook("response", self.again)
        return request

    def again(self, response, **options):
        sent = response.request.body
        if response.status_code != 401 or not isinstance(sent, (str, bytes, type(None))):
            return response
        response.content  # its connection is free then
        self.now = ask("--fresh")
        request = response.request.copy()
        request.headers["Authorization"] = "Bearer " + self.now["access_token"]
        second = response.connection.send(request, **options)
        second.history.append(response)
        return second


session = requests.Session()
session.auth = Asking()
instance_url = session.auth.now["instance_url"]


def salesforce():
    """A simple_salesforce.Salesforce that asks through the session."""
    from simple_salesforce import Salesforce

    token = session.auth.now["access_token"]
    return Salesforce(instance_url=instance_url, session_id=token, session=session)
`, nil
}

// dltLines go before a pipeline of dlt, which never refreshes: it asks when it starts.
func dltLines(h handoff) (string, error) {
	return python(h, "import dlt\n") + `now = ask()
dlt.secrets["sources.salesforce.credentials.session_id"] = now["access_token"]
dlt.secrets["sources.salesforce.credentials.instance_url"] = now["instance_url"]
`, nil
}

// curlRequest keeps the token out of the arguments of every process.
func curlRequest(h handoff) (string, error) {
	return fmt.Sprintf("%s token %s | sed 's/^/Authorization: Bearer /' |\n  curl --silent --show-error --fail --header @- %s\n",
		Word(h.options.Program), Word(h.name), Word(h.InstanceURL+"/services/data/v65.0/limits")), nil
}

// sfLogin has the Salesforce CLI take over an access token. It lasts as long as that.
func sfLogin(h handoff) (string, error) {
	return fmt.Sprintf("%s exec %s --as sf -- \\\n  sf org login access-token --no-prompt --alias %s --instance-url %s\n",
		Word(h.options.Program), Word(h.name), Word(h.name), Word(h.InstanceURL)), nil
}

// mcpServers is an .mcp.json, which has the token in the environment of a server alone. A
// client may start a server with few of its own variables.
func mcpServers(h handoff) (string, error) {
	type server struct {
		Command     string            `json:"command"`
		Args        []string          `json:"args"`
		Environment map[string]string `json:"env,omitempty"`
	}
	environment := map[string]string{}
	for _, variable := range h.options.Environment {
		name, value, _ := strings.Cut(variable, "=")
		environment[name] = value
	}
	args := []string{"exec", h.name}
	if h.options.Prefix != "" {
		args = append(args, "--prefix", h.options.Prefix)
	}
	return indented(map[string]map[string]server{"mcpServers": {"salesforce": {h.options.Program, append(args, "--", "npx", "some-salesforce-mcp-server"), environment}}})
}

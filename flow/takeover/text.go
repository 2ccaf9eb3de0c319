package takeover

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// longestText is of what people and tools write line by line, in bytes.
const longestText = 256 << 10

// fromText reads what is no JSON: variables and settings line by line, and the sfdx-urls,
// forms and curl commands among them.
func fromText(text string) (pairs []pair) {
	text = straight().Replace(text[:min(len(text), longestText)])
	l := lines{set: newVariables()}
	for line := range strings.Lines(text) {
		l.read(strings.TrimRight(line, "\n"))
	}
	if strings.Contains(strings.ToLower(text), "curl") { // it says more than its lines do
		pairs = fromCurl(text, l.set)
	}
	pairs = append(pairs, l.pairs...)
	for i, found := range sfdxURL().FindAllString(text, 100) {
		if !slices.ContainsFunc(pairs, func(p pair) bool { return p.field == refreshToken && strings.Contains(found, ":"+p.value+"@") }) {
			pairs = append(pairs, sfdxPairs([]string{strconv.Itoa(i + 1)}, found)...)
		}
	}
	if strings.HasPrefix(text, "5Aep") && len(strings.Fields(text)) == 1 {
		pairs = append(pairs, newPair(nil, string(refreshToken), text))
	}
	return pairs
}

// straight has the quotes that a word processor bends.
var straight = sync.OnceValue(func() *strings.Replacer { return strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'") })

// sfdxPairs is what the first sfdx-url of a text says (SALESFORCE.md §7.1).
func sfdxPairs(place []string, text string) []pair {
	u := sfdxURL().FindStringSubmatch(text)
	return by(SalesforceCLI, []pair{
		newPair(place, string(clientID), u[1]), newPair(place, string(clientSecret), u[2]), newPair(place, string(refreshToken), u[3]),
		newPair(place, string(loginURL), "https://"+u[4]), newPair(place, string(instanceURL), "https://"+u[4]),
	})
}

func by(tool Tool, pairs []pair) []pair {
	for i := range pairs {
		pairs[i].tool = tool
	}
	return pairs
}

// formPairs is what a form says, or an address with one behind it.
func formPairs(place []string, text string) (pairs []pair) {
	if address, query, ok := strings.Cut(text, "?"); ok && strings.Contains(address, "://") {
		pairs, text = append(pairs, newPair(place, string(tokenURL), address)), query
	}
	form, _ := url.ParseQuery(text) // what cannot be read is left out
	for _, key := range slices.Sorted(maps.Keys(form)) {
		pairs = append(pairs, newPair(place, key, form.Get(key)))
	}
	return pairs
}

// lines reads settings line by line: those of shells, .env files, YAML, TOML, INI and
// properties, and of programs.
type lines struct {
	section   []string
	parents   []parent // of the line, by their indentation
	items     int
	documents int    // that have ended
	named     string // the name of which the next line may have the value
	set       *variables
	pairs     []pair
}

type parent struct {
	indent int
	name   string
}

var (
	assigns = pattern(`^(?i:export|setx|set(?:\s+-\w+)*|declare\s+-x|typeset\s+-x|local|const|let|var|ENV|-e|--env|\$env:)[\s]*`)
	setting = pattern(`^["']?([A-Za-z_][\w.\-]*)["']?\s*(?:=>|:=|[=:])\s*(.*)$`)
	another = pattern(`^[\s;]+(?:export\s+)?([A-Za-z_]\w*)=(.*)$`)         // behind the first, in a shell
	spaced  = pattern(`^([A-Za-z_]\w*)\s+(.*)$`)                           // fish, setx, Docker's ENV
	inline  = pattern(`["'](\w+)["']\s*(?:=>|[:=,])\s*["']([^"'\s]*)["']`) // in what a program passes on
	header  = pattern(`^\[+([\w.\-" ]+)\]+$`)
)

func (l *lines) read(line string) {
	trimmed := strings.TrimSpace(line)
	indent := len(line) - len(strings.TrimLeft(line, " \t"))
	if h := header().FindStringSubmatch(trimmed); h != nil {
		l.section, l.parents = strings.SplitN(strings.ReplaceAll(h[1], `"`, ""), ".", deepest), nil
		return
	}
	if trimmed == "---" { // another document of YAML
		l.documents++
		l.section, l.parents = []string{strconv.Itoa(l.documents + 1)}, nil
		return
	}
	if trimmed == "" || strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, "//") {
		return
	}
	for len(l.parents) > 0 && l.parents[len(l.parents)-1].indent >= indent {
		l.parents = l.parents[:len(l.parents)-1]
	}
	if item, ok := strings.CutPrefix(trimmed, "- "); ok {
		l.items++
		l.parents = append(l.parents, parent{indent, strconv.Itoa(l.items)})
		trimmed = strings.TrimSpace(item)
		indent += 2
	}
	prefix := assigns().FindString(trimmed)
	if prefix != "" && strings.HasPrefix(trimmed[len(prefix):], "=") || strings.TrimSpace(prefix) == prefix && !strings.HasSuffix(prefix, ":") {
		prefix = "" // it is the name itself, or its beginning
	}
	trimmed = strings.TrimPrefix(trimmed, prefix)
	s := setting().FindStringSubmatch(trimmed)
	if s == nil && prefix != "" {
		s = spaced().FindStringSubmatch(trimmed)
	}
	switch {
	case strings.Contains(trimmed, "refresh_token=") && strings.Contains(trimmed, "&") && !strings.ContainsAny(trimmed, ` "'`):
		l.pairs = append(l.pairs, formPairs(l.place(), trimmed)...)
		return
	case s == nil || l.meansNothing(s[1]):
		for _, p := range inline().FindAllStringSubmatch(trimmed, -1) {
			l.pairs = append(l.pairs, newPair(l.place(), p[1], p[2]))
		}
	}
	if s == nil {
		return
	}
	key, rest := s[1], strings.TrimSpace(s[2])
	if slices.Contains([]string{"", "{", "[", "({", "@{"}, rest) && len(l.parents) < deepest {
		l.parents = append(l.parents, parent{indent, key})
	}
	value, after := l.valueOf(rest)
	l.add(key, value)
	const most = 100 // on a line
	for range most {
		s := another().FindStringSubmatch(after)
		if s == nil || !strings.HasPrefix(trimmed, key+"=") {
			break
		}
		value, after = l.valueOf(s[2])
		l.add(s[1], value)
	}
}

// add keeps a setting. Kubernetes writes one as a name and, on the next line, a value.
func (l *lines) add(key, value string) {
	switch {
	case key == "name":
		l.named = value
		return
	case key == "value" && l.named != "":
		key, l.named = l.named, ""
	}
	l.set.known[key] = value
	place := l.place()
	if u := sfdxURL().FindString(value); u != "" {
		prefix, _ := meaning(key)
		for _, p := range sfdxPairs(place, u) {
			p.prefix = prefix
			l.pairs = append(l.pairs, p)
		}
		return
	}
	l.pairs = append(l.pairs, newPair(place, key, value))
}

func (l *lines) meansNothing(key string) bool {
	_, f := meaning(key)
	return f == ""
}

// place is where the line is: the names of what it is within.
func (l *lines) place() []string {
	place := slices.Clone(l.section)
	for _, p := range l.parents {
		place = append(place, p.name)
	}
	return place
}

// valueOf is the first word of what stands behind a name, as a shell reads it, and what
// follows it.
func (l *lines) valueOf(rest string) (word, after string) {
	word, after, whole := shellWord(rest, l.set, ",;")
	if !whole { // a quote that is not closed belongs to the value, or to who wrote a line wrong
		word = strings.Trim(rest, `"',;`)
	}
	return word, after
}

package takeover

import (
	"cmp"
	"encoding/base64"
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

// shellWord is the first word of a text, without its quotes and with the variables that are
// known, and what follows it. Any of ends ends it, too, a comma only where nothing follows it at
// once. whole is false where a quote is not closed.
func shellWord(text string, set *variables, ends string) (word, rest string, whole bool) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '\'':
			end := strings.IndexByte(text[i+1:], '\'')
			if end < 0 {
				return "", "", false
			}
			b.WriteString(text[i+1 : i+1+end])
			i += end + 1
		case c == '"':
			end, inner := quotedEnd(text[i+1:], set)
			if end < 0 {
				return "", "", false
			}
			b.WriteString(inner)
			i += end + 1
		case c == '\\' && i+1 < len(text):
			if i++; text[i] != '\n' {
				b.WriteByte(text[i])
			}
		case c == '$' && strings.HasPrefix(text[i+1:], "'"): // how bash quotes what is odd
		case c == '$':
			value, n := variable(text[i:], set)
			b.WriteString(value)
			i += n - 1
		case strings.IndexByte(" \t\n", c) >= 0, strings.IndexByte(ends, c) >= 0 && (c != ',' || i+1 == len(text) || strings.IndexByte(" \t\n", text[i+1]) >= 0):
			return b.String(), text[i:], true
		default:
			b.WriteByte(c)
		}
	}
	return b.String(), "", true
}

// quotedEnd is where the double quote ends that text stands in, -1 where it does not, and
// what is in it.
func quotedEnd(text string, set *variables) (end int, inner string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case c == '"':
			return i, b.String()
		case c == '\\' && i+1 < len(text) && strings.IndexByte("\"\\$`\n", text[i+1]) >= 0:
			if i++; text[i] != '\n' {
				b.WriteByte(text[i])
			}
		case c == '$':
			value, n := variable(text[i:], set)
			b.WriteString(value)
			i += n - 1
		default:
			b.WriteByte(c)
		}
	}
	return -1, ""
}

var variableName = pattern(`^\$(?:\{(\w+)\}|([A-Za-z_]\w*))`)

// variable is the value of the variable that text begins with, and its length there; of one
// that is not known, itself.
func variable(text string, set *variables) (value string, length int) {
	found := variableName().FindStringSubmatch(text)
	if found == nil {
		return "$", 1
	}
	if value, ok := set.value(found[1] + found[2]); ok {
		return value, len(found[0])
	}
	return found[0], len(found[0])
}

var (
	callsCurl = pattern("(?m)(?:^|[\\s;|&$(/`])curl(?:\\.exe)?[\"']?\\s")
	caret     = pattern(`\^(.)`)
	together  = pattern(`^-[sSfikLvGgN]*([dFuH])(.*)$`)
	heredoc   = pattern(`^<<-?\s*["']?(\w+)["']?[^\n]*\n`)
)

// What is read of curl commands, in bytes: one may have others in it.
const (
	longestCommand = 64 << 10
	allCommands    = 4 * longestCommand
)

// fromCurl reads the curl commands of a text, each at a place of its own.
func fromCurl(text string, set *variables) (pairs []pair) {
	text = strings.NewReplacer("\\\n", " ", "`\n", " ", "^\n", " ").Replace(text) // how a line ends that goes on, in POSIX shells, PowerShell and cmd.exe
	if strings.Contains(text, `^"`) {                                             // as browsers write one for cmd.exe
		text = caret().ReplaceAllString(text, "$1")
	}
	left := allCommands
	for i, at := range callsCurl().FindAllStringIndex(text, 100) {
		command := text[at[1]-1:]
		command = command[:min(len(command), longestCommand, left)]
		found, rest := curlPairs([]string{"curl", strconv.Itoa(i + 1)}, command, set)
		pairs = append(pairs, by(Curl, found)...)
		left -= len(command) - len(rest)
	}
	return pairs
}

// curlPairs is what one curl command sends, and what stands behind the command.
func curlPairs(place []string, text string, set *variables) (pairs []pair, rest string) {
	var words []string
	for {
		text = strings.TrimLeft(text, " \t")
		if text == "" || strings.IndexByte("\n;|&)", text[0]) >= 0 {
			break
		}
		if doc := heredoc().FindStringSubmatchIndex(text); doc != nil {
			body, _, _ := strings.Cut(text[doc[1]:], "\n"+text[doc[2]:doc[3]])
			pairs = append(pairs, formPairs(place, strings.ReplaceAll(body, "\n", ""))...)
			break
		}
		word, after, whole := shellWord(text, set, ";|)`")
		if !whole || len(after) == len(text) {
			break
		}
		words, text = append(words, word), after
	}
	for i := 0; i < len(words); i++ {
		flag, value := words[i], ""
		if before, after, ok := strings.Cut(flag, "="); ok && strings.HasPrefix(flag, "--") {
			flag, value = before, after
		} else if short := together().FindStringSubmatch(flag); short != nil {
			flag, value = "-"+short[1], short[2]
		}
		if strings.HasPrefix(flag, "-") && value == "" && i+1 < len(words) && !slices.Contains(switches, flag) && !strings.HasPrefix(words[i+1], "-") {
			i++
			value = words[i]
		}
		pairs = append(pairs, argument(place, flag, value)...)
	}
	return pairs, text
}

// The flags of curl that stand alone, of those that people use here.
var switches = strings.Fields("-s -S -sS -f -fsS -fsSL -i -k -L -v -G -g -N --silent --show-error --fail --include --insecure --location --verbose --get --compressed --globoff --post301")

// argument is what a flag of curl's, with its value, sends to whom.
func argument(place []string, flag, value string) (pairs []pair) {
	switch flag {
	case "-d", "--data", "--data-raw", "--data-binary", "--data-ascii", "--json":
		if found, ok := fromJSON(value); ok {
			for _, p := range found {
				pairs = append(pairs, newPair(place, p.key, p.value))
			}
			return pairs
		}
		return formPairs(place, value)
	case "--data-urlencode", "-F", "--form", "--form-string":
		key, plain, _ := strings.Cut(value, "=")
		return []pair{newPair(place, key, plain)}
	case "-u", "--user":
		return basicPairs(place, value)
	case "-H", "--header":
		header, credentials, _ := strings.Cut(value, ":")
		scheme, encoded, _ := strings.Cut(strings.TrimSpace(credentials), " ")
		plain, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
		if strings.EqualFold(header, "authorization") && strings.EqualFold(scheme, "basic") && err == nil {
			return basicPairs(place, string(plain))
		}
	case "--url":
		return formPairs(place, value+mark(value))
	default: // a flag that nobody knows may stand alone, before the address
		if address := cmp.Or(value, flag); strings.Contains(address, "/services/oauth2/") {
			return formPairs(place, address+mark(address))
		}
	}
	return nil
}

// mark has an address without a form be read as one.
func mark(address string) string {
	if strings.Contains(address, "?") {
		return ""
	}
	return "?"
}

// basicPairs is what an app sends by HTTP Basic.
func basicPairs(place []string, credentials string) []pair {
	id, secret, _ := strings.Cut(credentials, ":")
	return []pair{newPair(place, string(clientID), id), newPair(place, string(clientSecret), secret)}
}

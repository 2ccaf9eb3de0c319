package takeover

import (
	"cmp"
	"encoding/base64"
	"slices"
	"strconv"
	"strings"
)

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

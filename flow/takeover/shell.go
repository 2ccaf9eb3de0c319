package takeover

import "strings"

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

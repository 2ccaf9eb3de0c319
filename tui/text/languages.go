package text

// In is the Text of a language (RFC 5646: en, ja), nil where there is none.
func In(language string) *Text {
	for _, t := range languages() {
		if t.Tab.Language == language {
			return t
		}
	}
	return nil
}

func languages() []*Text { return []*Text{&English, &Japanese} }

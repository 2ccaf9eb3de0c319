package text

// Words are sentences by what each is about. They are a table and no map, since a map would be
// filled each time the program starts, a table is there.
type Words[K comparable] []struct {
	About K
	Says  string
}

// Of is the sentence about something, empty where there is none.
func (w Words[K]) Of(about K) string {
	for _, row := range w {
		if row.About == about {
			return row.Says
		}
	}
	return ""
}

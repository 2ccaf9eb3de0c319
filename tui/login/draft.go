package login

// Given says what was decided about the Request besides.
type Given struct {
	ClientSecret bool // an empty one was chosen: a public client
	Domain       bool // it is meant, whosever host it is
}

package login

import "slices"

// MissingScopes are those asked for and not granted; offline_access is another name
// for refresh_token (SALESFORCE.md §1.1).
func MissingScopes(asked, granted []string) (missing []string) {
	for _, s := range asked {
		if !slices.Contains(granted, s) && !(s == "offline_access" && slices.Contains(granted, "refresh_token")) {
			missing = append(missing, s)
		}
	}
	return missing
}

package keystore

import (
	"testing"
	"unsafe"

	"golang.org/x/sys/windows"
)

// othersRights is the access list of a path to which anybody but the user has rights, else "".
func othersRights(t *testing.T, path string) string {
	t.Helper()
	user, err := windows.GetCurrentProcessToken().GetTokenUser()
	if err != nil {
		t.Fatal(err)
	}
	all, err := windows.GetNamedSecurityInfo(path, windows.SE_FILE_OBJECT, windows.OWNER_SECURITY_INFORMATION|windows.DACL_SECURITY_INFORMATION)
	if err != nil {
		t.Fatal(err)
	}
	list, _, err := all.DACL()
	if err != nil || list == nil { // none lets everybody in
		return all.String()
	}
	for i := range uint32(list.AceCount) {
		var entry *windows.ACCESS_ALLOWED_ACE
		if err := windows.GetAce(list, i, &entry); err != nil {
			t.Fatal(err)
		}
		if whose := (*windows.SID)(unsafe.Pointer(&entry.SidStart)); !whose.Equals(user.User.Sid) {
			return all.String()
		}
	}
	return ""
}

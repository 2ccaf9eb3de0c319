package flow

import (
	"strings"
	"testing"
)

func TestAProxyThatIsNoAddressIsTold(t *testing.T) {
	for address, ok := range map[string]bool{
		"": true, "http://proxy.example:8080": true, "proxy.example:8080": true, "socks5://127.0.0.1:1080": true,
		"http://bob:p%ss@proxy:8080": false, "proxy corp": false, "http://proxy:port": false,
	} {
		t.Setenv("HTTPS_PROXY", address)
		f := examineProxy(Domain{"https://acme.my.salesforce.com"})
		if (f.Err == nil) != ok || f.Err != nil && strings.Contains(f.Err.Error(), "bob") {
			t.Errorf("%q: %v", address, f.Err)
		}
	}
}

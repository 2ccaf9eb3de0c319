//go:build !darwin

package keystore

import (
	"context"

	"github.com/zalando/go-keyring"
)

func readItem(_ context.Context, account string) (string, error) {
	return keyring.Get(service, account)
}

func deleteItem(_ context.Context, account string) error {
	return keyring.Delete(service, account)
}

package keystore

import (
	"context"
	"sync"
)

// Memory is a vault that forgets everything when the program ends: the demo's.
type Memory struct {
	mu    sync.Mutex
	items map[string]Secret
}

// NewMemory returns an empty Memory.
func NewMemory() *Memory { return &Memory{items: map[string]Secret{}} }

// Kind is "memory".
func (*Memory) Kind() string { return "memory" }

// Describe is "": memory has no name.
func (*Memory) Describe(context.Context) string { return "" }

// Get returns ErrNotFound, or nil.
func (m *Memory) Get(_ context.Context, account string) (Secret, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.items[account]
	if !ok {
		return Secret{}, ErrNotFound
	}
	return s, nil
}

// Set returns nil.
func (m *Memory) Set(_ context.Context, account string, s Secret) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.items[account] = s
	return nil
}

// Delete returns ErrNotFound, or nil.
func (m *Memory) Delete(_ context.Context, account string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.items[account]; !ok {
		return ErrNotFound
	}
	delete(m.items, account)
	return nil
}

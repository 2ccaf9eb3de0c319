//go:build !linux && !darwin && !windows

package keystore

import "time"

var started = time.Now()

// sinceBoot may stand still here while the machine is suspended.
func sinceBoot() time.Duration { return time.Since(started) }

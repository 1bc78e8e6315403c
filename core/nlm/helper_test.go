package nlm

import (
	"sunscope/core/sunrpc"
	"sunscope/core/time"
)

// clock is a machine that only knows what time it is.
type clock struct {
	sunrpc.Machine
	now time.Duration
}

// Now implements sunrpc.Machine.
func (c clock) Now() time.Duration { return c.now }

package loopback

import (
	"sunscope/core/trace"
	"sunscope/core/wire"
)

// emit logs an event of a host. Fields that go through an interface lie on the heap; n's own do already.
//
//go:noinline
func (n *Net) emit(m Machine, ctx string, kind trace.Kind, fields ...int64) {
	k := copy(n.scratch[:], fields)
	m.Emit(ctx, kind, n.scratch[:k]...)
}

// str is an address's text in the log, which is made once.
func (n *Net) str(a wire.Addr) int64 {
	id, ok := n.names[a]
	if !ok {
		id = int64(n.log.Str(a.String()))
		n.names[a] = id
	}
	return id
}

package record

import (
	"strconv"

	"sunscope/core/trace"
)

// client is an RPC client that was made in the recording, or ended in it.
type client struct {
	program    string
	vers       int64 // of the program, once a task has shown it
	made       bool  // its rpc_clnt_new was seen
	shut, left bool  // rpc_clnt_shutdown, rpc_clnt_release
	was        bool  // rpc_clnt_release, at any time
	gone       bool  // rpc_clnt_free
	next       uint32
	begun      map[uint32]bool // TK_PIDs near next
}

// raced is how far TK_PIDs may be out of turn: a thread may be put aside between taking one and logging it.
const raced = 256

// clientEvent follows the life of a client: made, shut down (the last user is gone; rpcbind's clients end without),
// released, freed. Its id may then be given to another.
func (w *walker) clientEvent(e *trace.Event) {
	id := uint32(e.F[0])
	k := key{client: id, host: w.hosts.of(e)}
	c := w.clients[k]
	if c == nil {
		c = &client{}
		w.clients[k] = c
	}
	kind := e.Kind.String()
	switch e.Kind {
	case trace.RPCClntNew:
		if c.made && !c.gone {
			w.refuse(nil, kind+" of client "+hex8(id)+", but a client of that id was made and not freed")
		}
		*c = client{program: e.Text(w.log, "program"), made: true, next: 1, begun: map[uint32]bool{}}
		delete(w.xid.clients, k) // the id of a client that is gone
	case trace.RPCClntShutdown:
		if c.shut || c.left || c.gone {
			w.refuse(nil, kind+" of client "+hex8(id)+", which has ended before")
		}
		c.shut = true
	case trace.RPCClntRelease:
		if c.left || c.gone {
			w.refuse(nil, kind+" of client "+hex8(id)+", which was released before")
		}
		c.left, c.was = true, true
	case trace.RPCClntFree:
		if c.gone || c.made && !c.left && !c.was {
			w.refuse(nil, kind+" of client "+hex8(id)+", which was freed before, or not released")
		}
		c.gone = true
	}
}

// made reports whether the task's client was made in this recording.
func (w *walker) made(id key) bool {
	c := w.clients[id.clientKey()]
	return c != nil && c.made
}

// numbered checks the TK_PID of a task that begins: a client counts them from 1.
func (w *walker) numbered(id key) string {
	c := w.clients[id.clientKey()]
	switch {
	case c == nil:
		return ""
	case c.gone:
		return "rpc_task_begin, but its client was freed"
	case !c.made:
		return ""
	}
	c.left = false // a client that is released may still destroy its GSS contexts, and is released once more then
	pid := id.pid & 0xffff
	switch d := int16(pid - c.next); {
	case c.begun[pid]:
		return "rpc_task_begin, but an earlier task of its client had this id"
	case d >= raced || d < -raced:
		return "rpc_task_begin, but its client has come to task " + strconv.FormatUint(uint64(c.next), 16) + " by now"
	}
	c.begun[pid] = true
	for c.begun[c.next] {
		delete(c.begun, (c.next-2*raced)&0xffff)
		c.next = (c.next + 1) & 0xffff
	}
	return ""
}

// sameProgram checks an rpc_request against its client: all tasks of one have its program, in one version.
func (w *walker) sameProgram(t *task, e *trace.Event) {
	c := w.clients[t.id.clientKey()]
	if c == nil || !c.made || t.refused {
		return
	}
	prog, vers := e.Text(w.log, "prog"), e.Int("vers")
	switch {
	case prog != c.program:
		t.refuse("rpc_request of the program " + prog + ", but its client was made for " + c.program)
	case c.vers != 0 && vers != c.vers:
		t.refuse("rpc_request of version " + strconv.FormatInt(vers, 10) + ", but its client's tasks are of version " + strconv.FormatInt(c.vers, 10))
	}
	c.vers = vers
}

package procfs

import (
	"slices"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// ReplyCache is the line rc of /proc/net/rpc/nfsd. No event tells of it, but it follows: nfsd looks up each call that it
// takes up; the same call from the same port of the same client is a hit if it is of a procedure that must not be done
// twice, and its entry has not expired. (One call too many is counted where arguments cannot be decoded: nfsd answers
// that before it looks.)
type ReplyCache struct {
	Hits, Misses, NoCache int64
	// Unsure: calls of NFSv4 came from clients whose own events are not there, or of both minor versions. In NFSv4.0 the
	// operations of a COMPOUND decide; with a session nothing is looked up.
	Unsure bool
}

// cacheExpires is how long a reply is kept (RC_EXPIRE).
const cacheExpires = 120 * time.Second

// replyCache is what has been seen of calls.
type replyCache struct {
	sum     ReplyCache
	kept    map[seenCall]time.Duration
	tasks   map[[2]int64]string // NFSv4 procedure by task and client
	calls   map[int64]string    // and by XID
	v40     bool
	v41     bool
	doubted bool // a COMPOUND for which the minor version counts
}

type seenCall struct {
	from string
	xid  int64
	proc string
}

// once are the procedures of NFSv3 that must not be done twice for one call (RC_REPLBUFF).
var once = []string{"SETATTR", "WRITE", "CREATE", "MKDIR", "SYMLINK", "MKNOD", "REMOVE", "RMDIR", "RENAME", "LINK"}

// once40 are the calls of a client of NFSv4.0 with an operation of that kind (OP_CACHEME): those that have no sequence
// number of an owner to guard them.
var once40 = []string{"SETCLIENTID", "SETCLIENTID_CONFIRM", "WRITE", "SETATTR", "CREATE", "LINK", "REMOVE", "RENAME", "SYMLINK"}

// client is an event of a client on the same machine or in the same simulation, which says what its COMPOUNDs are.
func (c *replyCache) client(log *trace.Log, e *trace.Event) {
	task := [2]int64{e.Int("task"), e.Int("client")}
	if e.Kind == trace.XprtReserve {
		if proc := c.tasks[task]; proc != "" {
			c.calls[e.Int("xid")] = proc
		}
		return
	}
	if delete(c.tasks, task); e.Text(log, "prog") != "nfs" || e.Int("vers") != 4 {
		return
	}
	proc := e.Text(log, "proc")
	c.tasks[task] = proc
	switch proc {
	case "SETCLIENTID", "RENEW", "OPEN_CONFIRM":
		c.v40 = true
	case "EXCHANGE_ID", "SEQUENCE":
		c.v41 = true
	}
}

// lookup is nfsd_cache_lookup.
func (c *replyCache) lookup(log *trace.Log, e *trace.Event) {
	proc, service, vers := e.Text(log, "proc"), e.Text(log, "service"), e.Int("vers")
	cached := service == "nfsd" && vers == 3 && slices.Contains(once, proc)
	if service == "nfsd" && vers == 4 && proc == "COMPOUND" {
		var known bool
		if proc, known = c.calls[e.Int("xid")]; !known {
			c.doubted = true
		}
		if slices.Contains(once40, proc) {
			c.doubted = c.doubted || c.v40 && c.v41
			cached = c.v40
		}
	}
	if !cached {
		c.sum.NoCache++
		return
	}
	key := seenCall{e.Text(log, "addr"), e.Int("xid"), proc}
	if at, seen := c.kept[key]; seen && e.Time-at <= cacheExpires {
		c.sum.Hits++
		return
	}
	c.kept[key] = e.Time
	c.sum.Misses++
}

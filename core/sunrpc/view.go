package sunrpc

import (
	"slices"
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// View is what a kernel's tasks and transports are like at one moment, for those who judge a story told from events
// alone. It is a copy: looking changes nothing.
type View struct {
	Tasks []TaskView // alive, in the order of their clients and of their starting
	Xprts []XprtView // of the clients, in the order of their making
}

// TaskView is a task (rpc_task) from outside.
type TaskView struct {
	PID, Clid uint32
	Flags     trace.TaskFlags
	Run       trace.RunState
	Status    int32
	Action    fsm.State    // tk_action: the step that it takes next
	Callback  fsm.Callback // tk_callback; "" without
	Queue     fsm.Queue    // where it sleeps; "" while it does not
	Deadline  time.Duration
	Xprt      int // Made of its transport
	Slot      bool
	XID       uint32
	Ntrans    int
	Found     bool // its reply is being read, or is there as a whole
}

// XprtView is a transport (rpc_xprt) from outside.
type XprtView struct {
	Made       int // the how manieth transport of the kernel it is, from 1
	State      trace.XprtState
	Owner      TaskKey // of the write lock
	Owned      bool    // by a task
	Cookie     bool    // by the connect worker
	Used, Max  int     // slots
	Cong, Cwnd int
	Xmit, Recv []TaskKey // whose request is to be sent; whose reply is waited for
}

// TaskKey is how events name a task.
type TaskKey struct{ PID, Clid uint32 }

// String is the task as trace files print it.
func (k TaskKey) String() string {
	return "task " + strconv.Itoa(int(k.PID)) + "@" + strconv.Itoa(int(k.Clid))
}

//go:noinline
func (t *Task) key() TaskKey {
	pid, clid := t.IDs()
	return TaskKey{uint32(pid), uint32(clid)}
}

// Stat is what a transport has counted (rpc_xprt.stat).
type Stat struct {
	Made int // as in XprtView
	Peer string
	XprtStat
}

// Stats are the statistics of the clients' transports, in the order of their making.
func (k *Kernel) Stats() []Stat {
	var list []Stat
	for _, c := range k.clients {
		if x := c.xprt; !slices.ContainsFunc(list, func(s Stat) bool { return s.Made == x.made }) {
			list = append(list, Stat{x.made, x.peer.String(), x.stat})
		}
	}
	slices.SortFunc(list, func(a, b Stat) int { return a.Made - b.Made })
	return list
}

// View looks at the kernel; v's memory is used again.
func (k *Kernel) View(v *View) {
	v.Tasks, v.Xprts = v.Tasks[:0], v.Xprts[:0]
	for _, c := range k.clients {
		if !slices.ContainsFunc(v.Xprts, func(x XprtView) bool { return x.Made == c.xprt.made }) {
			v.Xprts = append(v.Xprts, c.xprt.view())
		}
		for n := c.tasks.first; n != nil; n = n.next {
			t := n.item
			v.Tasks = append(v.Tasks, t.view())
			if t.req == nil || t.xprt == nil || t.xprt.recvQueue.get(t.req.xid) != t.req {
				continue
			}
			for i := range v.Xprts {
				if x := &v.Xprts[i]; x.Made == t.xprt.made {
					x.Recv = append(x.Recv, t.key())
				}
			}
		}
	}
	slices.SortFunc(v.Xprts, func(a, b XprtView) int { return a.Made - b.Made })
}

func (t *Task) view() TaskView {
	key := t.key()
	v := TaskView{
		PID: key.PID, Clid: key.Clid, Flags: t.flags, Run: t.run, Status: t.status, Action: t.action, Deadline: t.alarm.deadline,
	}
	if t.callback != nil {
		v.Callback = t.callback.name
	}
	if t.run&trace.Queued != 0 && t.queue != nil {
		v.Queue = t.queue.name
	}
	if t.xprt != nil {
		v.Xprt = t.xprt.made
	}
	if r := t.req; r != nil {
		v.Slot, v.XID, v.Ntrans, v.Found = true, r.xid, r.ntrans, r.received > 0 || r.xprt != nil && r.xprt.sock.in.req == r
	}
	return v
}

func (x *Xprt) view() XprtView {
	v := XprtView{
		Made: x.made, State: x.state, Cookie: x.lock.cookie, Used: x.slots.num - len(x.slots.free), Max: x.slots.max,
		Cong: x.cong.cong, Cwnd: x.cong.cwnd,
	}
	if x.lock.task != nil {
		v.Owner, v.Owned = x.lock.task.key(), true
	}
	for n := x.xmit.list.first; n != nil; n = n.next {
		for r := n.item.chain.first; r != nil; r = r.next {
			v.Xmit = append(v.Xmit, r.item.task.key())
		}
	}
	return v
}

package procfs

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// jiffy is a tick of the kernel's clock: HZ=250.
const jiffy = 4 * time.Millisecond

// unknown stands for what the events do not tell.
const unknown = "?"

// Task is a line of rpc_clnt/CLID/tasks.
type Task struct {
	PID, Clid uint32
	Flags     trace.TaskFlags
	Status    int32
	XID       uint32        // 0 without a slot
	Timeout   int64         // jiffies left of its sleep's timer; -1 if unknown
	Ends      time.Duration // when that timer fires; 0 without, or if unknown
	Ops       string        // its rpc_call_ops with the module: "nfs_pgio_common_ops [nfs]"; "?" if unknown
	Program   string        // with the version: "nfsv3"; "?" before its rpc_request
	Proc      string
	Action    string // tk_action, without the module; "?" if unknown
	Queue     string // where it sleeps; "none" while it does not

	guessed bool // Action is inferred; a Timeout always is
}

// Tasks are the tasks that are alive in a state, as their clients list them at a time before the next event: by client, and
// then as they began.
func Tasks(log *trace.Log, st *story.State, now time.Duration) []Task {
	var list []Task
	for i := range st.Tasks {
		// A task that answers a callback has no client, and so no list that it stands in.
		if k := &st.Tasks[i]; !k.Finished && k.Clid != trace.NoID {
			list = append(list, taskOf(log, st, k, now))
		}
	}
	slices.SortStableFunc(list, func(a, b Task) int { return cmp.Compare(a.Clid, b.Clid) })
	return list
}

func taskOf(log *trace.Log, st *story.State, k *story.Task, now time.Duration) Task {
	t := Task{
		PID: k.PID, Clid: k.Clid, Flags: k.Flags, Status: k.Status, Ends: endOf(k),
		Ops: unknown, Program: unknown, Proc: unknown, Action: unknown, Queue: "none",
	}
	t.Timeout = timeoutOf(k, t.Ends, now)
	if x := st.Xprt(k.Xprt.Value); x != nil && k.Slot >= 0 && !x.Slots[k.Slot].Handed {
		t.XID = k.XID
	}
	if k.Prog != 0 {
		t.Program = log.Text(k.Prog) + "v" + strconv.Itoa(int(k.Vers))
		t.Proc = log.Text(k.Proc)
	}
	if next := k.NextStep(); next.How != story.Unknown {
		t.guessed = next.How == story.Inferred
		t.Action = next.Value.String()
	}
	if k.Asleep {
		t.Queue = string(k.Queue)
		if k.Action == fsm.RPCExitTask && k.RunState&trace.Running == 0 {
			// Its caller's hook has restarted it, and sleeps: nothing of the first try is left (rpc_restart_call_prepare).
			t.Status, t.XID = 0, 0
			t.Flags &^= trace.Sent | trace.MajorSeen
		}
		if k.Queue == gssPipe {
			// It has no use yet for the credential that it asked for: that error is its status once it sleeps
			// (rpcauth_refreshcred), which its wake-up prints.
			t.Status = eagain
		}
	}
	return t
}

const (
	gssPipe = "gss pipe version" // where a task waits for rpc.gssd to come up
	eagain  = -11
	enobufs = -105
)

// endOf is when the sleep of k ends by its timer; 0 if it has none, or if no event tells.
func endOf(k *story.Task) time.Duration {
	switch {
	case !k.Asleep || k.Queue == fsm.XprtBacklog: // nobody waits there by the clock
		return 0
	case k.WakeAt != 0:
		return k.WakeAt
	case k.Queue == fsm.Delay && k.Action == fsm.CallConnectStatus && k.Status != enobufs:
		return k.SleptAt + 3*time.Second // a server that refused or cannot be reached is asked again after that long
	case k.Queue == gssPipe:
		return k.SleptAt + 15*time.Second
	}
	return 0
}

// timeoutOf is how many jiffies are left of the sleep's timer; -1 if that is unknown.
func timeoutOf(k *story.Task, end, now time.Duration) int64 {
	switch {
	case end != 0:
		return max(0, int64((end-now)/jiffy))
	case !k.Asleep || k.Queue == fsm.XprtBacklog:
		return 0
	}
	return -1
}

// append adds the line, as the kernel's tasks_show prints it.
func (t *Task) append(b *text) {
	b.right(5, strconv.Itoa(int(t.PID))).add(" ", padded(strconv.FormatUint(uint64(t.Flags), 16), 4), " ")
	b.right(6, strconv.Itoa(int(t.Status))).add(" 0x", hex(t.Clid), " 0x", hex(t.XID), " ")
	timeout := unknown
	if t.Timeout >= 0 {
		timeout = strconv.FormatInt(t.Timeout, 10)
	}
	b.add(strings.Repeat(" ", max(0, 8-len(timeout)))).guess(t.Timeout > 0, timeout)
	b.add(" ", t.Ops, " ", t.Program, " ", t.Proc, " ").guess(t.guessed, "a:"+t.Action)
	if t.Action != unknown {
		b.add(" [sunrpc]")
	}
	b.add(" q:", t.Queue, "\n")
}

// String is the line without its newline.
func (t Task) String() string {
	var b text
	t.append(&b)
	return strings.TrimSuffix(b.String(), "\n")
}

func hex(v uint32) string { return strconv.FormatUint(uint64(v), 16) }

// padded fills s with zeros in front.
func padded(s string, width int) string { return strings.Repeat("0", max(0, width-len(s))) + s }

// text is what is being written.
type text struct {
	strings.Builder
	marked bool
}

// GuessBegins and GuessEnds stand around what is inferred in the texts of a Moment that is Marked.
const (
	GuessBegins = '\x0e'
	GuessEnds   = '\x0f'
)

// guess adds s, marked if it is inferred.
func (b *text) guess(inferred bool, s string) *text {
	if !b.marked || !inferred {
		return b.add(s)
	}
	return b.add(string(GuessBegins), s, string(GuessEnds))
}

func (b *text) add(parts ...string) *text {
	for _, s := range parts {
		b.WriteString(s)
	}
	return b
}

// right adds s with blanks in front, width characters wide.
func (b *text) right(width int, s string) *text {
	return b.add(strings.Repeat(" ", max(0, width-len(s))), s)
}

// numbers adds the numbers, each after a blank.
func (b *text) numbers(n ...int64) *text {
	for _, v := range n {
		b.add(" ", strconv.FormatInt(v, 10))
	}
	return b
}

package story

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// snapshot is what debugfs said in the middle of a recording.
type snapshot struct {
	taken time.Duration // no earlier than this
	tasks []string      // "pid@clid flags status xid proc action queue"
	left  []int         // jiffies until each task's timer ends, as tasks
	state string        // of the NFS transport
}

// readSnapshot reads the lines of rpc_clnt/*/tasks and rpc_xprt/*/info:
//
//	40 8001    -11 0x3 0x0        0 nfs_pgio_common_ops [nfs] nfsv3 WRITE a:call_reserveresult [sunrpc] q:xprt_backlog
func readSnapshot(t *testing.T, file string) (s snapshot) {
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	clid, port := "", ""
	for _, line := range strings.Split(string(b), "\n") {
		if _, up, ok := strings.Cut(line, " uptime="); ok && s.taken == 0 {
			sec, err := strconv.ParseFloat(strings.Fields(up)[0], 64)
			require.NoError(t, err)
			s.taken = time.Duration(sec * float64(time.Second))
		}
		if _, rest, ok := strings.Cut(line, "rpc_clnt/"); ok {
			clid, _, _ = strings.Cut(rest, " ")
		}
		if p, ok := strings.CutPrefix(line, "port:"); ok {
			port = strings.TrimSpace(p)
		}
		if st, ok := strings.CutPrefix(line, "state: 0x"); ok && port == "2049" {
			s.state = st
		}
		head, queue, ok := strings.Cut(line, " q:")
		w := strings.Fields(head)
		if !ok || len(w) < 10 {
			continue
		}
		left, err := strconv.Atoi(w[5])
		require.NoError(t, err)
		s.left = append(s.left, left)
		n := len(w)
		if w[n-1][0] == '[' {
			n-- // the module of the action
		}
		s.tasks = append(s.tasks, strings.Join([]string{w[0] + "@" + clid, w[1], w[2], w[4], w[n-2], strings.TrimPrefix(w[n-1], "a:"), queue}, " "))
	}
	return s
}

// asDebugfs writes a task as readSnapshot does.
func asDebugfs(log *trace.Log, st *State, k *Task, next fsm.State) string {
	xid, queue := uint32(0), "none"
	if k.Slot >= 0 && !st.Xprt(k.Xprt.Value).Slots[k.Slot].Handed {
		xid = k.XID
	}
	if k.Asleep {
		queue = string(k.Queue)
	}
	hex := func(v uint32) string { return strconv.FormatUint(uint64(v), 16) }
	return strings.Join([]string{strconv.Itoa(int(k.PID)) + "@" + hex(k.Clid), hex(uint32(k.Flags)), strconv.Itoa(int(k.Status)),
		"0x" + hex(xid), log.Text(k.Proc), next.String(), queue}, " ")
}

// agrees compares a snapshot with a state. The next step is compared where an event or the map tells it.
func (s *snapshot) agrees(log *trace.Log, st *State) bool {
	left := append([]string(nil), s.tasks...)
	for i := range st.Tasks {
		k := &st.Tasks[i]
		if k.Finished {
			continue
		}
		found := false
		for n, line := range left {
			next := k.NextStep().Value
			if next == fsm.None {
				w := strings.Fields(line)
				next, _ = fsm.StateNamed(w[5])
			}
			if asDebugfs(log, st, k, next) == line {
				left, found = append(left[:n], left[n+1:]...), true
				break
			}
		}
		if !found {
			return false
		}
	}
	for i := range st.Xprts {
		if x := &st.Xprts[i]; x.Port == "2049" && strconv.FormatUint(uint64(x.State.Value), 16) != s.state {
			return false
		}
	}
	return len(left) == 0
}

// timersAgree compares when sleeps will time out, to the second: the snapshot took that long.
func (s *snapshot) timersAgree(t *testing.T, st *State) {
	for i, line := range s.tasks {
		pid, _, _ := strings.Cut(line, "@")
		for k := range st.Tasks {
			task := &st.Tasks[k]
			if strconv.Itoa(int(task.PID)) != pid || task.Finished || !task.Asleep {
				continue
			}
			if s.left[i] == 0 {
				require.Zero(t, task.WakeAt, line)
			} else {
				require.InDelta(t, s.left[i], int64((task.WakeAt-st.Time)/jiffy), 250, line)
			}
		}
	}
}

// snapMark is the ordinal of the line that says that the snapshot is complete.
func snapMark(t *testing.T, log *trace.Log, file string) int {
	var e trace.Event
	for i := range log.Len() {
		if log.At(i, &e); e.Kind == trace.Note && strings.HasSuffix(e.Text(log, "text"), "/"+file) {
			return i
		}
	}
	require.Fail(t, "no mark for "+file)
	return -1
}

// A snapshot was taken at some instant between the time in its header and its SNAP mark: there must be one at which
// every task agrees in number, flags, status, XID, procedure, next state and queue, and the transport in its state.
func TestTheKernelsOwnSnapshotsAgreeWithAnInstantOfTheStory(t *testing.T) {
	const name = "06-slot-contention"
	s := New(recording(t, name))
	for i, want := range []int{5, 3, 16} {
		file := "snap-contention" + strconv.Itoa(i+1) + ".txt"
		snap := readSnapshot(t, recordings+name+"/"+file)
		require.Len(t, snap.tasks, want)
		require.NotEmpty(t, snap.state)
		mark := snapMark(t, s.Log(), file)
		agreed := 0
		for at := s.OrdinalAt(snap.taken); at <= mark; at++ {
			if st := s.At(at); snap.agrees(s.Log(), st) {
				agreed++
				snap.timersAgree(t, st)
			}
		}
		require.Positive(t, agreed, file)
		require.Less(t, agreed, 200, "a comparison that holds everywhere compares nothing")
	}
}

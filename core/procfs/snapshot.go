package procfs

import (
	"bufio"
	"errors"
	"io"
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// Snapshot is what debugfs showed while a kernel was being recorded.
type Snapshot struct {
	Name  string
	Taken time.Duration // no earlier than this, by the trace clock
	Tasks []Task
	Xprts []Xprt
}

// folder is where debugfs shows what sunrpc has.
const folder = "/sys/kernel/debug/sunrpc/"

// ReadSnapshot reads a file of sections "== FILE", each followed by that file's text, after a first line that says
// "uptime=SECONDS". Sections of rpc_clnt/CLID and rpc_xprt/N/info are read; others are left alone. Every error says
// where in the file it is.
func ReadSnapshot(name string, r io.Reader) (*Snapshot, error) {
	snap := &snapshotReader{s: &Snapshot{Name: name, Taken: -1}}
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		snap.line++
		if err := snap.take(lines.Text()); err != nil {
			return nil, errors.New(name + ":" + strconv.Itoa(snap.line) + ": " + err.Error())
		}
	}
	switch {
	case lines.Err() != nil:
		return nil, errors.New(name + ": " + lines.Err().Error())
	case snap.s.Taken < 0:
		return nil, errors.New(name + `: expected a first line "# ... uptime=SECONDS", and it is empty`)
	case snap.clients == 0:
		return nil, errors.New(name + `: there is no section "== ` + folder + `rpc_clnt/CLID" in it`)
	}
	return snap.s, nil
}

// snapshotReader reads a snapshot line by line.
type snapshotReader struct {
	s       *Snapshot
	line    int
	clients int
	inTasks bool
	clid    uint32
	inXprt  bool
}

func (r *snapshotReader) take(line string) error {
	if r.line == 1 {
		return r.header(line)
	}
	if file, is := strings.CutPrefix(line, "== "); is {
		return r.section(file)
	}
	switch {
	case strings.HasPrefix(line, "State "): // what ss printed follows the last info
		r.inTasks, r.inXprt = false, false
	case strings.TrimSpace(line) == "":
	case r.inTasks:
		t, err := parseTask(line)
		if err == nil && t.Clid != r.clid {
			err = errors.New("a task of client 0x" + hex(t.Clid) + " in the list of client 0x" + hex(r.clid))
		}
		if err != nil {
			return err
		}
		r.s.Tasks = append(r.s.Tasks, t)
	case r.inXprt:
		return r.s.Xprts[len(r.s.Xprts)-1].take(line)
	}
	return nil
}

// header is the first line: "# t=2.833 uptime=581.69 writers running".
func (r *snapshotReader) header(line string) error {
	for _, word := range strings.Fields(line) {
		if v, is := strings.CutPrefix(word, "uptime="); is {
			at, err := Seconds(v)
			r.s.Taken = at
			return err
		}
	}
	return errors.New(`expected "# ... uptime=SECONDS", found ` + strconv.Quote(line))
}

func (r *snapshotReader) section(file string) error {
	r.inTasks, r.inXprt = false, false
	if rest, is := strings.CutPrefix(file, folder+"rpc_clnt/"); is {
		clid, _, _ := strings.Cut(rest, " ")
		clid = strings.TrimSuffix(clid, "/tasks")
		v, err := strconv.ParseUint(clid, 16, 32)
		if err != nil {
			return errors.New("expected a client's number in hexadecimal, found " + strconv.Quote(clid))
		}
		r.inTasks, r.clid = true, uint32(v)
		r.clients++
	}
	if rest, is := strings.CutPrefix(file, folder+"rpc_xprt/"); is {
		n, _ := strings.CutSuffix(rest, "/info")
		r.inXprt = true
		r.s.Xprts = append(r.s.Xprts, Xprt{Number: n})
	}
	return nil
}

// parseTask reads a line of rpc_clnt/CLID/tasks:
//
//	40 8001    -11 0x3 0x0        0 nfs_pgio_common_ops [nfs] nfsv3 WRITE a:call_reserveresult [sunrpc] q:xprt_backlog
func parseTask(line string) (t Task, err error) {
	head, queue, ok := strings.Cut(line, " q:")
	head, action, found := strings.Cut(head, " a:")
	w := strings.Fields(head)
	if !ok || !found || len(w) < 9 {
		return t, errors.New(`expected a task (TK_PID, flags, status, client, XID, timeout, ops, program, procedure, a:, q:), found ` + strconv.Quote(line))
	}
	number := func(what, s string, base, size int) uint64 {
		digits := strings.TrimPrefix(s, "0x")
		v, bad := strconv.ParseUint(digits, base, size)
		if bad != nil && err == nil {
			err = errors.New("expected " + what + ", found " + strconv.Quote(s))
		}
		return v
	}
	t.PID = uint32(number("a TK_PID", w[0], 10, 32))
	t.Flags = trace.TaskFlags(number("task flags in hexadecimal", w[1], 16, 16))
	status, bad := strconv.ParseInt(w[2], 10, 32)
	if bad != nil {
		return t, errors.New("expected a status, found " + strconv.Quote(w[2]))
	}
	t.Status = int32(status)
	t.Clid = uint32(number("a client's number in hexadecimal", w[3], 16, 32))
	t.XID = uint32(number("an XID in hexadecimal", w[4], 16, 32))
	t.Timeout = int64(number("jiffies", w[5], 10, 62))
	n := len(w)
	t.Ops, t.Program, t.Proc = strings.Join(w[6:n-2], " "), w[n-2], w[n-1]
	t.Action, _, _ = strings.Cut(action, " ")
	t.Queue = queue
	return t, err
}

// Seconds reads a time of the trace clock as it is printed: "581.69".
func Seconds(s string) (time.Duration, error) {
	bad := errors.New("expected a time in seconds such as 581.69, found " + strconv.Quote(s))
	whole, part, point := strings.Cut(s, ".")
	if point && part == "" || len(part) > 9 {
		return 0, bad
	}
	sec, err := strconv.ParseUint(whole, 10, 31)
	if err != nil {
		return 0, bad
	}
	nano, err := strconv.ParseUint((part + "000000000")[:9], 10, 31)
	if err != nil {
		return 0, bad
	}
	return time.Duration(sec)*time.Second + time.Duration(nano), nil
}

package export

import (
	"strconv"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// columns are the heads of CSV's columns. Times are seconds of the run's clock, durations microseconds.
var columns = []string{
	"task", "tk_pid", "client", "program", "version", "procedure", "item", "owner", "xprt", "xid", "transmissions",
	"begin_s", "end_s", "total_us", "running_us", "ready_us", "asleep_us",
	"xprt_backlog_us", "xprt_sending_us", "xprt_pending_us", "xprt_binding_us", "delayq_us", "other_queues_us", "tk_status",
}

// CSV appends a line for each task of the story, in the order in which they began, below a line of heads, as RFC 4180 has
// it. A task that has not ended has no end_s and no tk_status; its times go up to the last event.
func CSV(dst []byte, s *story.Story) []byte {
	dst = append(dst, strings.Join(columns, ",")...)
	dst = append(dst, '\r', '\n')
	lanes := s.Lanes()
	for i := range lanes {
		dst = task(dst, s, &lanes[i])
	}
	return dst
}

// account says where a task's time went.
type account struct {
	running, ready, asleep time.Duration
	queues                 [6]time.Duration // the five of the transport and the scheduler, and all others
}

var queues = [...]fsm.Queue{fsm.XprtBacklog, fsm.XprtSending, fsm.XprtPending, fsm.XprtBinding, fsm.Delay}

func accountOf(l *story.Lane) (a account) {
	for i := range l.Spans {
		p := &l.Spans[i]
		d := p.End - p.Start
		switch {
		case p.Asleep:
			a.asleep += d
			a.queues[queueIndex(p.Queue)] += d
		case p.Ready:
			a.ready += d
		default:
			a.running += d
		}
	}
	return a
}

func queueIndex(q fsm.Queue) int {
	for i, known := range queues {
		if q == known {
			return i
		}
	}
	return len(queues)
}

func task(dst []byte, s *story.Story, l *story.Lane) []byte {
	st := s.At(int(l.To))
	t := st.Task(l.Task)
	if t == nil { // several tasks ended at this instant and pushed it out
		t = &story.Task{}
	}
	a := accountOf(l)
	w := row{b: dst}
	w.n(int64(l.Task)).n(int64(l.PID)).s(clid(l.Clid)).s(s.Log().Text(t.Prog)).n(int64(t.Vers)).s(l.Proc).s(l.Item)
	w.s(s.Log().Text(t.Owner)).s(xprt(t)).s(xid(t.XID)).n(int64(t.Ntrans))
	w.seconds(l.Start)
	if l.Ended {
		w.seconds(l.End)
	} else {
		w.s("")
	}
	w.us(l.End - l.Start).us(a.running).us(a.ready).us(a.asleep)
	for _, d := range a.queues {
		w.us(d)
	}
	if l.Ended {
		w.n(int64(t.Final))
	} else {
		w.s("")
	}
	return append(w.b, '\r', '\n')
}

func clid(id uint32) string {
	if id == trace.NoID {
		return ""
	}
	return strconv.FormatUint(uint64(id), 10)
}

// xprt is the number that the story gives the task's transport; a "~" says that it is inferred.
func xprt(t *story.Task) string {
	switch t.Xprt.How {
	case story.Unknown:
		return ""
	case story.Inferred:
		return "~" + strconv.Itoa(int(t.Xprt.Value))
	}
	return strconv.Itoa(int(t.Xprt.Value))
}

func xid(x uint32) string {
	if x == 0 {
		return ""
	}
	const digits = "0123456789abcdef"
	b := []byte("0x00000000")
	for i := range 8 {
		b[9-i] = digits[x>>(4*i)&15]
	}
	return string(b)
}

// row is a line that is being written.
type row struct {
	b     []byte
	begun bool
}

func (w *row) comma() {
	if w.begun {
		w.b = append(w.b, ',')
	}
	w.begun = true
}

func (w *row) n(v int64) *row {
	w.comma()
	w.b = strconv.AppendInt(w.b, v, 10)
	return w
}

// s writes a field, in quotes if it holds what RFC 4180 asks them for. A spreadsheet takes a field that begins with "="
// or "@" for a formula; such names get a blank in front.
func (w *row) s(text string) *row {
	w.comma()
	if text != "" && strings.IndexByte("=@+-", text[0]) >= 0 {
		text = " " + text
	}
	if !strings.ContainsAny(text, ",\"\r\n") {
		w.b = append(w.b, text...)
		return w
	}
	w.b = append(w.b, '"')
	w.b = append(w.b, strings.ReplaceAll(text, `"`, `""`)...)
	w.b = append(w.b, '"')
	return w
}

func (w *row) seconds(t time.Duration) *row {
	w.comma()
	w.b = fixed(w.b, int64(t), int64(time.Second), 9)
	return w
}

func (w *row) us(d time.Duration) *row {
	w.comma()
	w.b = fixed(w.b, int64(d), int64(time.Microsecond), 3)
	return w
}

// fixed appends v in units, which are 10 to the power digits, with all its decimals but for zeros at the end.
func fixed(dst []byte, v, unit int64, digits int) []byte {
	if v < 0 {
		dst, v = append(dst, '-'), -v
	}
	dst = strconv.AppendInt(dst, v/unit, 10)
	rest := v % unit
	if rest == 0 {
		return dst
	}
	dst = append(dst, '.')
	for n := digits; n > 0 && rest > 0; n-- {
		unit /= 10
		dst = append(dst, byte('0'+rest/unit))
		rest %= unit
	}
	return dst
}

package procfs

import (
	"errors"
	"strconv"
	"strings"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// Difference is a task that a snapshot and the events show differently.
type Difference struct {
	Kernel, Events *Task // nil: this side does not show it
	What           string
}

// Comparison is how a snapshot and the events of its recording agree.
type Comparison struct {
	From, Mark int          // the window: ordinals of the first and of the last instant
	Instant    int          // one at which they agree, or else differ least: of several the first that the timers do not speak against
	Agreeing   int          // how many instants of the window agree
	Differ     []Difference // at Instant; empty if they agree
	Timers     Timers
	// Xprts are the transports whose info no instant shows, from the first that agrees (or From) to the mark: debugfs was read
	// file by file. Unseen are those whose peer no event names.
	Xprts  []XprtDifference
	Unseen []Xprt
}

// XprtDifference is a transport that a snapshot and the events show differently.
type XprtDifference struct {
	Kernel Xprt
	What   string
}

// Timers say when a snapshot was taken: by the jiffies that it shows to be left of Count sleeps whose end the events
// tell, it was from Earliest to Latest.
type Timers struct {
	Count            int
	Earliest, Latest time.Duration
}

// Agrees says whether there is an instant at which the events tell what the snapshot shows of tasks, and others at which they
// tell what it shows of transports.
func (c *Comparison) Agrees() bool { return c.Agreeing > 0 && len(c.Xprts) == 0 }

// Compare looks for an instant between the time at which the snapshot was begun and the mark in the recording that says
// that it was complete, at which every task's line is the same: TK_PID, client, flags, status, XID, program, version,
// procedure, action and queue. Then each transport must be as its info says, there or until the mark. What no event tells, the ops and the jiffies left, is not compared.
func Compare(s *story.Story, snap *Snapshot) (*Comparison, error) {
	mark, err := Mark(s.Log(), snap.Name)
	if err != nil {
		return nil, err
	}
	c := &Comparison{From: max(s.OrdinalAt(snap.Taken), 0), Mark: mark}
	if s.Log().TimeAt(mark) < snap.Taken {
		return nil, errors.New(snap.Name + ": it was begun at " + Clock(snap.Taken) + ", after its mark in the recording at " +
			Clock(s.Log().TimeAt(mark)))
	}
	least, far := -1, time.Duration(0)
	for at := c.From; at <= mark; at++ {
		tasks := Tasks(s.Log(), s.At(at), max(s.Log().TimeAt(at), snap.Taken))
		differ := differences(snap.Tasks, tasks)
		if len(differ) == 0 {
			c.Agreeing++
		}
		if least >= 0 && len(differ) > least {
			continue
		}
		t := timersOf(snap.Tasks, tasks)
		off := t.outside(max(s.Log().TimeAt(at), snap.Taken), s.Log().TimeAt(min(at+1, mark)))
		if least < 0 || len(differ) < least || off < far {
			least, far = len(differ), off
			c.Instant, c.Differ, c.Timers = at, differ, t
		}
	}
	c.transports(s, snap)
	return c, nil
}

// transports looks for an instant at which each transport of the snapshot is in the state that it shows.
func (c *Comparison) transports(s *story.Story, snap *Snapshot) {
	from := c.From
	if c.Agreeing > 0 {
		from = c.Instant
	}
	seen := make([]string, len(snap.Xprts)) // what the events showed of each; "" nothing
	for at := from; at <= c.Mark; at++ {
		for _, e := range Xprts(s, s.At(at)) {
			for i := range snap.Xprts {
				k := &snap.Xprts[i]
				if seen[i] == k.shown() || k.Addr != e.Addr || k.Port != e.Port {
					continue
				}
				v := e
				if v.NetID == unknown {
					v.NetID = k.NetID
				}
				if !v.Known {
					v.State = k.State
				}
				seen[i] = v.shown()
			}
		}
	}
	for i, k := range snap.Xprts {
		switch seen[i] {
		case k.shown():
		case "":
			c.Unseen = append(c.Unseen, k)
		default:
			c.Xprts = append(c.Xprts, XprtDifference{k, k.shown() + ", by the events " + seen[i]})
		}
	}
}

// timersOf finds out when the snapshot was taken by what is left of the sleeps' timers.
func timersOf(kernel, events []Task) (t Timers) {
	for i := range kernel {
		j := find(events, &kernel[i])
		if j < 0 || events[j].Ends == 0 || kernel[i].Timeout == 0 {
			continue
		}
		at := events[j].Ends - time.Duration(kernel[i].Timeout)*jiffy
		if t.Count == 0 {
			t.Earliest, t.Latest = at, at
		}
		t.Count++
		t.Earliest, t.Latest = min(t.Earliest, at), max(t.Latest, at)
	}
	return t
}

// outside is by how much the timers say that the snapshot was taken before or after the time between two events.
func (t *Timers) outside(from, to time.Duration) time.Duration {
	if t.Count == 0 {
		return 0
	}
	return max(0, from-t.Latest, t.Earliest-to)
}

// differences sets the tasks of both sides beside each other.
func differences(kernel, events []Task) []Difference {
	var list []Difference
	for i := range kernel {
		k := &kernel[i]
		j := find(events, k)
		if find(kernel[:i], k) >= 0 {
			list = append(list, Difference{Kernel: k, What: "a second time in the snapshot"})
		} else if j < 0 {
			list = append(list, Difference{Kernel: k, What: "only in the snapshot"})
		} else if what := k.differs(&events[j]); what != "" {
			list = append(list, Difference{Kernel: k, Events: &events[j], What: what})
		}
	}
	for i := range events {
		if find(kernel, &events[i]) < 0 {
			list = append(list, Difference{Events: &events[i], What: "only in the events"})
		}
	}
	return list
}

func find(list []Task, t *Task) int {
	for i := range list {
		if list[i].PID == t.PID && list[i].Clid == t.Clid {
			return i
		}
	}
	return -1
}

// differs says which of the columns that events tell differ: "queue xprt_pending, by the events delayq".
func (t *Task) differs(e *Task) string {
	var what []string
	column := func(name, kernel, events string) {
		if kernel != events {
			what = append(what, name+" "+kernel+", by the events "+events)
		}
	}
	column("flags", hex(uint32(t.Flags)), hex(uint32(e.Flags)))
	column("status", strconv.Itoa(int(t.Status)), strconv.Itoa(int(e.Status)))
	column("XID", "0x"+hex(t.XID), "0x"+hex(e.XID))
	column("program", t.Program, e.Program)
	column("procedure", t.Proc, e.Proc)
	column("action", t.Action, e.Action)
	column("queue", t.Queue, e.Queue)
	return strings.Join(what, "; ")
}

// Mark is the ordinal of the line "SNAP FILE" of a recording, by which it says that the snapshot with that file name is
// complete. name may have folders before it, and may lack the "snap-" and the ".txt" of its file.
func Mark(log *trace.Log, name string) (int, error) {
	want := base(name)
	var there []string
	var e trace.Event
	for i := range log.Len() {
		if log.KindAt(i) != trace.Note {
			continue
		}
		log.At(i, &e)
		_, file, is := strings.Cut(e.Text(log, "text"), "SNAP ")
		if !is {
			continue
		}
		file = base(file)
		if file == want || file == "snap-"+want || file == want+".txt" || file == "snap-"+want+".txt" {
			return i, nil
		}
		there = append(there, file)
	}
	if there == nil {
		return 0, errors.New("no mark SNAP:" + want + ": there is no SNAP mark in this recording")
	}
	return 0, errors.New("no mark SNAP:" + want + " in this recording; it has " + strings.Join(there, ", "))
}

// base is a path's last part.
func base(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// Clock prints a time as trace files do: "581.690000".
func Clock(t time.Duration) string {
	us := t.Microseconds()
	return strconv.FormatInt(us/1e6, 10) + "." + padded(strconv.FormatInt(us%1e6, 10), 6)
}

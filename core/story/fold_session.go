package story

import (
	"encoding/binary"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// No tracepoint that recordings have tells of sessions. What the calls of NFSv4 do to them follows from their names and
// from how the kernel gives slots away: the lowest free one, or to the first who waits. A simulation shows the bytes of
// each SEQUENCE besides.

// maxSessions is how many sessions a State keeps.
const maxSessions = 12

// sessionOf is the session that a task's calls belong to, by its transport's peer; nil without.
func (f *fold) sessionOf(t *Task, create bool) *Session {
	x := f.xprt(t.Xprt.Value)
	if x == nil || x.Callbacks || x.local() {
		return nil
	}
	host, _ := splitAddr(x.Local.Value)
	for i := range f.st.Sessions {
		s := &f.st.Sessions[i]
		if s.Addr == x.Addr && s.Port == x.Port && (s.Host == "" || host == "" || s.Host == host) {
			if s.Host == "" {
				s.Host = host
			}
			return s
		}
	}
	if !create || len(f.st.Sessions) >= maxSessions {
		return nil
	}
	f.st.Sessions = append(f.st.Sessions, Session{ID: SessionID(len(f.st.Sessions) + 1), Addr: x.Addr, Port: x.Port, Host: host})
	return &f.st.Sessions[len(f.st.Sessions)-1]
}

// sequenced folds the rpc_request of a call of NFSv4: unless it sets the session up, it has a slot.
func (f *fold) sequenced(t *Task) {
	if t.Vers != 4 || !isNFS(f.src.log.Text(t.Prog)) {
		return
	}
	proc := f.src.log.Text(t.Proc)
	switch proc {
	case "NULL", "DESTROY_CLIENTID", "BIND_CONN_TO_SESSION":
		return
	case "EXCHANGE_ID", "SETCLIENTID":
		if s := f.sessionOf(t, true); s != nil {
			s.V40 = proc == "SETCLIENTID"
		}
		return
	case "CREATE_SESSION", "DESTROY_SESSION":
		if s := f.sessionOf(t, proc == "CREATE_SESSION"); s != nil {
			s.creating = t.ID
		}
		return
	}
	s := f.sessionOf(t, false)
	if s == nil || s.Gone || !s.Made && !s.V40 || s.slotOf(t.ID) >= 0 {
		return
	}
	f.occupy(s, s.lowest(), t.ID)
}

func (s *Session) slotOf(id TaskID) int {
	for i := range s.Slots {
		if s.Slots[i].Task == id {
			return i
		}
	}
	return -1
}

// lowest is the lowest slot that is free.
func (s *Session) lowest() int {
	if i := s.slotOf(0); i >= 0 {
		return i
	}
	s.Slots = append(s.Slots, SessionSlot{Seq: inferred(uint32(1), RuleSessionSeq)})
	return len(s.Slots) - 1
}

func (f *fold) occupy(s *Session, slot int, id TaskID) {
	for len(s.Slots) <= slot {
		s.Slots = append(s.Slots, SessionSlot{Seq: inferred(uint32(1), RuleSessionSeq)})
	}
	sl := &s.Slots[slot]
	sl.Task, sl.Since = id, f.e.Time
	sl.Uses++
	n, _ := s.Used()
	s.most = max(s.most, n)
	if s.Max.How == Inferred && n > s.Max.Value {
		s.Max = Fact[int]{} // who slept then slept because the table was being drained
	}
}

// sequenceDone folds rpc_task_call_done: the caller has looked at the result, and its slot is free for the next. What
// the call did to its session is known by now.
func (f *fold) sequenceDone(t *Task) {
	s := f.sessionOf(t, false)
	if s == nil || t.Vers != 4 {
		return
	}
	if s.creating == t.ID {
		s.creating = 0
		f.sessionMade(s, t)
	}
	proc := f.src.log.Text(t.Proc)
	if t.Status >= 0 {
		f.stateChange(s, proc)
	}
	slot := s.slotOf(t.ID)
	if slot < 0 {
		return
	}
	s.Slots[slot].Task = 0
	if t.Ntrans > 0 || t.Flags&trace.Sent != 0 { // the server may have seen the number, answered or not
		q := &s.Slots[slot].Seq
		switch {
		case !t.Received.Value: // interrupted: a misordered number may follow, which takes the client back
			*q = Fact[uint32]{}
		case q.How != Unknown:
			*q = inferred(q.Value+1, RuleSessionSeq)
		}
		if t.Received.Value {
			s.Renewed = f.e.Time
		}
	}
	r := f.runner()
	r.leftSession, r.leftSlot = s.ID, slot
}

// stateChange folds a call of NFSv4 that went well.
func (f *fold) stateChange(s *Session, proc string) {
	switch proc {
	case "SETCLIENTID_CONFIRM":
		s.Made, s.Gone, s.Since = true, false, f.e.Time
	case "RENEW":
		s.Renewed = f.e.Time
	case "LOCK":
		s.Locks = inferred(s.Locks.Value+1, RuleLocksHeld)
	case "LOCKU":
		s.Locks = inferred(max(0, s.Locks.Value-1), RuleLocksHeld)
	case "DELEGRETURN":
		s.Returned++
	}
}

// sessionMade folds that CREATE_SESSION or DESTROY_SESSION is over.
func (f *fold) sessionMade(s *Session, t *Task) {
	switch proc := f.src.log.Text(t.Proc); {
	case t.Status < 0:
	case proc == "DESTROY_SESSION":
		s.Gone, s.Made = true, false
		s.Slots = s.Slots[:0]
	default:
		if s.Max.How == Inferred {
			s.Max = Fact[int]{}
		}
		s.Made, s.Gone, s.V40, s.Since, s.Renewed, s.most = true, false, false, f.e.Time, f.e.Time, 0
		s.Slots = s.Slots[:0]
		if s.Locks.How == Unknown {
			s.Locks = inferred(0, RuleLocksHeld)
		}
	}
}

// sessionSleep folds a sleep for a slot: as many as are in use now are all that there are, unless the table is being
// drained for the state manager.
func (f *fold) sessionSleep(t *Task) {
	s := f.sessionOf(t, false)
	if s == nil || s.Max.How == Observed || f.managed() {
		return
	}
	if n, _ := s.Used(); n > 0 && n >= s.most && (s.Max.How == Unknown || n > s.Max.Value) {
		s.Max = inferred(n, RuleSessionFull)
	}
}

// managed says whether a state manager's thread has a call under way: it drains the tables of slots before it does.
func (f *fold) managed() bool {
	for i := range f.st.Tasks {
		if t := &f.st.Tasks[i]; !t.Finished && strings.Contains(f.src.log.Text(t.Owner), "-manag") {
			return true
		}
	}
	return false
}

// sessionWake gives the task that is woken the slot that the thread has just left, or else the lowest free one.
func (f *fold) sessionWake(t *Task) {
	s := f.sessionOf(t, false)
	if s == nil || t.Status != 0 || t.step.killed || s.slotOf(t.ID) >= 0 || s.Gone || !s.Made && !s.V40 {
		return
	}
	slot := -1
	if r := f.runner(); r.leftSession == s.ID && r.leftSlot < len(s.Slots) && s.Slots[r.leftSlot].Task == 0 {
		slot = r.leftSlot
		r.leftSession = 0
	}
	if slot < 0 {
		slot = s.lowest()
	}
	f.occupy(s, slot, t.ID)
}

// sessionForget takes the slot from a task that is over without rpc_call_done.
func (f *fold) sessionForget(id TaskID) {
	for i := range f.st.Sessions {
		s := &f.st.Sessions[i]
		if slot := s.slotOf(id); slot >= 0 {
			s.Slots[slot].Task = 0
		}
	}
}

// SEQUENCE is the first operation of a COMPOUND of NFSv4.1 (RFC 8881 §18.46); CREATE_SESSION stands alone (§18.36).
const (
	opCreateSession = 43
	opSequence      = 53
	nfsProgram      = 100003
)

// bytes4 reads words from the bytes of a message; past its end it gives nothing more.
type bytes4 struct {
	b   string
	bad bool
}

func (r *bytes4) word() uint32 {
	if len(r.b) < 4 {
		r.bad = true
		return 0
	}
	v := binary.BigEndian.Uint32([]byte(r.b[:4]))
	r.b = r.b[4:]
	return v
}

func (r *bytes4) skip(n int) {
	n = (n + 3) &^ 3
	if n < 0 || n > len(r.b) {
		r.bad = true
		r.b = ""
		return
	}
	r.b = r.b[n:]
}

func (r *bytes4) opaque() { r.skip(int(min(r.word(), 1<<20))) }

// callBytes takes slot and sequence number from the bytes of a call, which begin with the record's marker.
func (f *fold) callBytes(b string) {
	r := bytes4{b: b}
	r.word()
	xid := r.word()
	if r.word() != 0 || r.word() != 2 || r.word() != nfsProgram || r.word() != 4 || r.word() != 1 {
		return
	}
	for range 2 { // credential and verifier
		r.word()
		r.opaque()
	}
	r.opaque() // tag
	minor, _ := r.word(), r.word()
	if op := r.word(); r.bad || minor == 0 || op != opSequence {
		return
	}
	name := r.word()
	r.skip(12)
	seq, slot := r.word(), int(r.word())
	t := f.byXID(xid)
	if t == nil || r.bad || slot >= 1<<12 {
		return
	}
	s := f.sessionOf(t, true)
	if s == nil {
		return
	}
	s.Made, s.Name = true, observed(name)
	if at := s.slotOf(t.ID); at != slot {
		if at >= 0 {
			s.Slots[at].Task = 0
		}
		f.occupy(s, slot, t.ID)
	}
	s.Slots[slot].Seq = observed(seq)
}

// replyBytes takes what SEQUENCE or CREATE_SESSION was answered from the bytes of a reply.
func (f *fold) replyBytes(b string) {
	r := bytes4{b: b}
	r.word()
	t := f.byXID(r.word())
	if t == nil || r.word() != 1 || r.word() != 0 {
		return
	}
	r.word()
	r.opaque()
	if t.Vers != 4 || r.word() != 0 || r.bad {
		return
	}
	r.word()
	r.opaque() // tag
	r.word()
	op, status := r.word(), r.word()
	s := f.sessionOf(t, false)
	if r.bad || status != 0 || s == nil {
		return
	}
	switch op {
	case opSequence:
		r.skip(16)
		r.word()
		r.word()
		highest, target, flags := r.word(), r.word(), r.word()
		if !r.bad && highest < 1<<12 {
			s.Target, s.Flags = observed(int(target)+1), observed(flags)
		}
	case opCreateSession:
		name := r.word()
		r.skip(12 + 8)
		fore := channelSlots(&r)
		back := channelSlots(&r)
		if !r.bad {
			s.Name, s.Max, s.BackMax = observed(name), observed(fore), observed(back)
		}
	}
}

// channelSlots reads channel_attrs4 and returns its ca_maxrequests.
func channelSlots(r *bytes4) int {
	r.skip(4 * 5)
	n := int(r.word())
	for range min(r.word(), 8) {
		r.word()
	}
	return n
}

// sleepsForSlot says whether a queue is that of a session's slots.
func sleepsForSlot(q fsm.Queue) bool { return q == fsm.ForeChannel || q == fsm.NFS40Slots }

package scene

import (
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/story"
)

// The sessions of NFSv4.1: the slots of the fore channel with their sequence numbers, who waits for one, and how the
// client's state stands (state manager, lease, locks, the way back). For NFSv4.0 it is what stands in for them.

const (
	sessionsHigh  = 96 // what the panel would like
	sessionsLeast = 44
	sessionCell   = 24
)

// drawSessions draws the session of the transport that is shown, or else the first that there is.
func (b *builder) drawSessions(r box, x *story.Xprt) {
	if r.empty() {
		return
	}
	if b.back {
		return
	}
	if x != nil && x.Datagrams || !b.story.HasSessions() && b.story.HasPlots() {
		b.drawWindow(r, x)
		return
	}
	b.heading(r.x, r.y+14, b.tr.sessions)
	s := b.pickSession(x)
	at := r.x + titleWidth(b.tr.sessions) + 12
	if s == nil {
		b.text(at, r.y+14, faint, b.tr.noSession)
		return
	}
	ref := Ref{Kind: RefSession, Num: int64(s.ID)}
	b.hit(r, ref)
	b.ring(r, 5, ref)
	b.sessionSummary(s).fit(plain, r.right()-at).put(at, r.y+14, plain)
	b.say().s(b.tr.sessions).s(": ").s(s.Addr).phrase(2, ref)
	b.sessionSummary(s).phrase(0, ref)
	r.cutTop(20)
	facts := box{}
	if r.h >= sessionCell+18 {
		facts = r.cutBottom(min(2, float32(int((r.h-sessionCell)/17))) * 17)
	}
	b.sessionSlots(r, s)
	b.sessionFacts(facts, s, ref)
}

func (b *builder) pickSession(x *story.Xprt) *story.Session {
	if b.v.Selected.Kind == RefSession {
		if s := b.st.Session(story.SessionID(b.v.Selected.Num)); s != nil {
			return s
		}
	}
	var first *story.Session
	for i := range b.st.Sessions {
		s := &b.st.Sessions[i]
		if h := b.hostByID(b.v.Room); h != nil && s.Host != "" && s.Host != h.Addr.Value {
			continue
		}
		if x != nil && !x.Callbacks && s.Addr == x.Addr && s.Port == x.Port && (s.Host == "" || x.Local.How == story.Unknown || sameHost(x.Local.Value, s.Host)) {
			return s
		}
		if first == nil {
			first = s
		}
	}
	return first
}

// sessionSummary begins a text: "2 in use of ≈3, highest #1, target 3".
func (b *builder) sessionSummary(s *story.Session) *builder {
	n, highest := s.Used()
	b.say()
	switch {
	case s.V40:
		return b.s("NFSv4.0 · ").n(n).s(" ").s(b.tr.inUse)
	case s.Gone:
		return b.s(b.tr.sessionGone)
	case !s.Made:
		return b.s(b.tr.sessionBegins)
	}
	if !b.recording && s.Name.How == story.Observed {
		b.s("0x").x(s.Name.Value).s(" · ")
	}
	b.n(n).s("/")
	b.intFact(s.Max).s(" ").s(b.tr.inUse).s(" · highest ")
	if highest < 0 {
		b.s("–")
	} else {
		b.s("#").n(highest)
	}
	b.s(" · target ")
	return b.intFact(s.Target)
}

// intFact adds a number, marked if it is inferred, "?" if nobody knows it.
func (b *builder) intFact(f story.Fact[int]) *builder {
	switch f.How {
	case story.Unknown:
		return b.s("?")
	case story.Inferred:
		b.s("≈")
	}
	return b.n(f.Value)
}

// sessionSlots draws a cell for each slot that is known to exist: its number, whose call has it, the sequence number.
func (b *builder) sessionSlots(r box, s *story.Session) {
	n := len(s.Slots)
	if s.Max.How != story.Unknown && s.Max.Value <= 64 {
		n = max(n, s.Max.Value)
	}
	if n == 0 || !s.Made {
		return
	}
	const wide, small = 118, 34
	w := float32(wide)
	for w > small && float32(n)*(w+4)-4 > r.w {
		w -= 10
	}
	if w < 64 {
		w = small
	}
	cols, rows, h := int((r.w+4)/(w+4)), 1, min(22, r.h)
	if cols < n && r.h >= 2*pillHeight+4 {
		rows, h = 2, (r.h-2)/2
	}
	room := cols * rows
	if room < n {
		cols = int((r.w - 30 + 4) / (w + 4))
		room = cols * rows
	}
	for i := range min(n, room) {
		slot := story.SessionSlot{}
		if i < len(s.Slots) {
			slot = s.Slots[i]
		}
		b.sessionSlot(box{r.x + float32(i%cols)*(w+4), r.y + float32(i/cols)*(h+2), w, h}, i, &slot, w >= 64)
	}
	if room < n {
		b.say().s("+").n(n-room).put(r.x+float32(cols)*(w+4)+2, middle(r.y+h/2, 11), mono)
	}
}

func (b *builder) sessionSlot(r box, i int, s *story.SessionSlot, full bool) {
	t := b.st.Task(s.Task)
	if t == nil {
		b.frame(r, 5, NoColor, InsetEdge, 1).Dash = 3
	} else {
		it := b.frame(r, 5, Inset, Call, 1.25)
		if b.recording {
			it.Dash = 4
		}
	}
	at := r.x + 5
	if full || t == nil {
		at += b.say().s("#").n(i).put(at, middle(r.midY(), small), numberText) + 5
	}
	if t != nil {
		w := b.pillWidth(t)
		if !full {
			at = r.midX() - w/2
		}
		at += b.pill(t, at, r.midY(), inSession) + 5
	}
	if !full || s.Uses == 0 && t == nil {
		return
	}
	b.say()
	if r.w > 108 {
		b.s("seq ")
	}
	switch s.Seq.How {
	case story.Unknown:
		b.s("?")
	case story.Inferred:
		b.s("≈").n(int(s.Seq.Value))
	default:
		b.n(int(s.Seq.Value))
	}
	if w := advanceBytes(monoDim, b.said()); at+w <= r.right()-3 {
		b.put(r.right()-5, middle(r.midY(), small), monoDim.to(Right))
	} else {
		b.l.scratch.buf = b.l.scratch.buf[:b.start]
	}
}

// sessionFacts are the lines below: what the client's state is, and how the way back stands.
func (b *builder) sessionFacts(r box, s *story.Session, ref Ref) {
	row := 0
	line := func() {
		if r.h >= float32(row+1)*17 {
			b.fit(plain, r.w).put(r.x, r.y+float32(row)*17+12, plain)
		}
		row++
	}
	b.sayManager()
	if s.Renewed > 0 {
		b.s(" · ").s(b.tr.leaseRenewed).s(" ").d(b.now - s.Renewed)
	}
	b.s(" · ").s(b.tr.locksHeld).s(" ")
	if b.intFact(s.Locks); s.Returned > 0 {
		b.s(" · ").s(b.tr.delegReturned).s(" ").n(s.Returned)
	}
	line()
	b.say().s(b.tr.wayBack).s(" ")
	b.sayBack(s)
	if s.BackMax.How != story.Unknown {
		b.s(" · ").s(b.tr.backSlots).s(" ").intFact(s.BackMax)
	}
	b.sayFlags(s)
	line()
	b.saidSession(s, ref)
}

// sayManager begins a text with what the state manager does: it is a thread of its own, and its tasks tell.
func (b *builder) sayManager() {
	b.say().s(b.tr.stateManager).s(" ")
	for i := range b.st.Tasks {
		t := &b.st.Tasks[i]
		if t.Finished || !strings.Contains(b.log.Text(t.Owner), "-manag") {
			continue
		}
		b.s(b.log.Text(t.Proc))
		return
	}
	b.s("–")
}

// sayBack adds what nfsd thinks of the way back to the session's client.
func (b *builder) sayBack(s *story.Session) {
	for i := range b.st.BackChannels {
		c := &b.st.BackChannels[i]
		if host := strings.LastIndexByte(c.Addr, ':'); s.Host != "" && (host < 0 && c.Addr != s.Host || host >= 0 && c.Addr[:host] != s.Host) {
			continue
		}
		b.fact(c.State)
		if c.State.How == story.Unknown {
			b.s("?")
		}
		return
	}
	b.s("?")
}

// sequenceFlags are sr_status_flags, without SEQ4_STATUS_.
var sequenceFlags = [...]string{
	"CB_PATH_DOWN", "CB_GSS_CONTEXTS_EXPIRING", "CB_GSS_CONTEXTS_EXPIRED", "EXPIRED_ALL_STATE_REVOKED", "EXPIRED_SOME_STATE_REVOKED",
	"ADMIN_STATE_REVOKED", "RECALLABLE_STATE_REVOKED", "LEASE_MOVED", "RESTART_RECLAIM_NEEDED", "CB_PATH_DOWN_SESSION", "BACKCHANNEL_FAULT",
	"DEVID_CHANGED", "DEVID_DELETED",
}

func (b *builder) sayFlags(s *story.Session) {
	if s.Flags.How == story.Unknown {
		return
	}
	for i, name := range sequenceFlags {
		if s.Flags.Value>>i&1 != 0 {
			b.s(" · ").s(name)
		}
	}
}

// saidSession puts the slots into words.
func (b *builder) saidSession(s *story.Session, ref Ref) {
	for i := range s.Slots {
		if t := b.st.Task(s.Slots[i].Task); t != nil {
			b.say().s("#").n(i).s(" ").name(t).s(", seq ")
			if q := s.Slots[i].Seq; q.How == story.Unknown {
				b.s("?")
			} else {
				b.n(int(q.Value))
			}
			b.phrase(0, ref)
		}
	}
	if n := len(b.sleepers(fsm.ForeChannel)); n > 0 {
		b.say().n(n).s(" ").s(b.tr.asleepOn).s(" ").s(string(fsm.ForeChannel)).phrase(0, ref)
	}
}

package nfs4

import (
	"slices"
	"strconv"

	"sunscope/core/xdr"
)

// Rule is a promise of the server that holds whatever its clients do.
type Rule string

// The rules of the server.
const (
	OneHolder    Rule = "delegations: no file has two for a client, nor one beside another client's open that it excludes"
	ExecutedOnce Rule = "replies: what a slot has executed is answered from its cache when it comes again"
	SlotsInOrder Rule = "slots: the number of a slot goes up by one with each COMPOUND that is executed on it"
)

// Served is a COMPOUND that has been answered, as Watch hears of it.
type Served struct {
	Conn    Conn
	Minor   uint32
	Session SessionID // NFSv4.1, and so are the next three
	Slot    uint32
	Seq     uint32
	// Repeated: the answer came from the slot's cache, nothing was executed.
	Repeated bool
	Args     *CompoundArgs
	Res      *CompoundRes
}

// watch tells who listens what was answered.
func (s *Server) watch(conn Conn, a *CompoundArgs, r *CompoundRes, repeated bool) {
	if s.Watch == nil {
		return
	}
	v := Served{Conn: conn, Minor: a.Minor, Repeated: repeated, Args: a, Res: r}
	if len(a.Ops) > 0 {
		if q, ok := a.Ops[0].Body.(*SequenceArgs); ok {
			v.Session, v.Slot, v.Seq = q.Session, q.Slot, q.Sequence
		}
	}
	s.Watch(&v)
}

// Audit looks at a server's state from outside. It changes nothing.
type Audit struct {
	s      *Server
	broken func(Rule, string)
	slots  map[executed]uint32 // the number of the last COMPOUND executed on each slot
}

type executed struct {
	session SessionID
	slot    uint32
}

// Audit makes an auditor that reports to broken. It listens to the server.
func (s *Server) Audit(broken func(Rule, string)) *Audit {
	a := &Audit{s: s, broken: broken, slots: map[executed]uint32{}}
	was := s.Watch
	s.Watch = func(v *Served) {
		if was != nil {
			was(v)
		}
		a.served(v)
	}
	return a
}

// served looks at the numbers of slots.
func (a *Audit) served(v *Served) {
	if len(v.Res.Ops) == 0 || v.Res.Ops[0].Op != OpSequence || v.Res.Ops[0].Status != OK || v.Repeated {
		return
	}
	at := executed{v.Session, v.Slot}
	last, used := a.slots[at]
	where := "slot " + strconv.Itoa(int(v.Slot)) + " of session " + xdr.Hex(uint64(xdr.Word(v.Session[8:])), 1)
	switch {
	case used && v.Seq == last && len(v.Res.Ops) > 1 && v.Res.Ops[1].Status == ErrRetryUncachedRep:
		return
	case used && v.Seq == last:
		a.broken(ExecutedOnce, where+" executes number "+strconv.Itoa(int(v.Seq))+" a second time")
	case v.Seq != last+1:
		a.broken(SlotsInOrder, where+" executes number "+strconv.Itoa(int(v.Seq))+" after "+strconv.Itoa(int(last)))
	}
	a.slots[at] = v.Seq
}

// Step looks at who holds what.
func (a *Audit) Step() {
	for _, f := range a.s.files {
		for i, t := range f.states {
			if t.kind == delegation && !t.revoked {
				a.holder(f, f.states[i+1:], t)
			}
		}
	}
}

// holder compares a delegation with the other states of its file. One that is being called back may stand beside the open
// that it is called back for: that open has not been granted yet, or is of the holder.
func (a *Audit) holder(f *file, later []*state, t *state) {
	for _, o := range f.states {
		switch {
		case o == t || o.revoked:
		case o.kind == delegation && o.client == t.client && slices.Contains(later, o):
			a.broken(OneHolder, t.client.text()+" has two delegations of a file,"+t.text()+" and"+o.text())
		case o.kind == delegation && o.client != t.client && (o.access|t.access)&ShareWrite != 0:
			a.broken(OneHolder, t.client.text()+" and "+o.client.text()+" have delegations of a file, one of them for writing")
		case o.kind == opened && o.client != t.client && o.access&ShareWrite != 0 && !o.client.courtesy:
			a.broken(OneHolder, t.client.text()+" has a delegation of a file that "+o.client.text()+" has open for writing")
		}
	}
}

// Defect is a mistake that tests build into the server, each at one place.
type Defect uint8

// The defects, with the rule that each breaks.
const (
	DelegatedTwice   Defect = iota + 1 // an open for writing recalls nobody's delegation (OneHolder)
	RepliesForgotten                   // a repetition is executed (ExecutedOnce)
	RecallForgotten                    // a recall is never sent
	Defects
)

// Break builds a defect into the server; 0 is none.
func (s *Server) Break(d Defect) { s.defect = d }

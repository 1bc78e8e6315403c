package client

import (
	"strconv"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
	"sunscope/core/xdr"
)

// Rule is a promise of the client that holds whatever the network and the server do.
type Rule string

// The rules of the client.
const (
	OneHolder  Rule = "slots: each that is in use belongs to one live call"
	NumbersAdd Rule = "sequence: the number of a slot goes up by one with each call on it"
	NobodyLeft Rule = "references: a client without a mount is gone"
	SlotsServe Rule = "slots: nobody waits while one may be used, nor for a turn that is nobody's"
)

// Audit looks at a host's NFSv4 client from outside. It changes nothing.
type Audit struct {
	n      *Net
	broken func(Rule, string)
	uses   map[*nfs4.Slot]use
	// Numbered hears which call goes out with which number; nil: nobody does.
	Numbered func(call *Call, session nfs4.SessionID, slot, seq uint32)
	// Encoded hears what a call of NFSv4.0 is encoded to; nil: nobody does.
	Encoded func(call *Call, args []byte)
}

// use is the last call on a slot.
type use struct {
	call   *Call
	seq    uint32
	unsent bool // the server has not taken the number, which may be used again
}

// Audit makes an auditor that reports to broken, and that listens to the client.
func (n *Net) Audit(broken func(Rule, string)) *Audit {
	n.audit = &Audit{n: n, broken: broken, uses: map[*nfs4.Slot]use{}}
	return n.audit
}

// numbered hears that a call is encoded with the number of its slot. A call that is made again has its number still, or
// the next. A number that the server has not taken is used again, or the one before it: so the client finds out which it has
// taken.
func (a *Audit) numbered(call *Call) {
	if a == nil {
		return
	}
	s := call.slot
	last, used := a.uses[s]
	again := last.call == call && s.Seq-last.seq+1 <= 2
	refused := last.unsent && last.seq-s.Seq <= 1
	if used && !again && !refused && s.Seq != last.seq+1 {
		a.broken(NumbersAdd, "slot "+strconv.Itoa(int(s.ID))+" has the number "+strconv.Itoa(int(s.Seq))+" after "+strconv.Itoa(int(last.seq)))
	}
	a.uses[s] = use{call: call, seq: s.Seq}
	if a.Numbered != nil {
		a.Numbered(call, call.c.Session.ID, s.ID, s.Seq)
	}
}

// encoded hears what goes out without a number.
func (a *Audit) encoded(call *Call, args *nfs4.CompoundArgs) {
	if a == nil || a.Encoded == nil || args.Minor > 0 {
		return
	}
	var e xdr.Encoder
	args.Encode(&e)
	a.Encoded(call, e.B)
}

// unsent hears that the server has not taken a call's number: the call was never sent, or SEQUENCE has been refused.
func (a *Audit) unsent(call *Call) {
	if a == nil {
		return
	}
	if last, ok := a.uses[call.slot]; ok && last.call == call {
		last.unsent = true
		a.uses[call.slot] = last
	}
}

// Step looks at the slots of every server's client, between two steps of any thread; live hears every live task.
func (a *Audit) Step(live func(func(*sunrpc.Task))) {
	held := map[*nfs4.Slot]int{}
	live(func(t *sunrpc.Task) {
		if call, ok := t.Result().(*Call); ok && call.slot != nil {
			held[call.slot]++
		}
	})
	for _, c := range a.n.clients {
		if c.Table == nil {
			continue
		}
		free := false
		c.Table.slots.Each(func(s *nfs4.Slot, inUse bool) {
			if n := held[s]; inUse && n != 1 || !inUse && n != 0 {
				a.broken(OneHolder, "slot "+strconv.Itoa(int(s.ID))+" is held by "+strconv.Itoa(n)+" live calls, in use: "+strconv.FormatBool(inUse))
			}
			free = free || !inUse && s.ID <= c.Table.slots.Max
		})
		for _, m := range c.mounts {
			if o := m.opener; o != nil && o.wait != nil && o.wait.Len() > 0 && o.wait.Len() >= len(o.line) {
				a.broken(SlotsServe, strconv.Itoa(o.wait.Len())+" tasks wait for their turn with an open owner, and it is nobody's")
			}
		}
		if n := c.Table.queue.Len(); n > 0 && free && !c.Table.slots.Draining {
			a.broken(SlotsServe, strconv.Itoa(n)+" tasks wait for a slot, and one is free")
		}
	}
}

// Umount takes down every mount of the host, one after the other, and with the last one of a server what it is known by.
func (a *Audit) Umount(then func() sunrpc.Step) sunrpc.Step {
	for _, c := range a.n.clients {
		if len(c.mounts) > 0 {
			return c.mounts[0].Umount(func() sunrpc.Step { return a.Umount(then) })
		}
	}
	return then()
}

// Gone is for after Umount: no server's client may be left.
func (a *Audit) Gone() {
	for _, c := range a.n.clients {
		a.broken(NobodyLeft, "the client of "+c.Server.Host+" has "+strconv.Itoa(c.refs)+" references, and no mount")
	}
}

// Defect is a mistake that tests build into the client, each at one place.
type Defect uint8

// The defects, with the rule that each breaks.
const (
	NumberKept    Defect = iota + 1 // a call that was answered leaves its number to the next (NumbersAdd)
	SlotLeaked                      // a call that ends keeps its slot (OneHolder)
	SlotNotHanded                   // whoever frees a slot wakes nobody (SlotsServe)
	ClientKept                      // the last mount leaves its client (NobodyLeft)
	CallRepeated                    // a call that was answered is made once more
	DrainKept                       // the end of a recovery lets nobody go on
	Defects
)

// Break builds a defect into the client; 0 is none.
func (n *Net) Break(d Defect) { n.defect = d }

package story

import "sunscope/core/trace"

// noSpace folds rpc_socket_nospace: the socket took only a part of t's message, and the rest is sent when there is room.
func (f *fold) noSpace(t *Task) {
	if x := f.xprt(t.Xprt.Value); x != nil && x.State.How != Unknown {
		x.State = inferred(x.State.Value|trace.XprtWriteSpace, RuleNoSpace)
	}
	total, remaining := int(f.e.F[2]), int(f.e.F[3])
	t.Unsent = Fact[int]{}
	if remaining > 0 && remaining < total {
		t.Unsent = observed(remaining)
		if p := f.guessedCall(t.ID); p != nil {
			p.Len = inferred(p.RecordLen-remaining, RulePartial)
		}
	}
}

// guessedCall is the call of a task that is guessed to be under way.
func (f *fold) guessedCall(id TaskID) *Packet {
	for i := range f.st.Packets {
		if p := &f.st.Packets[i]; p.How == Inferred && p.Task == id && p.Kind == "CALL" {
			return p
		}
	}
	return nil
}

// sentWhole folds that the socket has taken the rest of a message that it took in pieces.
func (f *fold) sentWhole(t *Task) {
	if t.Unsent.How == Unknown {
		return
	}
	t.Unsent = Fact[int]{}
	if p := f.guessedCall(t.ID); p != nil {
		p.Len = inferred(p.RecordLen, RuleMessageLength)
	}
}

package scene

import "sunscope/core/story"

// session says what is known of a session of NFSv4.1.
func (in *inspector) session(id story.SessionID) {
	s := in.st.Session(id)
	in.Title = "nfs4_session"
	if s == nil {
		return
	}
	in.Title += " " + s.Addr + ":" + s.Port
	if s.V40 {
		in.Title = "NFSv4.0 " + s.Addr + ":" + s.Port
	}
	if s.Name.How != story.Unknown {
		in.row("session id", hex(s.Name.Value)+"…")
	}
	n, highest := s.Used()
	in.fact("max_slots", itoa(s.Max.Value), s.Max.How, s.Max.Rule)
	in.row(in.w.inUse, itoa(n))
	if highest >= 0 {
		in.row("highest_used_slotid", itoa(highest))
	}
	in.fact("target_highest_slotid", itoa(s.Target.Value-1), s.Target.How, s.Target.Rule)
	for i := range s.Slots {
		sl := &s.Slots[i]
		if sl.Task == 0 {
			continue
		}
		r := in.taskLink("#"+itoa(i), sl.Task)
		if in.s.Recording() {
			r.How, r.Rule = story.Inferred, story.RuleSessionSlot.Text(in.lang)
		}
		in.fact("seq_nr", itoa(int(sl.Seq.Value)), sl.Seq.How, sl.Seq.Rule)
	}
	in.fact("locks", itoa(s.Locks.Value), s.Locks.How, s.Locks.Rule)
	if s.Renewed > 0 {
		in.row("cl_last_renewal", in.moment(s.Renewed))
	}
	in.fact("back channel slots", itoa(s.BackMax.Value), s.BackMax.How, s.BackMax.Rule)
}

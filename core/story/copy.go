package story

// copyFrom makes f equal to o; afterwards neither sees what the other changes. It reuses f's memory where it can.
// Lists inside elements are copied anew: elements that moved within a list may share the memory of their old lists.
func (f *fold) copyFrom(o *fold) {
	old, st := *f, &o.st
	*f = *o
	f.rec = nil
	f.runners = append(old.runners[:0], o.runners...)
	f.streams = append(old.streams[:0], o.streams...)
	f.items = append(old.items[:0], o.items...)
	f.missing = append(old.missing[:0], o.missing...)
	f.timers = append(old.timers[:0], o.timers...)

	f.st.Hosts = append(old.st.Hosts[:0], st.Hosts...)
	f.st.Clients = append(old.st.Clients[:0], st.Clients...)
	f.st.Tasks = append(old.st.Tasks[:0], st.Tasks...)
	f.st.Packets = append(old.st.Packets[:0], st.Packets...)
	f.st.Threads = append(old.st.Threads[:0], st.Threads...)
	f.st.Faults = append(old.st.Faults[:0], st.Faults...)
	f.st.Reads = append(old.st.Reads[:0], st.Reads...)
	f.st.Callbacks = append(old.st.Callbacks[:0], st.Callbacks...)
	f.st.BackChannels = append(old.st.BackChannels[:0], st.BackChannels...)
	f.st.Served = append(old.st.Served[:0], st.Served...)
	f.st.Xprts = append(old.st.Xprts[:0], st.Xprts...)
	for i := range f.st.Xprts {
		x := &f.st.Xprts[i]
		x.Slots = clone(x.Slots)
		x.XmitQueue, x.RecvQueue = clone(x.XmitQueue), clone(x.RecvQueue)
	}
	f.st.Sessions = append(old.st.Sessions[:0], st.Sessions...)
	for i := range f.st.Sessions {
		f.st.Sessions[i].Slots = clone(f.st.Sessions[i].Slots)
	}
	f.st.WorkQueues = append(old.st.WorkQueues[:0], st.WorkQueues...)
	for i := range f.st.WorkQueues {
		q := &f.st.WorkQueues[i]
		q.Running, q.Waiting = clone(q.Running), clone(q.Waiting)
	}
	f.st.SvcXprts = append(old.st.SvcXprts[:0], st.SvcXprts...)
	for i := range f.st.SvcXprts {
		f.st.SvcXprts[i].Pending = clone(f.st.SvcXprts[i].Pending)
	}
}

func clone[T any](list []T) []T {
	if len(list) == 0 {
		return nil
	}
	return append(make([]T, 0, len(list)), list...)
}

// weight is roughly how many bytes a copy of f takes: what decides how far apart keyframes are.
func (f *fold) weight() int {
	n := 1100 + 360*len(f.st.Tasks) + 250*len(f.st.Packets) + 64*len(f.runners) + 80*len(f.st.Threads) + 100*len(f.st.Hosts)
	for i := range f.st.Xprts {
		n += 260 + 48*len(f.st.Xprts[i].Slots) + 4*len(f.st.Xprts[i].RecvQueue)
	}
	for i := range f.st.Sessions {
		n += 240 + 32*len(f.st.Sessions[i].Slots)
	}
	n += 120*len(f.st.Reads) + 290*len(f.st.Callbacks) + 170*len(f.st.BackChannels) + 56*len(f.st.Served)
	return n + 100*len(f.st.SvcXprts) + 130*len(f.st.Clients) + 90*len(f.streams)
}

package story

import "sunscope/core/trace"

// head is the beginning of a record that has reached its receiver's socket: marker, XID and direction.
type head struct {
	xid, marker, dir uint32
	datagram         bool
}

// headed notes the head of a record that has come in as bytes, so that what the receiver reads next can be shown as it is.
func (f *fold) headed(h head) {
	copy(f.heads[:], f.heads[1:])
	f.heads[len(f.heads)-1] = h
}

func (f *fold) headOf(xid, dir uint32) *head {
	for i := len(f.heads) - 1; i >= 0; i-- {
		if h := &f.heads[i]; h.xid == xid && h.dir == dir && xid != 0 {
			return h
		}
	}
	return nil
}

// reads is the note about what transport id reads.
func (f *fold) reads(id XprtID) *Read {
	if r := f.st.ReadOf(id); r != nil {
		return r
	}
	f.st.Reads = append(f.st.Reads, Read{Xprt: id})
	return &f.st.Reads[len(f.st.Reads)-1]
}

// decided folds that a receiver has read a record's head and sent the record on its way.
func (f *fold) decided(x *Xprt, xid uint32, to ReadTo, t *Task) *Read {
	r := f.reads(x.ID)
	*r = Read{Xprt: x.ID, XID: xid, To: to, Datagram: x.Datagrams, At: f.e.Time, Ord: f.st.Instant, Counts: r.Counts}
	r.Counts[to]++
	if t != nil {
		r.Task = t.ID
	}
	dir := uint32(1)
	if to == ToCallbacks {
		dir = 0
	}
	r.Dir = inferred(dir, RuleDirection)
	if h := f.headOf(xid, dir); h != nil {
		r.Dir = observed(dir)
		if !h.datagram {
			r.Marker = observed(h.marker)
		}
	}
	return r
}

// readOn folds xs_stream_read_request: so much of a record has been read. A reply was looked up before; a record that was
// not is a call.
func (f *fold) readOn(xid uint32, t *Task) {
	addr, port := f.text(0), f.text(1)
	var r *Read
	var x *Xprt
	if t != nil {
		x = f.xprt(t.Xprt.Value)
	}
	if x != nil && x.Addr == addr && x.Port == port && !(x.Callbacks && f.fromServer(addr, port)) {
		r = f.reads(x.ID)
	} else if x = f.xprt(f.callbackXprt(xid).Value); x != nil {
		if r = f.reads(x.ID); r.XID != xid || r.Len == 0 {
			r = f.decided(x, xid, ToCallbacks, t)
		}
	}
	if r == nil || r.XID != xid {
		return
	}
	length, offset := f.e.F[4], f.e.F[5]
	r.Len, r.Ord, r.At = int(f.e.F[3]), f.st.Instant, f.e.Time
	if offset >= length && r.Marker.How == Unknown {
		r.Marker = inferred(0x80000000|uint32(length), RuleRecordMarker)
	}
	if r.To == ToCallbacks {
		f.callbackRead(x, xid, offset >= length)
	}
}

// fromServer says whether a client has its fore channel to that address: what is read from there is read in the client.
func (f *fold) fromServer(addr, port string) bool {
	for i := range f.st.Xprts {
		if x := &f.st.Xprts[i]; !x.Callbacks && x.Addr == addr && x.Port == port {
			return true
		}
	}
	return false
}

func (f *fold) forgetReads(id XprtID) {
	for i := range f.st.Reads {
		if f.st.Reads[i].Xprt == id {
			f.st.Reads = append(f.st.Reads[:i], f.st.Reads[i+1:]...)
			return
		}
	}
}

// answered folds svc_stats_latency: the server has an answer to a call.
func (f *fold) answered() {
	xid, proc := uint32(f.e.F[0]), trace.Str(f.e.F[3])
	if f.thread().Service != "nfsd" {
		return
	}
	s := Served{XID: xid, Proc: proc, Remote: trace.Str(f.e.F[2]), At: f.e.Time, Ord: f.st.Instant, Times: 1}
	s.Took = microseconds(f.e.F[4])
	if t := f.byXID(xid); t != nil {
		s.Task = t.ID
	}
	kept := f.st.Served[:0]
	for _, o := range f.st.Served {
		if o.XID == xid && o.Proc == proc {
			s.Times += o.Times
			continue
		}
		kept = append(kept, o)
	}
	if len(kept) == KeptServed {
		copy(kept, kept[1:])
		kept = kept[:KeptServed-1]
	}
	f.st.Served = append(kept, s)
}

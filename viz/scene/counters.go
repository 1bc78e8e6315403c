package scene

import "sunscope/core/story"

// countersRow is a line of counters: the client's, below its work queues.
const countersRow = 20

// countersHigh is how high the counters are: a phone needs two lines.
func (p *panels) countersHigh() float32 {
	if p.narrow {
		return 2 * countersRow
	}
	return countersRow
}

// drawCounters prints what the client has counted: the first line of /proc/net/rpc/nfs, and its transport's numbers.
// In a recording they are what the events since its beginning add up to.
func (b *builder) drawCounters(r box, x *story.Xprt) {
	if r.empty() {
		return
	}
	y := middle(r.y+countersRow/2, small)
	const name, wide = 17 * 6.6, 9.0
	if b.back {
		b.text(r.x, y, monoDim, "/proc/net/rpc/nfs")
		return
	}
	c := &b.st.Counters
	at := r.x + name + wide
	b.say()
	if b.recording {
		b.s("≈ ")
	}
	at += b.s("rpc ").n(c.RPCCnt).s(" ").n(c.RPCRetrans).s(" ").n(c.RPCAuthRefresh).fit(mono, r.right()-at).put(at, y, mono) + 2*wide
	b.say().s(b.tr.counters).s(": ").s(b.tr.calls).s(" ").n(c.RPCCnt).s(", ").s(b.tr.resent).s(" ").n(c.RPCRetrans)
	b.s(", ").s(b.tr.refreshed).s(" ").n(c.RPCAuthRefresh)
	if b.recording {
		b.s(" (").s(b.tr.sinceStart).s(")")
	}
	b.phrase(0, Ref{})
	if b.v.W < mediumFrom {
		at, y = r.x, y+countersRow
	}
	if x != nil && y < r.bottom() {
		b.say().s("xprt: sends ").n(x.Sends).s(" recvs ").n(x.Recvs).s(" bad_xids ").n(x.BadXIDs)
		if x.Datagrams && x.RTT.How != story.Unknown {
			b.s(" rtt ").d(x.RTT.Value)
		}
		at += b.fit(mono, r.right()-at).put(at, y, mono) + 2*wide
	}
	if b.recording && r.right()-at >= advance(plain, b.tr.sinceStart) {
		b.text(r.right(), y, plain.to(Right), b.tr.sinceStart)
	}
}

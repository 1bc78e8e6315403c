package sunrpc

import "math/bits"

// xids finds requests by XID (recv_queue, which the kernel keeps in a tree). It is a table with open addressing: a
// transport's XIDs follow one another, so that calls which are out together hardly ever meet in it, and finding one takes a
// fraction of what a map takes.
type xids struct {
	slots []*Request // a power of two of them
	n     int
}

const leastXIDs = 16

// home is where an XID is looked for first. Its bytes are in the order of the wire; the last ones differ most.
func (t *xids) home(xid uint32) int { return int(bits.ReverseBytes32(xid)) & (len(t.slots) - 1) }

// at is where an XID is, or where it would have to be put.
func (t *xids) at(xid uint32) int {
	i := t.home(xid)
	for t.slots[i] != nil && t.slots[i].xid != xid {
		i = (i + 1) & (len(t.slots) - 1)
	}
	return i
}

// get is the request with that XID; nil if there is none.
func (t *xids) get(xid uint32) *Request {
	if t.n == 0 {
		return nil
	}
	return t.slots[t.at(xid)]
}

// put adds a request, in place of another one with its XID.
func (t *xids) put(r *Request) {
	if 2*(t.n+1) > len(t.slots) {
		old := t.slots
		t.slots, t.n = make([]*Request, max(leastXIDs, 2*len(old))), 0
		for _, o := range old {
			if o != nil {
				t.put(o)
			}
		}
	}
	i := t.at(r.xid)
	if t.slots[i] == nil {
		t.n++
	}
	t.slots[i] = r
}

// remove takes an XID out. Those that stand behind it and were pushed on move up.
func (t *xids) remove(xid uint32) {
	if t.get(xid) == nil {
		return
	}
	mask := len(t.slots) - 1
	hole := t.at(xid)
	for i := (hole + 1) & mask; t.slots[i] != nil; i = (i + 1) & mask {
		if (i-t.home(t.slots[i].xid))&mask >= (i-hole)&mask {
			t.slots[hole], hole = t.slots[i], i
		}
	}
	t.slots[hole] = nil
	t.n--
}

package pcapng

import (
	"net/netip"

	"sunscope/core/rpcmsg"
	"sunscope/core/time"
)

// cut is where one direction of a stream of records stands, for [File.Pass].
type cut struct {
	left int    // bytes until the next record mark
	held []byte // the beginning of a record mark, whose rest has not come
}

// Pass is Send, Arrive and Capture at once, for who sees one end only. Bytes of a stream that are more than a segment holds
// go in several. How they are cut is made up, so they are cut where no record mark is: Wireshark does not put a record mark
// together again, and would not understand the rest of the stream. The first bytes of a mark wait for the others.
func (f *File) Pass(card int, src, dst netip.AddrPort, kind string, payload []byte, at time.Duration, out bool) {
	w := way{src, dst}
	c := f.cuts[w]
	if c == nil {
		c = &cut{}
		f.cuts[w] = c
	}
	if kind != "DATA" {
		if len(c.held) > 0 {
			f.pass(card, w, "DATA", c.held, at, out)
		}
		delete(f.cuts, w)
		f.pass(card, w, kind, payload, at, out)
		return
	}
	payload = append(c.held, payload...)
	c.held = nil
	for len(payload) > 0 {
		n := c.next(payload)
		if n == 0 {
			c.held = append(c.held, payload...)
			return
		}
		f.pass(card, w, kind, payload[:n], at, out)
		payload = payload[n:]
	}
}

func (f *File) pass(card int, w way, kind string, payload []byte, at time.Duration, out bool) {
	p := f.Send(w.src, w.dst, kind, payload, at, false)
	f.Arrive(p)
	f.Capture(card, p, at, out, nil)
}

// next is how many bytes of b go into a segment; 0: b is the beginning of a record mark.
func (c *cut) next(b []byte) int {
	most := min(len(b), MSS)
	at := c.left
	for at < most {
		if at+rpcmsg.MarkerLen > most {
			most = at
			break
		}
		length, _ := rpcmsg.Marker(b[at:])
		at += rpcmsg.MarkerLen + length
	}
	c.left = at - most
	return most
}

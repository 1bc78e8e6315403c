package rpcbind

import (
	"strconv"
	"strings"

	"sunscope/core/xdr"
)

// form is a layout of arguments or results.
type form uint8

const (
	void    form = iota
	one          // struct mapping, or struct rpcb
	truth        // bool
	uaddr        // a universal address; version 2: a port
	list         // mappings or rpcbs
	seconds      // since 1970
	netbuf       // a sockaddr as its host has it in memory
	entries      // rpcb_entry_list
	stats        // rpcb_stat_byvers
)

// The longest text, and the largest sockaddr, that are read; how many procedures GETSTAT counts.
const (
	maxText   = 1024
	maxNetbuf = 128
	statProcs = 13
	maxLines  = 1 << 16 // of a list that a peer sends
)

func readEntry(d *xdr.Decoder, vers uint32) Entry {
	e := Entry{Prog: d.Uint32("prog"), Vers: d.Uint32("vers")}
	if vers == V2 {
		e.Netid = netidOf(d.Uint32("prot"))
		e.Uaddr = Uaddr("0.0.0.0", uint16(d.Uint32("port")))
		e.Owner = "unknown"
		return e
	}
	e.Netid = d.String("netid", maxText)
	e.Uaddr = d.String("uaddr", maxText)
	e.Owner = d.String("owner", maxText)
	return e
}

func writeEntry(e *xdr.Encoder, vers uint32, o *Entry) {
	e.Uint32(o.Prog)
	e.Uint32(o.Vers)
	if vers == V2 {
		e.Uint32(prot(o.Netid))
		e.Uint32(port(o.Uaddr))
		return
	}
	e.String(o.Netid)
	e.String(o.Uaddr)
	e.String(o.Owner)
}

// Encode appends an entry as the arguments of SET, UNSET, GETPORT, GETADDR, GETVERSADDR and GETADDRLIST have it.
func (o *Entry) Encode(e *xdr.Encoder, vers uint32) { writeEntry(e, vers, o) }

func readNetbuf(d *xdr.Decoder) []byte {
	d.Uint32("maxlen")
	return d.Opaque("buf", maxNetbuf)
}

func writeNetbuf(e *xdr.Encoder, b []byte) {
	e.Uint32(uint32(len(b)))
	e.Opaque(b)
}

// sockaddr is a universal address over IPv4 as a little-endian Linux has it in memory (struct sockaddr_in); nothing for
// another one.
func sockaddr(text string) []byte {
	b := make([]byte, 16)
	b[0] = 2 // AF_INET
	n := 0
	for part := range strings.SplitSeq(text, ".") {
		v, err := strconv.ParseUint(part, 10, 8)
		if err != nil || n == 6 {
			return nil
		}
		if n < 4 {
			b[4+n] = byte(v)
		} else {
			b[n-2] = byte(v)
		}
		n++
	}
	if n != 6 {
		return nil
	}
	return b
}

// uaddrOf is the way back.
func uaddrOf(b []byte) string {
	if len(b) < 8 || b[0] != 2 || b[1] != 0 {
		return ""
	}
	text := ""
	for _, v := range [...]byte{b[4], b[5], b[6], b[7], b[2], b[3]} {
		text += "." + strconv.Itoa(int(v))
	}
	return text[1:]
}

// sections are where RFC 1833 says what the procedures of each version do.
var sections = [...]string{V2: "RFC 1833 §3.2", V3: "RFC 1833 §2.2.1", V4: "RFC 1833 §2.2.2"}

// DissectBody reads arguments or results for the fields that d records; false for a procedure that is not there.
func DissectBody(d *xdr.Decoder, _, vers, num uint32, reply bool) bool {
	p := lookup(vers, num)
	if p == nil {
		return false
	}
	f := p.args
	if reply {
		f = p.res
	}
	name, _ := ProcName(vers, num)
	d.Group(name, sections[min(vers, V4)])
	defer d.End()
	switch f {
	case one:
		readEntry(d, vers)
	case truth:
		d.Bool("done")
	case uaddr:
		if vers == V2 {
			d.Uint32("port")
		} else {
			d.String("uaddr", maxText)
		}
	case list:
		dissectList(d, func() { readEntry(d, vers) })
	case seconds:
		d.Uint32("time")
	case netbuf:
		readNetbuf(d)
	case entries:
		dissectList(d, func() { dissectAddress(d) })
	case stats:
		dissectStats(d)
	}
	return true
}

func dissectList(d *xdr.Decoder, item func()) {
	for n := 0; n < maxLines && d.Bool("more") && d.Err() == nil; n++ {
		d.Group("entry", "")
		item()
		d.End()
	}
}

func dissectAddress(d *xdr.Decoder) {
	d.String("maddr", maxText)
	d.String("nc_netid", maxText)
	d.Uint32("nc_semantics")
	d.String("nc_protofmly", maxText)
	d.String("nc_proto", maxText)
}

// dissectStats reads what GETSTAT counts, for versions 2, 3 and 4.
func dissectStats(d *xdr.Decoder) {
	for vers := V2; vers <= V4; vers++ {
		d.Group("version "+strconv.Itoa(vers), "")
		for i := range statProcs {
			d.Uint32("calls of procedure " + strconv.Itoa(i))
		}
		d.Uint32("setinfo")
		d.Uint32("unsetinfo")
		dissectList(d, func() {
			d.Uint32("prog")
			d.Uint32("vers")
			d.Uint32("success")
			d.Uint32("failure")
			d.String("netid", maxText)
		})
		dissectList(d, func() {
			d.Uint32("prog")
			d.Uint32("vers")
			d.Uint32("proc")
			d.Uint32("success")
			d.Uint32("failure")
			d.Uint32("indirect")
			d.String("netid", maxText)
		})
		d.End()
	}
}

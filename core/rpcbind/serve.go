package rpcbind

import (
	"strings"

	"sunscope/core/rpcmsg"
	"sunscope/core/sunrpc"
	"sunscope/core/xdr"
)

// Services are the program's three versions over a table.
func (t *Table) Services() (all []*sunrpc.Service) {
	for _, vers := range [...]uint32{V2, V3, V4} {
		all = append(all, &sunrpc.Service{
			Name: "rpcbind", Prog: Program, Vers: vers,
			ProcName: func(proc uint32) (string, bool) { return ProcName(vers, proc) },
			Serve: func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
				return t.serve(vers, proc, args, res), 0
			},
		})
	}
	return all
}

func (t *Table) serve(vers, num uint32, args *xdr.Decoder, res *xdr.Encoder) rpcmsg.AcceptStat {
	p := lookup(vers, num)
	if p == nil {
		return rpcmsg.ProcUnavail
	}
	var e Entry
	var text string
	var buf []byte
	switch p.args {
	case one:
		e = readEntry(args, vers)
	case uaddr:
		text = args.String("uaddr", maxText)
	case netbuf:
		buf = readNetbuf(args)
	}
	if args.Err() != nil {
		return rpcmsg.GarbageArgs
	}
	switch num {
	case ProcSet:
		res.Bool(t.Set(e))
	case ProcUnset:
		t.Unset(e.Prog, e.Vers, e.Netid)
		res.Bool(true) // now it is not there, whether or not it was
	case ProcGet, ProcGetversaddr:
		t.answerGet(res, vers, t.get(e, num == ProcGetversaddr))
	case ProcDump:
		t.dump(res, vers)
	case ProcGettime:
		res.Uint32(t.seconds())
	case ProcUaddr2taddr:
		writeNetbuf(res, sockaddr(text))
	case ProcTaddr2uaddr:
		res.String(uaddrOf(buf))
	case ProcGetaddrlist:
		t.addrlist(res, e)
	case ProcGetstat:
		noStats(res)
	}
	return rpcmsg.Success
}

func (t *Table) seconds() uint32 {
	if t.Seconds == nil {
		return 0
	}
	return t.Seconds()
}

func (t *Table) answerGet(res *xdr.Encoder, vers uint32, e *Entry) {
	if vers == V2 {
		n := uint32(0)
		if e != nil {
			n = port(e.Uaddr)
		}
		res.Uint32(n)
		return
	}
	res.String(t.reachable(e))
}

// dump lists the table. Version 2 has words for the transports over IPv4 only.
func (t *Table) dump(res *xdr.Encoder, vers uint32) {
	for i := range t.entries {
		e := &t.entries[i]
		if vers == V2 && prot(e.Netid) == 0 {
			continue
		}
		res.Bool(true)
		writeEntry(res, vers, e)
	}
	res.Bool(false)
}

// addrlist answers GETADDRLIST: all transports of a program over the protocol family that the host is known by.
func (t *Table) addrlist(res *xdr.Encoder, want Entry) {
	for i := range t.entries {
		e := &t.entries[i]
		k := kindOf(e.Netid)
		if e.Prog != want.Prog || e.Vers != want.Vers || k.family != t.family() {
			continue
		}
		res.Bool(true)
		res.String(t.reachable(e))
		res.String(e.Netid)
		res.Uint32(k.semantics)
		res.String(k.family)
		res.String(k.protocol)
	}
	res.Bool(false)
}

func (t *Table) family() string {
	if strings.Contains(t.Host, ":") {
		return "inet6"
	}
	return "inet"
}

// kind is what GETADDRLIST tells of a transport (RFC 1833 section 2.1, struct rpcb_entry).
type kind struct {
	netid            string
	semantics        uint32 // 1 datagrams, 3 a stream with orderly release
	family, protocol string
}

var kinds = [...]kind{
	{"udp", 1, "inet", "udp"}, {"tcp", 3, "inet", "tcp"}, {"udp6", 1, "inet6", "udp"}, {"tcp6", 3, "inet6", "tcp"},
	{"local", 3, "loopback", "-"},
}

func kindOf(netid string) kind {
	for _, k := range kinds {
		if k.netid == netid {
			return k
		}
	}
	return kind{netid: netid, protocol: "-"}
}

// noStats answers GETSTAT: nothing is counted. For each version: calls of thirteen procedures, SETs, UNSETs, and two
// lists.
func noStats(res *xdr.Encoder) {
	for range 3 * (statProcs + 4) {
		res.Uint32(0)
	}
}

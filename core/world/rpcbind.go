package world

import (
	"strconv"
	"strings"

	"sunscope/core/nfs"
	"sunscope/core/rpcmsg"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// registration is a line of rpcbind's table.
type registration struct {
	prog, vers uint32
	netid      string
	port       uint16
}

// rpcbind says on which port a program listens (RFC 1833). Version 2 knows ports, versions 3 and 4 universal addresses.
type rpcbind struct {
	host  string // the address that it gives out
	table []registration
}

// The procedures that the kernel calls.
const (
	rpcbSet   = 1
	rpcbUnset = 2
	rpcbGet   = 3 // GETPORT, GETADDR
)

// startRpcbind starts the server's rpcbind, which speaks versions up to the one that the scenario says.
func (w *World) startRpcbind(net wire.Network) (*daemon, *rpcbind) {
	if !w.sc.NeedsRpcbind() {
		return nil, nil
	}
	addr := w.sc.Server.Addr
	r := &rpcbind{host: addr}
	d := startDaemon(w.server, "rpcbind", program{100000, 2, uint32(w.sc.Server.RpcbindVersion()), r.serve})
	d.delay, d.answers = w.sc.Server.RpcbindDelay, w.answering(111)
	w.serveAt(d, net, 111)
	d.listen(net, wire.Addr{Host: "/var/run/rpcbind.sock"})
	if w.sc.Server.NoNFSD {
		return d, r
	}
	r.add(nfs.Program, nfs.Version3, uint16(w.sc.Mount.Port), "tcp")
	r.add(nfs.ACLProgram, nfs.Version3, uint16(w.sc.Mount.Port), "tcp")
	if w.sc.Mount.UDP {
		r.add(nfs.Program, nfs.Version3, uint16(w.sc.Mount.Port), "udp")
	}
	return d, r
}

// serveAt has a daemon of the server's serve a port of all of its addresses.
func (w *World) serveAt(d *daemon, net wire.Network, port uint16) {
	for _, host := range [...]string{w.sc.Server.Addr, w.sc.Server.Second} {
		if host != "" {
			d.listen(net, wire.Addr{Host: host, Port: port})
			d.bind(net, wire.Addr{Host: host, Port: port})
		}
	}
}

// add enters a program over both versions of IP.
//
//go:noinline
func (r *rpcbind) add(prog, vers uint32, port uint16, netids ...string) {
	for _, id := range netids {
		r.table = append(r.table, registration{prog, vers, id, port}, registration{prog, vers, id + "6", port})
	}
}

func (r *rpcbind) serve(vers, proc uint32, args *xdr.Decoder, res *xdr.Encoder) rpcmsg.AcceptStat {
	if proc < rpcbSet || proc > rpcbGet {
		return rpcmsg.ProcUnavail
	}
	g := registration{prog: args.Uint32("prog"), vers: args.Uint32("vers")}
	if vers == 2 {
		g.netid = map[uint32]string{6: "tcp", 17: "udp"}[args.Uint32("prot")]
		g.port = uint16(args.Uint32("port"))
	} else {
		g.netid = args.String("netid", 1024)
		g.port = portOf(args.String("uaddr", 1024))
		args.String("owner", 1024)
	}
	if args.Err() != nil {
		return rpcmsg.GarbageArgs
	}
	switch proc {
	case rpcbSet:
		res.Uint32(r.set(g))
	case rpcbUnset:
		r.unset(g)
		res.Uint32(1)
	default:
		port := r.port(g)
		if vers == 2 {
			res.Uint32(uint32(port))
			break
		}
		res.String(r.universal(port))
	}
	return rpcmsg.Success
}

// set enters a program, unless it is there with another port: then the answer is 0, for no.
func (r *rpcbind) set(g registration) uint32 {
	if port := r.port(g); port != 0 {
		if port == g.port {
			return 1
		}
		return 0
	}
	r.table = append(r.table, g)
	return 1
}

// unset takes a program off one transport, or off all of them.
func (r *rpcbind) unset(g registration) {
	left := r.table[:0]
	for _, o := range r.table {
		if o.prog != g.prog || o.vers != g.vers || g.netid != "" && o.netid != g.netid {
			left = append(left, o)
		}
	}
	r.table = left
}

// port is 0 for a program that is not registered.
//
//go:noinline
func (r *rpcbind) port(g registration) uint16 {
	for _, o := range r.table {
		if o.prog == g.prog && o.vers == g.vers && o.netid == g.netid {
			return o.port
		}
	}
	return 0
}

// universal is the universal address of a port; nothing for none.
func (r *rpcbind) universal(port uint16) string {
	if port == 0 {
		return ""
	}
	return r.host + "." + strconv.Itoa(int(port>>8)) + "." + strconv.Itoa(int(port&255))
}

// portOf is the port of a universal address: the last two numbers.
func portOf(uaddr string) uint16 {
	parts := strings.Split(uaddr, ".")
	if len(parts) < 3 {
		return 0
	}
	high, _ := strconv.Atoi(parts[len(parts)-2])
	low, _ := strconv.Atoi(parts[len(parts)-1])
	return uint16(high<<8 | low)
}

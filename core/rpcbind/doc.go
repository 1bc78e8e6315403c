// Package rpcbind is the rpcbind protocol (RFC 1833), which says on which port a program listens: the program in its
// versions 2 (the portmapper), 3 and 4 over a [Table], and the calls with their results as people read them.
//
// The procedures that call others on somebody's behalf (CALLIT, BCAST, INDIRECT) are not there: they let anybody send
// what he likes from this host's address, and rpcbind itself is built without them today.
package rpcbind

// Program is rpcbind's number, Port where it listens.
const (
	Program = 100000
	Port    = 111
)

// The versions. Version 2 knows ports, 3 and 4 universal addresses.
const (
	V2 = 2
	V3 = 3
	V4 = 4
)

// The procedures.
const (
	ProcNull        = 0
	ProcSet         = 1
	ProcUnset       = 2
	ProcGet         = 3 // GETPORT, GETADDR
	ProcDump        = 4
	ProcGettime     = 6 // from version 3 on
	ProcUaddr2taddr = 7
	ProcTaddr2uaddr = 8
	ProcGetversaddr = 9 // version 4
	ProcGetaddrlist = 11
	ProcGetstat     = 12
)

// proc is a procedure's name, the version that it appeared in, and how its arguments and results are laid out.
type proc struct {
	num, since uint32
	name       string
	args, res  form
}

var procs = [...]proc{
	{ProcNull, V2, "NULL", void, void},
	{ProcSet, V2, "SET", one, truth},
	{ProcUnset, V2, "UNSET", one, truth},
	{ProcGet, V2, "GETADDR", one, uaddr},
	{ProcDump, V2, "DUMP", void, list},
	{ProcGettime, V3, "GETTIME", void, seconds},
	{ProcUaddr2taddr, V3, "UADDR2TADDR", uaddr, netbuf},
	{ProcTaddr2uaddr, V3, "TADDR2UADDR", netbuf, uaddr},
	{ProcGetversaddr, V4, "GETVERSADDR", one, uaddr},
	{ProcGetaddrlist, V4, "GETADDRLIST", one, entries},
	{ProcGetstat, V4, "GETSTAT", void, stats},
}

// lookup is a procedure of a version; nil if it has none of that number.
func lookup(vers, num uint32) *proc {
	for i := range procs {
		if p := &procs[i]; p.num == num && vers >= p.since && vers <= V4 {
			return p
		}
	}
	return nil
}

// ProcName names a procedure; false if there is none of that number.
func ProcName(vers, num uint32) (string, bool) {
	switch p := lookup(vers, num); {
	case p == nil:
		return "", false
	case vers == V2 && num == ProcGet:
		return "GETPORT", true
	default:
		return p.name, true
	}
}

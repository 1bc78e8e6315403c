package sunrpc

import (
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// The rpcbind protocol (RFC 1833): version 2 knows ports, versions 3 and 4 universal addresses.
const (
	rpcbProgram = 100000
	rpcbPort    = 111
	rpcbV2      = 2
	rpcbV3      = 3
	rpcbV4      = 4
	rpcbSocket  = "/var/run/rpcbind.sock"
	rpcbOwner   = "0" // who owns what the kernel registers: root (RPCB_OWNER_STRING)
)

// mapping is what SET, UNSET, GETPORT and GETADDR are about (rpcbind_args).
type mapping struct {
	prog, vers         uint32
	prot, port         uint32 // version 2
	netid, addr, owner string // versions 3 and 4
}

// The procedures. The lengths are those that the kernel reserves.
var (
	rpcbNull    = Proc{Name: "NULL", Decode: func(*xdr.Decoder, any) int32 { return 0 }}
	rpcb2Set    = Proc{Num: 1, Name: "SET", ArgLen: 4, ReplyLen: 1, Encode: encodeMapping, Decode: decodeDone}
	rpcb2Unset  = Proc{Num: 2, Name: "UNSET", ArgLen: 4, ReplyLen: 1, Encode: encodeMapping, Decode: decodeDone}
	rpcbGetport = Proc{Num: 3, Name: "GETPORT", ArgLen: 4, ReplyLen: 1, Encode: encodeMapping, Decode: decodePort}
	rpcb4Set    = Proc{Num: 1, Name: "SET", ArgLen: 23, ReplyLen: 1, Encode: encodeRpcb, Decode: decodeDone}
	rpcb4Unset  = Proc{Num: 2, Name: "UNSET", ArgLen: 23, ReplyLen: 1, Encode: encodeRpcb, Decode: decodeDone}
	rpcbGetaddr = Proc{Num: 3, Name: "GETADDR", ArgLen: 23, ReplyLen: 16, Encode: encodeRpcb, Decode: decodeAddr}
)

// encodeMapping encodes struct mapping of version 2.
func encodeMapping(e *xdr.Encoder, args any) wire.Errno {
	m := args.(*mapping)
	e.Uint32(m.prog)
	e.Uint32(m.vers)
	e.Uint32(m.prot)
	e.Uint32(m.port)
	return wire.OK
}

// encodeRpcb encodes struct rpcb of versions 3 and 4.
func encodeRpcb(e *xdr.Encoder, args any) wire.Errno {
	m := args.(*mapping)
	e.Uint32(m.prog)
	e.Uint32(m.vers)
	e.String(m.netid)
	e.String(m.addr)
	e.String(m.owner)
	return wire.OK
}

// decodeDone reads whether SET or UNSET did what it was asked to.
func decodeDone(d *xdr.Decoder, res any) int32 {
	done := d.Uint32("done")
	if d.Err() != nil {
		return eio
	}
	*res.(*uint32) = done
	return 0
}

// decodePort reads GETPORT's answer. Port 0 says that the program is not registered.
func decodePort(d *xdr.Decoder, res any) int32 {
	port := d.Uint32("port")
	if d.Err() != nil || port > 65535 {
		return eio
	}
	*res.(*uint32) = port
	return 0
}

// decodeAddr reads GETADDR's answer. An empty one says that the program is not registered.
func decodeAddr(d *xdr.Decoder, res any) int32 {
	text := d.String("uaddr", maxUaddr)
	*res.(*uint32) = 0
	if d.Err() == nil && text == "" {
		return 0
	}
	port, ok := universalPort(text)
	if d.Err() != nil || !ok {
		return eio
	}
	*res.(*uint32) = uint32(port)
	return 0
}

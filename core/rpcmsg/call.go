package rpcmsg

import (
	"strconv"

	"sunscope/core/xdr"
)

// Auth is opaque_auth: a credential or a verifier. The zero Auth is AUTH_NONE.
type Auth struct {
	Flavor Flavor
	Body   []byte // at most MaxAuth bytes
}

// CallHeader is all of a call before its arguments, except for the direction and the RPC version.
type CallHeader struct {
	XID              uint32
	Prog, Vers, Proc uint32
	Cred, Verf       Auth
}

// VersionError is DecodeCall's error for a call in another version of the RPC protocol, which a server answers with
// MSG_DENIED, RPC_MISMATCH. Only the XID of such a call is known.
type VersionError uint32

func (v VersionError) Error() string {
	return "call/rpcvers: expected 2, found " + strconv.FormatUint(uint64(v), 10)
}

// EncodeCall appends a call up to the first byte of its arguments.
func EncodeCall(e *xdr.Encoder, h *CallHeader) {
	e.Uint32(h.XID)
	e.Uint32(Call)
	e.Uint32(Version)
	e.Uint32(h.Prog)
	e.Uint32(h.Vers)
	e.Uint32(h.Proc)
	encodeAuth(e, &h.Cred)
	encodeAuth(e, &h.Verf)
}

// DecodeCall reads a call up to the first byte of its arguments. After an error the header holds what was read before.
// Credential and verifier are parts of the input.
func DecodeCall(d *xdr.Decoder) (CallHeader, error) {
	var h CallHeader
	d.Group("call", "RFC 5531 §9")
	defer d.End()
	h.XID = d.Hex32("xid")
	wantDirection(d, Call)
	if v := d.Uint32("rpcvers"); v != Version && d.Err() == nil {
		return h, VersionError(v)
	}
	h.Prog = d.Enum("prog", progName)
	h.Vers = d.Uint32("vers")
	h.Proc = d.Uint32("proc")
	h.Cred = decodeAuth(d, "cred")
	h.Verf = decodeAuth(d, "verf")
	return h, d.Err()
}

func wantDirection(d *xdr.Decoder, want uint32) {
	off := d.Off()
	have := d.Enum("mtype", msgTypeName)
	if have != want {
		d.Fail("mtype", off, nameOf("", want, msgTypes), nameOf("msg_type", have, msgTypes))
	}
}

func encodeAuth(e *xdr.Encoder, a *Auth) {
	e.Uint32(uint32(a.Flavor))
	e.Opaque(a.Body)
}

func decodeAuth(d *xdr.Decoder, name string) Auth {
	d.Group(name, "RFC 5531 §8.2")
	defer d.End()
	a := Auth{Flavor: Flavor(d.Enum("flavor", flavorName))}
	if d.Recording() && name == "cred" {
		a.Body = dissectCred(d, a.Flavor)
		return a
	}
	a.Body = d.Opaque("body", MaxAuth)
	return a
}

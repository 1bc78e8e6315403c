package rpcmsg

import (
	"strconv"

	"sunscope/core/xdr"
)

// Body reads the arguments (reply false) or results of a procedure, for the fields that d records. It reports false,
// and reads nothing, for procedures that it does not know.
type Body func(d *xdr.Decoder, prog, vers, proc uint32, reply bool) bool

// Hint is what a payload does not say about itself.
type Hint struct {
	Datagram         bool   // no record marks: UDP
	Known            bool   // the following three are those of the call that a reply answers
	Prog, Vers, Proc uint32 // a call says its own
	Body             Body   // nil: arguments and results stay in one piece
}

// Dissect takes a packet's payload apart: record marks, header, credential, arguments or results. The fields cover all
// bytes in their order. What cannot be read becomes one field "undecoded" with the reason as its value.
func Dissect(b []byte, h Hint) []xdr.Field {
	var fields []xdr.Field
	d := xdr.NewDecoder(b)
	d.Record(&fields)
	if h.Datagram {
		dissectMessage(d, d.Len(), h)
		return fields
	}
	for d.Len() > 0 {
		dissectRecord(d, h)
	}
	return fields
}

// dissectRecord reads one record or what of it is in this packet. Only a record of one fragment can be read further:
// the fields of others do not lie in one piece.
func dissectRecord(d *xdr.Decoder, h Hint) {
	if d.Len() < MarkerLen {
		d.Skip("undecoded", d.Len(), "a piece of a record marker")
		return
	}
	length, last := dissectMarker(d)
	if last {
		dissectMessage(d, length, h)
		return
	}
	for n := 1; ; n++ {
		d.Skip("fragment "+strconv.Itoa(n), min(length, d.Len()), "part of a record of several fragments")
		if last || d.Len() < MarkerLen {
			return
		}
		length, last = dissectMarker(d)
	}
}

func dissectMarker(d *xdr.Decoder) (length int, last bool) {
	length, last = Marker(d.Rest())
	text := strconv.Itoa(length) + " bytes"
	if last {
		text += ", last fragment"
	} else {
		text += ", more fragments follow"
	}
	d.Group("record marker", "RFC 5531 §11")
	d.Hex32("marker")
	d.Say(text)
	d.End()
	return length, last
}

// dissectMessage reads a message of n bytes, of which the last may be in a later packet.
func dissectMessage(d *xdr.Decoder, n int, h Hint) {
	missing := n - d.Len()
	d.Tolerate(n, func(d *xdr.Decoder) {
		if isCall(d.Rest()) {
			dissectCall(d, h)
		} else {
			dissectReply(d, h)
		}
	})
	if missing > 0 {
		d.Skip("cut off", 0, strconv.Itoa(missing)+" more bytes of the record are in later packets")
	}
}

func isCall(b []byte) bool { return len(b) >= 8 && b[4]|b[5]|b[6]|b[7] == 0 }

func dissectCall(d *xdr.Decoder, h Hint) {
	c, err := DecodeCall(d)
	if err == nil {
		dissectBody(d, h.Body, c.Prog, c.Vers, c.Proc, false)
	}
}

func dissectReply(d *xdr.Decoder, h Hint) {
	r, err := DecodeReply(d)
	if err == nil && r.Stat == MsgAccepted && r.Accept == Success && h.Known {
		dissectBody(d, h.Body, h.Prog, h.Vers, h.Proc, true)
	}
}

func dissectBody(d *xdr.Decoder, body Body, prog, vers, proc uint32, reply bool) {
	if body != nil && d.Err() == nil {
		body(d, prog, vers, proc, reply)
	}
}

// dissectCred reads a credential's body for show: a body that is not what its flavor promises does not end the reading
// of the call, since its length says where it ends.
func dissectCred(d *xdr.Decoder, f Flavor) []byte {
	off := d.Off()
	n := d.Uint32("length")
	if n > MaxAuth {
		d.Fail("length", off, "at most "+strconv.Itoa(MaxAuth), strconv.FormatUint(uint64(n), 10))
	}
	padded := int(n) + xdr.Pad(int(n))
	if d.Err() == nil && padded > d.Len() {
		d.Fail("body", off, strconv.Itoa(padded)+" bytes", strconv.Itoa(d.Len()))
	}
	if d.Err() != nil {
		return nil
	}
	body := d.Rest()[:n:n]
	d.Tolerate(padded, func(d *xdr.Decoder) {
		switch {
		case n == 0:
		case f == AuthUnix:
			decodeAuthSys(d)
		case f == AuthGSS:
			dissectGSS(d)
		default:
			d.FixedOpaque("body", int(n))
		}
	})
	return body
}

// dissectGSS reads rpc_gss_cred_vers_1_t.
func dissectGSS(d *xdr.Decoder) {
	d.Group("rpc_gss_cred_t", "RFC 2203 §5")
	defer d.End()
	d.Uint32("version")
	d.Enum("gss_proc", gssProcName)
	d.Uint32("seq_num")
	d.Enum("service", gssServiceName)
	d.Opaque("handle", MaxAuth)
}

var (
	gssProcName    = from([]string{"RPCSEC_GSS_DATA", "RPCSEC_GSS_INIT", "RPCSEC_GSS_CONTINUE_INIT", "RPCSEC_GSS_DESTROY"})
	gssServiceName = from([]string{"", "rpc_gss_svc_none", "rpc_gss_svc_integrity", "rpc_gss_svc_privacy"})
)

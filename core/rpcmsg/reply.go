package rpcmsg

import "sunscope/core/xdr"

// ReplyHeader is all of a reply before its results. Which members count depends on those above them, as in the XDR of
// RFC 5531 section 9: a denied reply has no verifier, Low and High belong to the two mismatches.
type ReplyHeader struct {
	XID       uint32
	Stat      ReplyStat
	Verf      Auth       // MsgAccepted
	Accept    AcceptStat // MsgAccepted
	Reject    RejectStat // MsgDenied
	AuthStat  AuthStat   // MsgDenied, AuthError
	Low, High uint32     // ProgMismatch, RPCMismatch
}

// AcceptedReply is the header of a reply with an AUTH_NONE verifier. For ProgMismatch, set Low and High.
func AcceptedReply(xid uint32, stat AcceptStat) ReplyHeader {
	return ReplyHeader{XID: xid, Stat: MsgAccepted, Accept: stat}
}

// DeniedReply is the reply to a call whose credential or verifier was not good enough.
func DeniedReply(xid uint32, why AuthStat) ReplyHeader {
	return ReplyHeader{XID: xid, Stat: MsgDenied, Reject: AuthError, AuthStat: why}
}

// MismatchReply is the reply to a call in another version of the RPC protocol.
func MismatchReply(xid uint32) ReplyHeader {
	return ReplyHeader{XID: xid, Stat: MsgDenied, Reject: RPCMismatch, Low: Version, High: Version}
}

// EncodeReply appends a reply up to the first byte of its results.
func EncodeReply(e *xdr.Encoder, h *ReplyHeader) {
	e.Uint32(h.XID)
	e.Uint32(Reply)
	e.Uint32(uint32(h.Stat))
	if h.Stat == MsgDenied {
		encodeDenied(e, h)
		return
	}
	encodeAuth(e, &h.Verf)
	e.Uint32(uint32(h.Accept))
	if h.Accept == ProgMismatch {
		e.Uint32(h.Low)
		e.Uint32(h.High)
	}
}

func encodeDenied(e *xdr.Encoder, h *ReplyHeader) {
	e.Uint32(uint32(h.Reject))
	if h.Reject == AuthError {
		e.Uint32(uint32(h.AuthStat))
		return
	}
	e.Uint32(h.Low)
	e.Uint32(h.High)
}

// DecodeReply reads a reply up to the first byte of its results. After an error the header holds what was read before.
// The verifier is a part of the input. A status that RFC 5531 does not know is an error; an auth_stat is not, because
// other documents add to those.
func DecodeReply(d *xdr.Decoder) (ReplyHeader, error) {
	var h ReplyHeader
	d.Group("reply", "RFC 5531 §9")
	defer d.End()
	h.XID = d.Hex32("xid")
	wantDirection(d, Reply)
	off := d.Off()
	h.Stat = ReplyStat(d.Enum("reply_stat", replyStatName))
	switch h.Stat {
	case MsgAccepted:
		decodeAccepted(d, &h)
	case MsgDenied:
		decodeDenied(d, &h)
	default:
		d.Fail("reply_stat", off, "MSG_ACCEPTED or MSG_DENIED", h.Stat.String())
	}
	return h, d.Err()
}

func decodeAccepted(d *xdr.Decoder, h *ReplyHeader) {
	h.Verf = decodeAuth(d, "verf")
	off := d.Off()
	h.Accept = AcceptStat(d.Enum("accept_stat", acceptStatName))
	switch {
	case h.Accept == ProgMismatch:
		h.Low, h.High = d.Uint32("low"), d.Uint32("high")
	case h.Accept > SystemErr:
		d.Fail("accept_stat", off, "0 to 5", h.Accept.String())
	}
}

func decodeDenied(d *xdr.Decoder, h *ReplyHeader) {
	off := d.Off()
	h.Reject = RejectStat(d.Enum("reject_stat", rejectStatName))
	switch h.Reject {
	case RPCMismatch:
		h.Low, h.High = d.Uint32("low"), d.Uint32("high")
	case AuthError:
		h.AuthStat = AuthStat(d.Enum("auth_stat", authStatName))
	default:
		d.Fail("reject_stat", off, "RPC_MISMATCH or AUTH_ERROR", h.Reject.String())
	}
}

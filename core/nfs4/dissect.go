package nfs4

import "sunscope/core/xdr"

// DissectBody reads the arguments or results of a call of NFSv4 or of its callback program for the fields that d records.
// It is an rpcmsg.Body. Which program number callbacks have is the client's choice: everything from 0x40000000 on that
// is transient (RFC 5531 section 8.1) is taken for one.
func DissectBody(d *xdr.Decoder, prog, vers, proc uint32, reply bool) bool {
	callback := prog>>29 == CallbackProgram>>29
	switch {
	case proc > ProcCompound, !callback && (prog != Program || vers != Version):
		return false
	case proc == ProcNull:
		return true
	}
	name, ref := "COMPOUND4", "RFC 8881 §16.2"
	if callback {
		name, ref = "CB_COMPOUND4", "RFC 8881 §19.2"
	}
	var all []Operation
	if reply {
		d.Group(name+"res", ref)
		r := CompoundRes{Callback: callback}
		r.Decode(d)
		all = r.Ops
	} else {
		d.Group(name+"args", ref)
		a := CompoundArgs{Callback: callback}
		a.Decode(d)
		all = a.Ops
	}
	d.EndSay(summary(all, callback))
	return true
}

// summary is the names of operations, as people speak of a COMPOUND.
func summary(all []Operation, callback bool) string {
	text := ""
	for _, o := range all {
		text += " " + o.Op.Name(callback)
	}
	if text == "" {
		return ""
	}
	return text[1:]
}

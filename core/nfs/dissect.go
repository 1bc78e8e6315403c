package nfs

import "sunscope/core/xdr"

// DissectBody reads the arguments or results of a call of NFSv3 or MOUNT version 3 for the fields that d records. It is
// an rpcmsg.Body.
func DissectBody(d *xdr.Decoder, prog, vers, proc uint32, reply bool) bool {
	p := Lookup(prog, vers, proc)
	if p == nil {
		return false
	}
	name, body := p.args, Args(nil)
	if reply {
		name, body = p.res, p.Res()
	} else {
		body = p.Args()
	}
	if name == "void" {
		return true
	}
	d.Group(name, p.ref)
	body.Decode(d)
	d.EndSay(p.Name)
	return true
}

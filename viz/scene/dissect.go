package scene

import (
	"strconv"
	"strings"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/nlm"
	"sunscope/core/rpcbind"
	"sunscope/core/rpcmsg"
	"sunscope/core/story"
	"sunscope/core/xdr"
)

// The names that rpc_request prints of programs.
const (
	progNFS      = "nfs"
	progMount    = "mount"
	progRpcbind  = "rpcbind"
	progCallback = "nfs4_cb"
)

// dissectBody reads arguments or results of the programs that the inspector knows. It is an rpcmsg.Body.
func dissectBody(d *xdr.Decoder, prog, vers, proc uint32, reply bool) bool {
	switch {
	case prog == nlm.Program:
		return nlm.DissectBody(d, prog, vers, proc, reply)
	case prog == rpcbind.Program:
		return rpcbind.DissectBody(d, prog, vers, proc, reply)
	case prog == nfs.ACLProgram:
		return dissectACL(d, proc, reply)
	case prog == nfs.Program && vers == nfs4.Version, prog >= nfs4.CallbackProgram:
		return nfs4.DissectBody(d, prog, vers, proc, reply)
	}
	return nfs.DissectBody(d, prog, vers, proc, reply)
}

// dissectACL reads a call of NFSACL, which Linux has from Solaris; no RFC defines it.
func dissectACL(d *xdr.Decoder, proc uint32, reply bool) bool {
	if proc != getACL {
		return proc == 0
	}
	name, body := "GETACL3args", xdrBody(new(nfs.GetaclArgs))
	if reply {
		name, body = "GETACL3res", new(nfs.GetaclRes)
	}
	d.Group(name, "NFSACL (no RFC)")
	body.Decode(d)
	d.EndSay("GETACL")
	return true
}

const getACL = 1

type xdrBody interface{ Decode(*xdr.Decoder) }

// hint says which procedure a reply answers: that of the task whose xid it has.
func (in *inspector) hint(p *story.Packet) rpcmsg.Hint {
	h := rpcmsg.Hint{Body: dissectBody, Datagram: p.Datagram}
	t := in.st.Task(p.Task)
	switch {
	case t != nil && t.Proc != 0:
		h.Vers = uint32(t.Vers)
		h.Prog, h.Proc, h.Known = procOf(in.log.Text(t.Prog), h.Vers, in.log.Text(t.Proc))
	case p.Kind == "REPLY" && p.Dir == story.ToServer:
		// The client answers a callback. That of CB_NULL has no results.
		h.Known, h.Prog, h.Vers, h.Proc = emptyReply < p.RecordLen, nfs4.CallbackProgram, 1, nfs4.ProcCompound
	}
	return h
}

// emptyReply is the length of an accepted reply without results, with its record marker.
const emptyReply = rpcmsg.MarkerLen + 24

// procOf finds a procedure by the names that rpc_request prints.
func procOf(prog string, vers uint32, proc string) (number, num uint32, ok bool) {
	switch prog {
	case nlm.Name:
		for num = range uint32(nlm.ProcFreeAll + 1) {
			if nlm.ProcName(num) == proc {
				return nlm.Program, num, true
			}
		}
	case progRpcbind:
		for num = range uint32(mostProcs) {
			if name, known := rpcbind.ProcName(vers, num); known && name == proc {
				return rpcbind.Program, num, true
			}
		}
	case progMount:
		return inTable(nfs.MountProgram, nfs.MountV3[:], proc)
	case nfs.ACLName:
		return nfs.ACLProgram, getACL, proc == "GETACL"
	case progCallback:
		return nfs4.CallbackProgram, compoundOf(proc), true
	case progNFS:
		if vers == nfs4.Version {
			return nfs.Program, compoundOf(proc), true
		}
		return inTable(nfs.Program, nfs.V3[:], proc)
	}
	return 0, 0, false
}

// mostProcs is more than any version of rpcbind has.
const mostProcs = 32

// compoundOf is the procedure of NFSv4 behind a name: the kernel's client names a COMPOUND after what it is for.
func compoundOf(proc string) uint32 {
	if strings.HasSuffix(proc, "NULL") {
		return nfs4.ProcNull
	}
	return nfs4.ProcCompound
}

func inTable(prog uint32, table []nfs.Proc, proc string) (number, num uint32, ok bool) {
	for i := range table {
		if table[i].Name == proc {
			return prog, table[i].Num, true
		}
	}
	return 0, 0, false
}

// procName is the name of a procedure; "" of one that the inspector does not know.
func procName(prog, vers, proc uint32) string {
	switch {
	case prog == nlm.Program:
		return nlm.ProcName(proc)
	case prog == rpcbind.Program:
		name, _ := rpcbind.ProcName(vers, proc)
		return name
	case prog == nfs.ACLProgram:
		return [...]string{"NULL", "GETACL", ""}[min(proc, 2)]
	case prog == nfs.Program && vers == nfs4.Version:
		return [...]string{"NULL", "COMPOUND", ""}[min(proc, 2)]
	case prog >= nfs4.CallbackProgram:
		return [...]string{"CB_NULL", "CB_COMPOUND", ""}[min(proc, 2)]
	case prog == nfs.MountProgram && vers == nfs.MountVersion:
		return nameIn(nfs.MountV3[:], proc)
	case prog == nfs.Program && vers == nfs.Version3:
		return nameIn(nfs.V3[:], proc)
	}
	return ""
}

func nameIn(table []nfs.Proc, proc uint32) string {
	for i := range table {
		if table[i].Num == proc {
			return table[i].Name
		}
	}
	return ""
}

// sections gives every field a section: what has none is a piece of a message (RFC 5531 §9); and what minor version 0
// of NFSv4 shares with later ones stands in RFC 7530.
func (in *inspector) sections() {
	old := in.minorZero()
	in.cutField()
	for i := range in.Fields {
		f := &in.Fields[i]
		if f.Ref == "" {
			f.Ref = "RFC 5531 §9"
			if f.Name == "cut off" || strings.HasPrefix(f.Name, "fragment") {
				f.Ref = "RFC 5531 §11"
			}
		}
		if old {
			f.Ref = section40(f.Ref)
		}
	}
}

// cutField names the field that the end of a packet cuts in two: the message goes on in later ones.
func (in *inspector) cutField() {
	n := len(in.Fields)
	if n < 2 || in.Fields[n-1].Name != "cut off" || in.Fields[n-2].Name != "undecoded" {
		return
	}
	f := &in.Fields[n-2]
	_, path, _ := strings.Cut(f.Value, ": ")
	path, _, found := strings.Cut(path, " at byte ")
	if !found {
		return
	}
	f.Name = path[strings.LastIndexByte(path, '/')+1:]
	f.Value = strings.Replace(in.w.firstBytes, "{0}", itoa(f.Len), 1)
	for i := n - 3; i >= 0; i-- { // its section is that of the group which it ends in
		if g := &in.Fields[i]; strings.HasPrefix(path, g.Name) {
			f.Ref = g.Ref
			break
		}
	}
}

// minorZero says whether the message is a COMPOUND of NFSv4.0: a call says so; a reply whose first operation is none of
// those that begin or keep a session.
func (in *inspector) minorZero() bool {
	for i := range in.Fields {
		f := &in.Fields[i]
		switch f.Name {
		case "minorversion":
			return f.Value == "0"
		case "opnum":
			for _, name := range [...]string{"SEQUENCE", "EXCHANGE_ID", "SESSION", "DESTROY_CLIENTID"} {
				if strings.Contains(f.Value, name) {
					return false
				}
			}
			return true
		}
	}
	return false
}

// section40 is where RFC 7530 says what a section of RFC 8881 says: the operations are in the same order there, with those
// among them that later minor versions have no more.
func section40(ref string) string {
	const in40 = "RFC 7530 §"
	rest, is := strings.CutPrefix(ref, "RFC 8881 §")
	if !is {
		return ref
	}
	head, tail, _ := strings.Cut(rest, ".")
	n, _ := strconv.Atoi(tail)
	switch {
	case head == "18" && n <= 17:
		return in40 + "16." + strconv.Itoa(n)
	case head == "18" && n <= 26: // behind OPEN_CONFIRM
		return in40 + "16." + strconv.Itoa(n+1)
	case head == "18" && n <= 30: // behind RENEW
		return in40 + "16." + strconv.Itoa(n+2)
	case head == "18" && n <= 32: // behind SETCLIENTID and SETCLIENTID_CONFIRM
		return in40 + "16." + strconv.Itoa(n+4)
	}
	switch head {
	case "3":
		return in40 + "2.2"
	case "5", "6":
		return in40 + rest
	case "16":
		return in40 + "15." + tail
	case "19":
		return in40 + "17." + tail
	case "20":
		return in40 + "18." + tail
	}
	return ref
}

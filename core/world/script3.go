package world

import (
	"sunscope/core/nfs"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
)

// names are the operations on names, links, attributes and locks, over NFSv3; false: there is none of that kind.
func (s *script) names(op *scenario.Op) (sunrpc.Step, bool) {
	same := func(nfs.Res) { s.learn(op.To, s.handle(op.Path)) }
	switch op.Verb {
	case "rename":
		args := &nfs.RenameArgs{From: s.entry(op.Path), To: s.entry(op.To)}
		return s.async(nfs.RenameSetup(s.ns.kernel, s.c, args, s.item(op), func(t *sunrpc.Task) {
			if t.Status() >= 0 {
				same(nil)
			}
			s.over(t)
		}), s.wait), true
	case "link":
		return s.sync(op, nfs.ProcLink, &nfs.LinkArgs{FH: s.handle(op.Path), Link: s.entry(op.To)}, same), true
	case "symlink":
		args := &nfs.SymlinkArgs{Where: s.entry(op.To), Path: op.Path}
		return s.sync(op, nfs.ProcSymlink, args, func(r nfs.Res) { s.learn(op.To, r.(*nfs.CreateRes).FH.FH) }), true
	case "readlink":
		return s.sync(op, nfs.ProcReadlink, &nfs.FHArgs{FH: s.handle(op.Path)}, nil), true
	case "lock", "trylock":
		return s.lock(op), true
	case "unlock":
		return s.unlock(op.Path), true
	case "hold":
		return s.hold(op), true
	case "chmod":
		return s.change(op, nfs.SetAttr{Mode: nfs.Opt32{Set: true, Value: 0o600}}), true
	case "truncate":
		return s.change(op, nfs.SetAttr{Size: nfs.Opt64{Set: true, Value: uint64(op.Size)}}), true
	}
	return nil, false
}

func (s *script) change(op *scenario.Op, to nfs.SetAttr) sunrpc.Step {
	return s.sync(op, nfs.ProcSetattr, &nfs.SetattrArgs{FH: s.handle(op.Path), Attr: to}, nil)
}

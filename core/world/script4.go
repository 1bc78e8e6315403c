package world

import (
	"strconv"
	"strings"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
)

// The rights that a process asks for: of a directory, and of anything else.
const allRights = nfs4.AccessRead | nfs4.AccessLookup | nfs4.AccessModify | nfs4.AccessExtend | nfs4.AccessDelete

// openFile is a file that a process has open, by the path that it was opened by.
type openFile struct {
	path string
	file *client.File
	lock *client.Lock // on all of it; nil: none
}

// do4 does an operation over NFSv4. It is false for those that are the same over any version.
func (s *script) do4(op *scenario.Op) (sunrpc.Step, bool) {
	m := s.v4
	dir, name := s.entry4(op.Path)
	switch op.Verb {
	case "getattr":
		return m.Getattr(s.item(op), s.fh4(op.Path), s.attrs4), true
	case "access":
		return m.Access(s.item(op), s.fh4(op.Path), allRights, s.told4), true
	case "lookup":
		return m.Lookup(s.item(op), dir, name, s.found4(op.Path)), true
	case "fsstat":
		return m.Statfs(s.item(op), s.fh4(""), s.attrs4), true
	case "fsinfo":
		return m.Fsinfo(s.item(op), s.fh4(""), s.attrs4), true
	case "pathconf":
		return m.Pathconf(s.item(op), s.fh4(""), s.attrs4), true
	case "readdir":
		return m.Readdir(s.item(op), s.fh4(op.Path), func(all []nfs4.Entry, _ int32) sunrpc.Step {
			s.listed4(op.Path, all)
			return s.next
		}), true
	case "mkdir":
		return m.Mkdir(s.item(op), dir, name, s.found4(op.Path)), true
	case "remove", "rmdir":
		return s.remove4(op, dir, name), true
	case "rename":
		to, newName := s.entry4(op.To)
		return m.Rename(s.item(op), dir, name, to, newName, func(status int32) sunrpc.Step {
			if fh, ok := s.ns.handles[op.Path]; ok && status >= 0 {
				s.learn(op.To, fh)
			}
			return s.next
		}), true
	case "link":
		to, newName := s.entry4(op.To)
		return m.Link(s.item(op), s.fh4(op.Path), to, newName, func(status int32) sunrpc.Step { return s.found4(op.To)(s.fh4(op.Path), status) }), true
	case "symlink":
		to, newName := s.entry4(op.To)
		return m.Symlink(s.item(op), to, newName, op.Path, s.found4(op.To)), true
	case "readlink":
		return m.Readlink(s.item(op), s.fh4(op.Path), func(string, int32) sunrpc.Step { return s.next }), true
	case "chmod":
		return m.Setattr(s.item(op), s.fh4(op.Path), nfs4.Stateid{}, modeOf(0o600), s.told4), true
	case "truncate":
		return s.open4(op, client.How{Access: nfs4.ShareWrite}, func(f *client.File) sunrpc.Step {
			return f.Truncate(s.item(op), uint64(op.Size), func(int32) sunrpc.Step { return s.close4(op.Path, s.next) })
		}), true
	case "dropcaches":
		s.forget()
		return s.next, true
	}
	return s.io4(op)
}

// io4 is what needs an open file.
func (s *script) io4(op *scenario.Op) (sunrpc.Step, bool) {
	done := func(*client.File) sunrpc.Step { return s.next }
	switch op.Verb {
	case "create":
		return s.open4(op, client.How{Access: nfs4.ShareWrite, Create: true, Mode: 0o644}, done), true
	case "open":
		return s.open4(op, client.How{Access: nfs4.ShareRead}, done), true
	case "layoutget":
		return s.open4(op, client.How{Access: nfs4.ShareRead}, func(f *client.File) sunrpc.Step {
			return f.Layoutget(s.item(op), nfs4.FlexFiles, nfs4.ShareRead, func(l *client.Layout, status int32) sunrpc.Step {
				if status >= 0 {
					l.Put()
				}
				return s.next
			})
		}), true
	case "close":
		return s.close4(op.Path, s.next), true
	case "lock", "trylock":
		if s.has4(op.Path) {
			return s.next, true
		}
		both := client.How{Access: nfs4.ShareBoth, Create: true, Mode: 0o755}
		return s.open4(op, both, func(f *client.File) sunrpc.Step { return s.lock4(op, f) }), true
	case "unlock":
		return s.unlock4(op.Path, s.next), true
	case "read":
		return s.open4(op, client.How{Access: nfs4.ShareRead}, func(f *client.File) sunrpc.Step { return s.many4(op, f, 0) }), true
	case "write":
		return s.open4(op, client.How{Access: nfs4.ShareWrite}, func(f *client.File) sunrpc.Step { return s.many4(op, f, 0) }), true
	case "commit":
		return s.open4(op, client.How{Access: nfs4.ShareWrite}, func(f *client.File) sunrpc.Step {
			return s.async(f.Commit(s.item(op), s.over), s.wait)
		}), true
	}
	return nil, false
}

// open4 opens a file unless the process has it open in that way already. A file that cannot be opened ends the command.
func (s *script) open4(op *scenario.Op, how client.How, then func(*client.File) sunrpc.Step) sunrpc.Step {
	for _, o := range s.files {
		if o.path == op.Path && o.file.Access&how.Access == how.Access && !how.Create {
			return then(o.file)
		}
	}
	dir, name := s.entry4(op.Path)
	open := *op
	if !how.Create {
		open.Verb = "open"
	}
	opened := func(f *client.File, status int32) sunrpc.Step {
		if status < 0 {
			return s.nothing(op, "the file cannot be opened, status="+strconv.Itoa(int(status)))
		}
		s.learn(op.Path, nfs.FH(f.FH))
		s.files = append(s.files, openFile{path: op.Path, file: f})
		return then(f)
	}
	if fh, ok := s.ns.handles[op.Path]; ok && !how.Create {
		return s.v4.OpenFH(s.item(&open), nfs4.FH(fh), dir, name, how, opened)
	}
	return s.v4.Open(s.item(&open), dir, name, how, opened)
}

// many4 makes a file's READs or WRITEs, all at once, and then waits for them.
func (s *script) many4(op *scenario.Op, f *client.File, i int) sunrpc.Step {
	if i == op.N {
		return s.wait()
	}
	off := op.Off + uint64(i)*uint64(op.Size)
	var setup *sunrpc.Setup
	if op.Verb == "read" {
		setup = f.Read(s.item(op), off, op.Size, s.over)
	} else {
		data := make([]byte, op.Size)
		nfs.Pattern(data, op.Path, off)
		setup = f.Write(s.item(op), off, data, op.N == 1, s.over)
	}
	return s.async(setup, func() sunrpc.Step { return s.many4(op, f, i+1) })
}

// remove4 removes a name. A delegation of what it stands for is given back first (nfs_safe_remove). A file that is open is
// renamed, and removed when it is closed.
func (s *script) remove4(op *scenario.Op, dir nfs4.FH, name string) sunrpc.Step {
	remove := func() sunrpc.Step {
		if s.v4.InUse(s.fh4(op.Path)) {
			item := func(verb string) string { return s.item(&scenario.Op{Verb: verb}) }
			return s.v4.SillyRename(item, s.fh4(op.Path), dir, name, func(status int32) sunrpc.Step {
				if status >= 0 {
					delete(s.ns.handles, op.Path)
				}
				return s.next
			})
		}
		return s.v4.Remove(s.item(op), dir, name, s.told4)
	}
	if d := s.v4.Delegation(s.fh4(op.Path)); d != nil && !d.Returning {
		return d.Return("", func(int32) sunrpc.Step { return remove() })
	}
	return remove()
}

// has4 says whether the process has the file locked already. POSIX grants it again what it has, whichever way it opened the
// file; nothing is in the way, and nobody is asked.
func (s *script) has4(path string) bool {
	for _, o := range s.files {
		if o.path == path && o.lock != nil && o.file.On(s.v4) {
			return true
		}
	}
	return false
}

// lock4 locks all of a file of which the process has no lock yet.
func (s *script) lock4(op *scenario.Op, f *client.File) sunrpc.Step {
	return f.Lock(s.item(op), true, op.Verb == "lock", client.Range{}, func(l *client.Lock, status int32) sunrpc.Step {
		for i := range s.files {
			if s.files[i].file == f && status >= 0 {
				s.files[i].lock = l
			}
		}
		return s.next
	})
}

// unlock4 gives a lock back, if there is one.
func (s *script) unlock4(path string, then sunrpc.Step) sunrpc.Step {
	for i, o := range s.files {
		if o.path == path && o.lock != nil {
			s.files[i].lock = nil
			return o.lock.Unlock(s.item(&scenario.Op{Verb: "unlock"}), func(int32) sunrpc.Step { return then })
		}
	}
	return then
}

// close4 closes what the process has open by that path, and gives back what it has locked there.
func (s *script) close4(path string, then sunrpc.Step) sunrpc.Step {
	for _, o := range s.files {
		if o.path == path && o.lock != nil {
			return s.unlock4(path, func() sunrpc.Step { return s.close4(path, then) })
		}
	}
	for i, o := range s.files {
		if o.path == path {
			s.files = append(s.files[:i:i], s.files[i+1:]...)
			return o.file.Close(s.item(&scenario.Op{Verb: "close"}), func(int32) sunrpc.Step { return s.close4(path, then) })
		}
	}
	return then
}

// closeAll is the end of a process, which closes its files.
func (s *script) closeAll(then sunrpc.Step) sunrpc.Step {
	if len(s.files) == 0 {
		return then
	}
	return s.close4(s.files[0].path, func() sunrpc.Step { return s.closeAll(then) })
}

// forget is what the kernel does when it is told to drop its caches: names and handles are gone but the root's.
func (s *script) forget() {
	root := s.ns.handles[""]
	s.ns.handles = map[string]nfs.FH{"": root}
}

func (s *script) attrs4(*nfs4.Attrs, int32) sunrpc.Step { return s.next }

func (s *script) told4(int32) sunrpc.Step { return s.next }

func (s *script) found4(path string) client.Found {
	return func(fh nfs4.FH, status int32) sunrpc.Step {
		if status >= 0 {
			s.learn(path, nfs.FH(fh))
		}
		return s.next
	}
}

// listed4 remembers the handles that READDIR has brought.
func (s *script) listed4(dir string, all []nfs4.Entry) {
	for i := range all {
		if v := all[i].Attrs.Get(nfs4.AttrFilehandle); v != nil {
			s.learn(strings.TrimPrefix(dir+"/"+all[i].Name, "/"), nfs.FH(v.B))
		}
	}
}

// entry4 is a name and the handle of its directory.
func (s *script) entry4(path string) (nfs4.FH, string) {
	e := s.entry(path)
	return nfs4.FH(e.Dir), e.Name
}

func modeOf(mode uint64) (a nfs4.Attrs) {
	a.Set(nfs4.Attr{Bit: nfs4.AttrMode, N: mode})
	return a
}

// busy says whether another process that has not ended works with a mount, or this one has a file of it open: umount leaves
// such a mount alone (EBUSY).
func (s *script) busy(m *client.Mount) bool {
	for _, o := range s.files {
		if o.file.On(m) {
			return true
		}
	}
	for _, o := range s.w.scripts {
		if o != s && o.v4 == m && o.p != nil && !o.ended {
			return true
		}
	}
	return false
}

// unmounted is for a process that begins when what was mounted at first is no longer there.
func (s *script) unmounted() {
	if s.v4 != nil && s.v4.Gone() {
		s.c, s.was, s.v4, s.was4 = nil, nil, nil, nil
	}
}

package client

import (
	"strconv"

	"sunscope/core/nfs4"
	"sunscope/core/sunrpc"
)

// The server forgets a file whose last name is removed, open or not. The client therefore gives a file that it has open
// another name instead, and removes that at the last close.

// InUse says whether anybody has the file open.
func (m *Mount) InUse(fh nfs4.FH) bool {
	s := m.State(fh)
	return s != nil && s.access() != 0
}

// SillyRename is nfs_sillyrename: an open file gets a name that nobody has. item names the calls by their verbs.
func (m *Mount) SillyRename(item func(verb string) string, fh, dir nfs4.FH, name string, then Status) sunrpc.Step {
	m.sillies++
	silly := ".nfs" + digits(m.fileIDs[string(fh)], 16) + digits(m.sillies, 8)
	return m.Lookup(item("lookup"), dir, silly, func(_ nfs4.FH, status int32) sunrpc.Step {
		if status >= 0 {
			return m.SillyRename(item, fh, dir, name, then)
		}
		return m.Rename(item("rename"), dir, name, dir, silly, func(status int32) sunrpc.Step {
			if s := m.State(fh); s != nil && status >= 0 {
				s.dir, s.name, s.silly = dir, silly, true
			}
			return then(status)
		})
	})
}

// unlink is nfs_complete_unlink after the last close. In the kernel the process goes on at once and the superblock stays until
// the REMOVE is over; here the process waits, so that no umount can come before that.
func (s *State) unlink(item string, then func() sunrpc.Step) sunrpc.Step {
	if !s.silly || s.access() != 0 {
		return then()
	}
	s.silly = false
	m := s.m
	call := m.call(procRemove, putFH(s.dir), op(nfs4.OpRemove, &nfs4.NameArgs{Name: s.name}))
	call.Item, call.Cache = item, true
	return m.wait(m.asyncSetup(call, "nfs_async_unlink_done", "nfs"), func(int32) sunrpc.Step { return then() })
}

// digits is a number in that many hexadecimal digits.
func digits(n uint64, width int) string {
	text := strconv.FormatUint(n, 16)
	for len(text) < width {
		text = "0" + text
	}
	return text
}

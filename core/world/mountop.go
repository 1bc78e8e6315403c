package world

import (
	"sunscope/core/nfs4"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// mount is the operation of that name: mount.nfs runs in a process of its own, and the script waits for it.
func (s *script) mount(o *scenario.Mounting) sunrpc.Step {
	w := s.w
	m := &mounting{w: w, ns: s.ns, addr: orText(o.Addr, w.sc.Server.Addr), port: uint16(o.Port), mountPort: uint16(o.MountPort), mountUDP: o.MountUDP, hard: o.Hard, softErr: o.SoftErr, full: true, lock: w.sc.Mount.Lock && !o.NoLock || o.Lock, timeout: nfsTimeout(o.Timeo, o.Retry)}
	if o.Port == 0 && !w.sc.Mount.Rpcbind {
		m.port = uint16(w.sc.Mount.Port)
	}
	begin := m.askMountd
	if minor, ok := w.minor(o); ok {
		begin = func() sunrpc.Step { return m.mount4(minor) }
	}
	again := true
	m.done = func(_ string, status int32) sunrpc.Step {
		if again && status == int32(wire.EACCES) && !m.p.Killed {
			again = false
			return begin() // mount(8) tries once more, read-only
		}
		if status == 0 {
			s.mine = append(s.mine, m)
			s.c, s.v4 = m.client, m.v4
		}
		m.p = nil
		s.wakeUp()
		return w.end()
	}
	w.mounts = append(w.mounts, m)
	w.process("mount.nfs", func(p *thread) sunrpc.Step {
		m.p = p
		return begin()
	})
	if o.Within > 0 {
		w.client.At(w.now+o.Within, m.kill)
	}
	s.waits, s.sleep, s.then = true, true, nil
	return nil
}

// kill is a fatal signal to mount.nfs, if it still runs.
func (m *mounting) kill() {
	if m.p != nil {
		m.ns.kernel.FatalSignal(&m.p.Thread)
	}
}

// umount is the operation of that name: what the script mounted last is taken down, or with NFSv4 what was mounted at
// first.
func (s *script) umount() sunrpc.Step {
	n := len(s.mine)
	if m := s.v4; m != nil && m.Busy() {
		return s.next // umount fails with EBUSY
	}
	if n == 0 {
		if m := s.w.first; m != nil && s.ns == &s.w.netns && !s.busy(m.v4) {
			s.w.first = nil
			s.c, s.was, s.v4, s.was4 = nil, nil, nil, nil
			return s.umount4(m)
		}
		return s.next
	}
	m := s.mine[n-1]
	if m.v4 != nil && s.busy(m.v4) {
		return s.next
	}
	s.mine = s.mine[:n-1]
	s.c, s.v4 = s.was, s.was4
	if n > 1 {
		s.c, s.v4 = s.mine[n-2].client, s.mine[n-2].v4
	}
	if m.v4 != nil {
		return s.umount4(m)
	}
	return m.withoutLockd(func() sunrpc.Step {
		m.umount()
		return s.next
	})
}

func orText(text, usual string) string {
	if text == "" {
		return usual
	}
	return text
}

// umount4 looks at the root once more and runs umount.nfs4, for which the process waits.
func (s *script) umount4(m *mounting) sunrpc.Step {
	m.v4.Detach()
	return m.v4.Getattr("", m.v4.Root, func(*nfs4.Attrs, int32) sunrpc.Step {
		s.w.process("umount.nfs4", func(*thread) sunrpc.Step {
			return m.v4.Umount(func() sunrpc.Step {
				s.wakeUp()
				return s.w.end()
			})
		})
		s.waits, s.sleep, s.then = true, true, nil
		return nil
	})
}

package world

import (
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/wire"
)

// mount is the operation of that name: mount.nfs runs in a process of its own, and the script waits for it.
func (s *script) mount(o *scenario.Mounting) sunrpc.Step {
	w := s.w
	m := &mounting{w: w, addr: orText(o.Addr, w.sc.Server.Addr), port: uint16(o.Port), mountPort: uint16(o.MountPort), mountUDP: o.MountUDP, hard: o.Hard, softErr: o.SoftErr, full: true, timeout: nfsTimeout(o.Timeo, o.Retry)}
	if o.Port == 0 && !w.sc.Mount.Rpcbind {
		m.port = uint16(w.sc.Mount.Port)
	}
	again := true
	m.done = func(_ string, status int32) sunrpc.Step {
		if again && status == int32(wire.EACCES) && !m.p.Killed {
			again = false
			return m.askMountd() // mount(8) tries once more, read-only
		}
		if status == 0 {
			s.mine = append(s.mine, m)
			s.c = m.client
		}
		m.p = nil
		s.wakeUp()
		return w.end()
	}
	w.mounts = append(w.mounts, m)
	w.process("mount.nfs", func(p *thread) sunrpc.Step {
		m.p = p
		return m.askMountd()
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
		m.w.kernel.FatalSignal(&m.p.Thread)
	}
}

// umount is the operation of that name: what the script mounted last is taken down.
func (s *script) umount() sunrpc.Step {
	if n := len(s.mine); n > 0 {
		s.mine[n-1].umount()
		s.mine = s.mine[:n-1]
		s.c = s.was
		if n > 1 {
			s.c = s.mine[n-2].client
		}
	}
	return s.next
}

func orText(text, usual string) string {
	if text == "" {
		return usual
	}
	return text
}

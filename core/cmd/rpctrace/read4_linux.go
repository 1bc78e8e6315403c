package main

import (
	"strings"
	stdtime "time"

	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
)

// reading is a file of an NFSv4 server on its way here.
type reading struct {
	c     *calling
	h     *sockets.Host
	mount *client.Mount
	file  *client.File
	data  []byte
	piece uint32 // bytes of a READ
	began stdtime.Time
	done  func(int32, []byte, stdtime.Duration)
}

// readFile mounts the server, reads the file with one READ after the other, and takes leave. done hears once how it ended.
func (c *calling) readFile(h *sockets.Host, done func(int32, []byte, stdtime.Duration)) sunrpc.Step {
	r := &reading{c: c, h: h, done: done, began: stdtime.Now()}
	n := &client.Net{
		K: h.Kernel(), M: h, NodeName: "rpctrace", Kernel: "rpctrace",
		Spawn: func(comm string, first sunrpc.Step) {
			h.Process(comm, func(*sunrpc.Thread) sunrpc.Step { return first() })
		},
	}
	n.AnswerCallbacks(func(comm string) *sunrpc.Thread { return h.Threads(comm, 1)[0] })
	server, to := c.server, c.timeouts()
	if server.Port == 0 {
		server.Port = 2049
	}
	a := &client.MountArgs{ClientArgs: client.ClientArgs{Minor: c.minor, Server: server, Timeout: &to}, RSize: 1 << 18, WSize: 1 << 18}
	return n.Mount(a, func(m *client.Mount, status int32) sunrpc.Step {
		if status < 0 {
			done(status, nil, 0)
			return nil
		}
		r.mount, r.piece = m, m.RSize
		return r.walk(m.Root, strings.Split(strings.Trim(c.path, "/"), "/"))
	})
}

// walk goes to the file's directory and opens the file.
func (r *reading) walk(dir nfs4.FH, names []string) sunrpc.Step {
	if len(names) > 1 {
		return r.mount.Lookup("", dir, names[0], func(fh nfs4.FH, status int32) sunrpc.Step {
			if status < 0 {
				return r.end(status)
			}
			return r.walk(fh, names[1:])
		})
	}
	return r.mount.Open("", dir, names[0], client.How{Access: nfs4.ShareRead}, func(f *client.File, status int32) sunrpc.Step {
		if status < 0 {
			return r.end(status)
		}
		r.file = f
		return r.next()
	})
}

// next reads the next piece; less than a whole one is the last.
func (r *reading) next() sunrpc.Step {
	s := r.file.Read("", uint64(len(r.data)), int(r.piece), func(t *sunrpc.Task) {
		status := t.Status()
		r.h.Process("rpctrace", func(*sunrpc.Thread) sunrpc.Step { return r.arrived(status, client.Data(t)) })
	})
	return r.h.Kernel().RunTask(s, func(*sunrpc.Task) sunrpc.Step { return nil })
}

func (r *reading) arrived(status int32, data []byte) sunrpc.Step {
	if status >= 0 {
		r.data = append(r.data, data...)
		if len(data) == int(r.piece) {
			return r.next()
		}
		status = 0
	}
	return r.file.Close("", func(int32) sunrpc.Step { return r.end(status) })
}

// end unmounts.
func (r *reading) end(status int32) sunrpc.Step {
	took := stdtime.Since(r.began)
	return r.mount.Umount(func() sunrpc.Step {
		r.done(status, r.data, took)
		return nil
	})
}

package main

import (
	"errors"
	"strconv"
	"strings"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/nfs4/client"
	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/xdr"
)

// caller is the engine on this computer, calling a server round after round. It lives in the host's goroutine.
type caller struct {
	*live
	*sockets.Host
	rounds int
	line   []byte
	// Over NFSv4.1: the mount, and the file's directory.
	mount *client.Mount
	dir   nfs4.FH
}

// run begins to call. An error is the system's, at once; what goes wrong with the server later ends the run.
func (l *live) run() (err error) {
	c := &caller{live: l}
	box := l.inbox
	any := "0.0.0.0"
	if l.server.IsIPv6() {
		any = "::"
	}
	c.Host, err = sockets.New(sockets.Options{Addr: any, Observe: func(log *trace.Log, e *trace.Event) {
		c.line = append(log.AppendText(c.line[:0], e), '\n')
		_, _ = box.Write(c.line) // it takes all
	}})
	if err != nil {
		return err
	}
	c.Process("mount.nfs", func(*sunrpc.Thread) sunrpc.Step {
		if l.path != "" {
			return c.mount4()
		}
		return c.create()
	})
	go func() {
		err := c.Run()
		c.Close()
		box.end(err)
	}()
	return nil
}

// fail ends the run.
func (c *caller) fail(what string, status int32) sunrpc.Step {
	c.Fail(errors.New(what + ": status " + strconv.Itoa(int(status))))
	return nil
}

// again begins a round now and the next when it is time.
func (c *caller) again(round func(n int)) {
	began := c.Now()
	c.rounds++
	round(c.rounds)
	c.At(began+time.Duration(c.every), func() { c.again(round) })
}

// create makes a client for calls of one procedure without arguments.
func (c *caller) create() sunrpc.Step {
	name := "NULL"
	if c.proc != 0 {
		name = strconv.Itoa(int(c.proc))
		if p := nfs.Lookup(c.prog, c.vers, c.proc); p != nil {
			name = p.Name
		}
	}
	decode := func(*xdr.Decoder, any) int32 { return 0 }
	null, proc := &sunrpc.Proc{Name: "NULL", Decode: decode}, &sunrpc.Proc{Num: c.proc, Name: name, Decode: decode}
	a := &sunrpc.CreateArgs{Program: c.program(), Prog: c.prog, Vers: c.vers, Server: c.server, NonPriv: true, Flavor: nfs.Flavor, Null: null}
	return c.Kernel().Create(a, func(to *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			return c.fail("connecting to "+c.addr, status)
		}
		c.again(func(n int) {
			for i := range c.atOnce {
				c.Process("cat", func(*sunrpc.Thread) sunrpc.Step { return c.once(to, proc, c.item(strings.ToLower(name), n, i)) })
			}
		})
		return nil
	})
}

// item names a call for those who look on.
func (c *caller) item(what string, round, i int) string {
	return what + "[" + strconv.Itoa((round-1)*c.atOnce+i) + "]"
}

func (c *caller) once(to *sunrpc.Client, proc *sunrpc.Proc, item string) sunrpc.Step {
	s := &sunrpc.Setup{Client: to, Msg: sunrpc.Message{Proc: proc}, Flags: trace.Soft | trace.Timeout, Item: item}
	return c.Kernel().RunTask(s, func(*sunrpc.Task) sunrpc.Step { return nil }) // what came of it is what is shown
}

func (c *caller) program() string {
	for name, number := range programs {
		if number == c.prog {
			return name
		}
	}
	return strconv.Itoa(int(c.prog))
}

// mount4 mounts the server over NFSv4.1 and finds the file's directory.
func (c *caller) mount4() sunrpc.Step {
	n := &client.Net{K: c.Kernel(), M: c.Host, NodeName: "sunscope", Kernel: "sunscope", Spawn: func(comm string, first sunrpc.Step) {
		c.Process(comm, func(*sunrpc.Thread) sunrpc.Step { return first() })
	}}
	n.AnswerCallbacks(func(comm string) *sunrpc.Thread { return c.Threads(comm, 1)[0] })
	a := &client.MountArgs{ClientArgs: client.ClientArgs{Minor: 1, Server: c.server}, RSize: 1 << 16, WSize: 1 << 16}
	return n.Mount(a, func(m *client.Mount, status int32) sunrpc.Step {
		if status < 0 {
			return c.fail("mounting "+c.addr+" with NFSv4.1", status)
		}
		c.mount, c.dir = m, m.Root
		return c.walk(strings.Split(strings.Trim(c.path, "/"), "/"))
	})
}

// walk goes to the file's directory, and then reads it round after round.
func (c *caller) walk(names []string) sunrpc.Step {
	if len(names) == 1 {
		c.again(func(n int) {
			c.Process("cat", func(*sunrpc.Thread) sunrpc.Step { return c.cat(names[0], n) })
		})
		return nil
	}
	return c.mount.Lookup("", c.dir, names[0], func(fh nfs4.FH, status int32) sunrpc.Step {
		if status < 0 {
			return c.fail("looking up "+names[0]+" at "+c.addr, status)
		}
		c.dir = fh
		return c.walk(names[1:])
	})
}

// cat reads the beginning of the file with several READs at once.
func (c *caller) cat(name string, round int) sunrpc.Step {
	return c.mount.Open(c.item("open", round, 0), c.dir, name, client.How{Access: nfs4.ShareRead}, func(f *client.File, status int32) sunrpc.Step {
		if status < 0 {
			return c.fail("opening "+name+" at "+c.addr, status)
		}
		left := c.atOnce
		done := func(*sunrpc.Task) {
			if left--; left == 0 {
				c.Process("cat", func(*sunrpc.Thread) sunrpc.Step {
					return f.Close(c.item("close", round, 0), func(int32) sunrpc.Step { return nil })
				})
			}
		}
		var next func(i int) sunrpc.Step
		next = func(i int) sunrpc.Step {
			if i == c.atOnce {
				return nil
			}
			s := f.Read(c.item("read", round, i), uint64(i)<<14, 1<<14, done)
			return c.Kernel().RunTask(s, func(*sunrpc.Task) sunrpc.Step { return next(i + 1) })
		}
		return next(0)
	})
}

package world

import (
	"strconv"
	"strings"

	"sunscope/core/nfs"
	"sunscope/core/nfs4/client"
	"sunscope/core/nlm"
	"sunscope/core/scenario"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
)

// startScripts starts the processes that have scripts.
func (w *World) startScripts(c *sunrpc.Client) {
	jitter := w.rand("script")
	for _, p := range w.sc.Processes {
		ops, err := scenario.ParseScript(p.Do)
		if err != nil { // Check has read it already
			w.err = err
			return
		}
		once := ops
		for range p.Times - 1 {
			ops = append(ops, once...)
		}
		for n := range p.Count {
			s := &script{w: w, ns: w.on(p.On), ops: ops, num: strconv.Itoa(n + 1), name: p.Name}
			if s.ns == &w.netns { // what is mounted at first is there
				s.c, s.was, s.v4, s.was4 = c, c, w.first4(), w.first4()
			}
			at := w.now + p.At + time.Duration(n)*forking + time.Duration(jitter.Int64N(int64(forking)))
			w.scripts = append(w.scripts, s)
			w.running++
			w.sim.At(at, func() {
				w.running--
				w.process(p.Name, s.begin)
			})
			if p.Within > 0 {
				w.client.At(at+p.Within, s.kill)
			}
		}
	}
}

// script is a process on its way through its operations.
type script struct {
	w     *World
	ns    *netns // where it runs
	c     *sunrpc.Client
	p     *thread
	ops   []scenario.Op
	num   string // what $ stands for
	name  string
	calls int            // made so far, for the names of workload items
	open  int            // asynchronous calls that are not over
	waits bool           // until they are, or until it is time
	sleep bool           // until it is time
	then  sunrpc.Step    // what comes after; nil: the next operation
	dead  bool           // killed: it does nothing more
	ended bool           // it does nothing more but close its files
	mine  []*mounting    // what it has mounted itself
	was   *sunrpc.Client // c before that
	v4    *client.Mount  // with NFSv4, the mount that c belongs to
	was4  *client.Mount
	files []openFile // that it has open, with NFSv4
	// What it has locked, by path; only looked up. locked is every path in order, some of them unlocked since.
	locks  map[string]*nlm.Request
	locked []string
}

func (s *script) begin(p *thread) sunrpc.Step {
	s.p = p
	s.unmounted()
	return s.next
}

// next does the next operation, or ends the process.
func (s *script) next() sunrpc.Step {
	if s.ended = len(s.ops) == 0; s.ended {
		if leave := s.leave(); leave != nil {
			return leave
		}
		if len(s.files) > 0 {
			return s.closeAll(s.w.end)
		}
		return s.w.end()
	}
	op := new(scenario.Op)
	*op, s.ops = s.ops[0], s.ops[1:]
	if s.c == nil && !op.Alone() {
		return s.next // nothing is mounted: the command fails
	}
	op.Path = strings.Join(strings.Split(op.Path, "$"), s.num)
	s.w.client.Spend(sunrpc.CostProcess)
	return func() sunrpc.Step { return s.do(op) }
}

func (s *script) do(op *scenario.Op) sunrpc.Step {
	if s.v4 != nil {
		if step, ok := s.do4(op); ok {
			return step
		}
	}
	switch op.Verb {
	case "sleep":
		return s.pause(op.For, nil)
	case "rpclab":
		return s.lab(op)
	case "set":
		s.w.setKnob(op.Knob)
		return s.next
	case "nfsd", "nfsd-u":
		s.waits = true
		s.w.nfsd.command(op, func(int32) { s.wakeUp() })
		return nil
	case "exportfs":
		s.waits = true
		s.w.exportfs(op.On, s.wakeUp)
		return nil
	case "start", "stop":
		s.w.daemons[op.Word].command(op.Verb == "start")
		return s.next
	case "mount":
		return s.mount(op.Mount)
	case "umount":
		return s.umount()
	case "callback", "recall", "recall-slots":
		s.w.sim.At(s.w.now, func() { s.w.server.Softirq(func() { s.w.callBack(op) }) })
		return s.next
	case "null", "ranked":
		return s.nulls(op, 0)
	case "read", "write":
		return s.many(op, 0)
	case "pwrites":
		return s.pwrites(op)
	case "commit":
		args := &nfs.CommitArgs{FH: s.handle(op.Path)}
		return s.async(nfs.CommitSetup(s.ns.kernel, s.c, args, s.item(op), s.over), s.wait)
	case "fsinfo":
		return s.sync(op, nfs.ProcFsinfo, &nfs.FHArgs{FH: s.handle("")}, nil)
	case "fsstat":
		return s.sync(op, nfs.ProcFsstat, &nfs.FHArgs{FH: s.handle("")}, nil)
	case "readdir":
		return s.sync(op, nfs.ProcReaddirplus, &nfs.ReaddirplusArgs{Dir: s.handle(op.Path), DirCount: 4096, MaxCount: 32768}, nil)
	case "mkdir":
		return s.sync(op, nfs.ProcMkdir, &nfs.MkdirArgs{Where: s.entry(op.Path)}, func(r nfs.Res) {
			s.learn(op.Path, r.(*nfs.CreateRes).FH.FH)
		})
	case "rmdir":
		return s.sync(op, nfs.ProcRmdir, &nfs.DirOpArgs{What: s.entry(op.Path)}, nil)
	case "pathconf":
		return s.sync(op, nfs.ProcPathconf, &nfs.FHArgs{FH: s.handle("")}, nil)
	case "getattr":
		return s.sync(op, nfs.ProcGetattr, &nfs.FHArgs{FH: s.handle(op.Path)}, nil)
	case "getacl":
		return s.getacl(op)
	case "access":
		return s.sync(op, nfs.ProcAccess, &nfs.AccessArgs{FH: s.handle(op.Path), Access: 0x3f}, nil)
	case "remove":
		return s.sync(op, nfs.ProcRemove, &nfs.DirOpArgs{What: s.entry(op.Path)}, nil)
	case "lookup":
		return s.sync(op, nfs.ProcLookup, &nfs.DirOpArgs{What: s.entry(op.Path)}, func(r nfs.Res) {
			s.learn(op.Path, r.(*nfs.LookupRes).FH)
		})
	case "create":
		args := &nfs.CreateArgs{Where: s.entry(op.Path)}
		return s.sync(op, nfs.ProcCreate, args, func(r nfs.Res) { s.learn(op.Path, r.(*nfs.CreateRes).FH.FH) })
	}
	if step, ok := s.names(op); ok {
		return step
	}
	return s.nothing(op, "NFSv3 has no such operation")
}

// nothing leaves in the trace why an operation does nothing.
func (s *script) nothing(op *scenario.Op, why string) sunrpc.Step {
	s.w.client.mark(s.item(op) + " does nothing: " + why)
	return s.next
}

// sync makes one call and waits for it. That a file is not there is no failure of the script; anything else that
// ends in an error leaves its status in the trace, and the script goes on as a shell's would.
func (s *script) sync(op *scenario.Op, proc uint32, args any, learn func(nfs.Res)) sunrpc.Step {
	res := nfs.V3[proc].Res()
	setup := &sunrpc.Setup{Client: s.c, Msg: sunrpc.Message{Proc: nfs.Call(proc), Args: args, Res: res}, Item: s.item(op)}
	return s.ns.kernel.RunTask(setup, func(t *sunrpc.Task) sunrpc.Step {
		if t.Status() >= 0 && learn != nil {
			learn(res)
		}
		return s.next
	})
}

// getacl asks for a file's access control lists, as ls -l does, if the mount has found that the server has NFSACL.
func (s *script) getacl(op *scenario.Op) sunrpc.Step {
	acl := s.w.acl
	if n := len(s.mine); n > 0 {
		acl = s.mine[n-1].acl
	}
	if acl == nil {
		return s.nothing(op, "the mount has no NFSACL")
	}
	args := &nfs.GetaclArgs{FH: s.handle(op.Path), Mask: nfs.ACLAll}
	setup := &sunrpc.Setup{Client: acl, Msg: sunrpc.Message{Proc: nfs.Getacl(), Args: args, Res: new(nfs.GetaclRes)}, Item: s.item(op)}
	return s.ns.kernel.RunTask(setup, func(*sunrpc.Task) sunrpc.Step { return s.next })
}

// many makes a file's READs or WRITEs, all at once, and then waits for them.
func (s *script) many(op *scenario.Op, i int) sunrpc.Step {
	if i == op.N {
		return s.wait()
	}
	fh, off := s.handle(op.Path), op.Off+uint64(i)*uint64(op.Size)
	var setup *sunrpc.Setup
	if op.Verb == "read" {
		setup = nfs.ReadSetup(s.ns.kernel, s.c, &nfs.ReadArgs{FH: fh, Offset: off, Count: uint32(op.Size)}, s.item(op), s.over)
	} else {
		args := &nfs.WriteArgs{FH: fh, Offset: off, Count: uint32(op.Size), Data: make([]byte, op.Size)}
		nfs.Pattern(args.Data, op.Path, off)
		setup = nfs.WriteSetup(s.ns.kernel, s.c, args, s.item(op), s.over)
	}
	return s.async(setup, func() sunrpc.Step { return s.many(op, i+1) })
}

// pwrites writes the beginning of a file, and pauses, until it is time to stop: the operations that this takes come before
// what the script does next.
func (s *script) pwrites(op *scenario.Op) sunrpc.Step {
	again := *op
	if again.Till == 0 {
		again.Till = s.w.now + op.All
	}
	if s.dead || s.w.now >= again.Till {
		return s.next
	}
	s.ops = append([]scenario.Op{{Verb: "write", Path: op.Path, N: 1, Size: op.Size}, {Verb: "sleep", For: op.For},
		again}, s.ops...)
	return s.next
}

// nulls makes asynchronous NULL calls, all at once, as a module does that exercises the RPC client and no file system.
func (s *script) nulls(op *scenario.Op, i int) sunrpc.Step {
	if i == op.N {
		return s.wait()
	}
	setup := &sunrpc.Setup{
		Client: s.c, Msg: sunrpc.Message{Proc: nfs.Null()}, Flags: trace.Async, Item: s.item(op),
		Ops: &sunrpc.CallOps{DoneName: "lab_done", DoneModule: "rpclab", Release: s.over},
	}
	if op.Verb == "ranked" {
		setup.Priority = sunrpc.High - sunrpc.Priority(i%3)
	}
	return s.async(setup, func() sunrpc.Step { return s.nulls(op, i+1) })
}

func (s *script) async(setup *sunrpc.Setup, then func() sunrpc.Step) sunrpc.Step {
	s.open++
	return s.ns.kernel.RunTask(setup, func(*sunrpc.Task) sunrpc.Step { return then() })
}

// over hears the end of an asynchronous call; the last one wakes the process, if it waits.
func (s *script) over(*sunrpc.Task) {
	s.open--
	if s.open == 0 && !s.sleep {
		s.wakeUp()
	}
}

// wakeUp ends a sleep, unless a signal did.
func (s *script) wakeUp() {
	if !s.waits {
		return
	}
	then := s.then
	if then == nil {
		then = s.next
	}
	s.waits, s.sleep, s.then = false, false, nil
	s.w.client.wake(s.p, then)
}

// wait sleeps until the asynchronous calls are over.
func (s *script) wait() sunrpc.Step { return s.waitThen(s.next) }

func (s *script) waitThen(then sunrpc.Step) sunrpc.Step {
	if s.open == 0 {
		return then
	}
	s.waits, s.then = true, then
	return nil
}

// pause sleeps, and then goes on with then, or with the next operation.
func (s *script) pause(d time.Duration, then sunrpc.Step) sunrpc.Step {
	s.waits, s.sleep, s.then = true, true, then
	s.w.sim.At(s.w.now+d, s.wakeUp)
	return nil
}

// item names the call for lessons and people: dd[3].write[2].
func (s *script) item(op *scenario.Op) string {
	s.calls++
	return s.name + "[" + s.num + "]." + op.Verb + "[" + strconv.Itoa(s.calls) + "]"
}

// handle is what the client has learned of a file; one that it has not is an empty handle, which the server refuses.
func (s *script) handle(path string) nfs.FH { return s.ns.handles[path] }

func (s *script) learn(path string, fh nfs.FH) { s.ns.handles[path] = append(nfs.FH(nil), fh...) }

// entry is a name in its directory.
//
//go:noinline
func (s *script) entry(path string) nfs.DirOp {
	dir, name := "", path
	if i := strings.LastIndexByte(path, '/'); i >= 0 {
		dir, name = path[:i], path[i+1:]
	}
	return nfs.DirOp{Dir: s.handle(dir), Name: name}
}

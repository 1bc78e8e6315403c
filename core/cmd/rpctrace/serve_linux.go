package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path"
	"runtime/debug"
	"syscall"
	stdtime "time"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	nfsd4 "sunscope/core/nfs4/nfsd"
	"sunscope/core/rpcbind"
	"sunscope/core/rpcmsg"
	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// run serves until it is interrupted.
func (s *serving) run(out, errs io.Writer) int {
	t, err := newTracing(s.trace)
	if err != nil {
		return usageError(errs, "serve: %v", err)
	}
	packets, err := newCapturing(s.pcap)
	if err != nil {
		return usageError(errs, "serve: %v", err)
	}
	opt := sockets.Options{
		Addr: s.addr, Role: "server", MaxConns: s.conns, IdleTimeout: limit(s.idle), RecordTimeout: limit(s.record),
		Notice: func(line string) { fmt.Fprintf(errs, "rpctrace: serve: %s\n", line) },
	}
	if s.trace != "" {
		opt.Observe = t.observe
	}
	packets.attach(&opt)
	h, err := sockets.New(opt)
	if err != nil {
		return usageError(errs, "serve: %v", err)
	}
	defer h.Close()
	debug.SetGCPercent(800) // hardly anything lives but the files: collecting often would be most of the work
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	go func() { <-stop; h.Stop() }()
	if err = s.start(h, out); err == nil {
		err = h.Run()
	}
	if err2 := errors.Join(t.close(), packets.close()); err == nil {
		err = err2
	}
	if s.socket != "" {
		h.Unlisten(wire.Addr{Host: s.socket})
	}
	if err != nil {
		fmt.Fprintf(errs, "rpctrace: serve: %v\n", err)
		return 1
	}
	return 0
}

// limit is a time-out as the host wants it; 0 is none.
func limit(d stdtime.Duration) time.Duration {
	if d == 0 {
		return -1
	}
	return time.Duration(d)
}

// start makes the servers and registers them in the table that our rpcbind has.
func (s *serving) start(h *sockets.Host, out io.Writer) error {
	fs := s.fileSystem()
	table := &rpcbind.Table{Host: s.addr, Seconds: func() uint32 { return uint32(stdtime.Now().Unix()) }}
	var nfsd []*sunrpc.Service
	if s.programs["nfs"] {
		nfsd = append(nfsd, timed(fs, nfs.Service(fs)))
	}
	if s.programs["nfs4"] {
		nfsd = append(nfsd, nfsd4.New(h.Kernel(), h, nfs4.NewServer(fs)).Service())
	}
	if s.programs["nfsacl"] {
		nfsd = append(nfsd, timed(fs, nfs.ACLService(fs)))
	}
	ports := []struct {
		port     uint
		comm     string
		services []*sunrpc.Service
	}{{s.rpcbindPort, "rpcbind", nil}, {s.mountdPort, "rpc.mountd", nil}, {s.nfsPort, "nfsd", nfsd}}
	if s.programs["rpcbind"] {
		ports[0].services = table.Services()
	}
	if s.programs["mountd"] {
		ports[1].services = []*sunrpc.Service{timed(fs, nfs.MountService(fs))}
	}
	for _, p := range ports {
		if len(p.services) == 0 {
			continue
		}
		srv, port, err := s.listen(h, uint16(p.port), p.comm, p.services)
		if err != nil {
			return err
		}
		s.register(table, p.services, port, out)
		if p.comm == "rpcbind" && s.socket != "" {
			if errno := srv.ServeLocal(s.socket); errno != wire.OK {
				return fmt.Errorf("%s: cannot listen there (status %d)", s.socket, errno)
			}
		}
	}
	fmt.Fprintln(out, "ready")
	return nil
}

// listen makes a server over TCP and UDP.
func (s *serving) listen(h *sockets.Host, port uint16, comm string, services []*sunrpc.Service) (*sunrpc.Server, uint16, error) {
	at := wire.Addr{Host: s.addr, Port: port}
	srv, errno := h.Kernel().Serve(services, port, h.Threads(comm, s.threads))
	if errno == wire.OK {
		bound, _ := h.Listening(at)
		port = bound.Port
		errno = srv.ServeUDP(port)
	}
	if errno != wire.OK {
		return nil, 0, fmt.Errorf("%v: cannot listen there (status %d)", at, errno)
	}
	return srv, port, nil
}

// register enters what is served, and says so.
func (s *serving) register(table *rpcbind.Table, services []*sunrpc.Service, port uint16, out io.Writer) {
	suffix := ""
	if (wire.Addr{Host: s.addr}).IsIPv6() {
		suffix = "6"
	}
	for _, one := range services {
		for _, netid := range []string{"tcp", "udp"} {
			table.Set(rpcbind.Entry{
				Prog: one.Prog, Vers: one.Vers, Netid: netid + suffix, Uaddr: rpcbind.Uaddr(s.addr, port), Owner: "superuser",
			})
		}
		fmt.Fprintf(out, "%s version %d on %v\n", one.Name, one.Vers, wire.Addr{Host: s.addr, Port: port})
	}
}

func (s *serving) fileSystem() *nfs.FS {
	fs := nfs.NewFS()
	if len(s.files) == 0 {
		s.files = files{{"/export/file1", 1 << 20}, {"/export/file2", 4096}}
	}
	for _, f := range s.files {
		fs.MakeDir(path.Dir(f.path))
		fs.WriteFile(f.path, f.size)
	}
	return fs
}

// timed gives a service of the file system the time of the clock.
func timed(fs *nfs.FS, s *sunrpc.Service) *sunrpc.Service {
	serve := s.Serve
	s.Serve = func(proc uint32, args *xdr.Decoder, res *xdr.Encoder) (rpcmsg.AcceptStat, int) {
		fs.Now = time.Duration(stdtime.Since(stdtime.Unix(nfs.Epoch, 0)))
		return serve(proc, args, res)
	}
	return s
}

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"sunscope/core/nlm"
)

const serveUsage = `usage: rpctrace serve [FLAGS]

Serves MOUNT and NFSv3, or with -programs rpcbind, nfsacl and NFSv4 as well, with the engine of the simulation on real
sockets, over TCP and UDP (NFSv4: TCP), from a file system in memory, until it is interrupted. It prints a line for each program when it is ready. Nobody is asked who he is: listen
where only friends call.

  rpctrace serve -file /export/hello=4096 &
  rpctrace call 127.0.0.1:20049 nfs 3 NULL
  nfs-ls 'nfs://127.0.0.1/export?nfsport=20049&mountport=20048'

  rpctrace serve -programs nfs4 -file /export/hello=4096 &
  rpctrace call 127.0.0.1:20049 nfs 4.1 READ /export/hello

With -trace the server's events go to a file as a kernel's trace file would show them, with -pcap what its sockets send and
receive as a packet capture, for Wireshark.
Exit status: 0 it was interrupted, 1 it could not go on, 2 a mistake in the command.

`

// serving is what "rpctrace serve" was asked to do.
type serving struct {
	addr, trace, pcap, socket        string
	programs                         map[string]bool
	rpcbindPort, nfsPort, mountdPort uint
	threads                          int
	files                            files
	conns                            int
	idle, record                     time.Duration
}

// files collects -file.
type files []file

type file struct {
	path string
	size int
}

// String implements flag.Value.
func (f *files) String() string {
	var all []string
	for _, one := range *f {
		all = append(all, one.path+"="+strconv.Itoa(one.size))
	}
	return strings.Join(all, " ")
}

// maxFile is the largest file that -file makes.
const maxFile = 1 << 30

// Set implements flag.Value.
func (f *files) Set(v string) error {
	path, size, _ := strings.Cut(v, "=")
	n, err := strconv.Atoi(size)
	if !strings.HasPrefix(path, "/") || strings.HasSuffix(path, "/") || err != nil || n < 0 || n > maxFile {
		return fmt.Errorf("expected /PATH=BYTES, at most %d", maxFile)
	}
	*f = append(*f, file{path, n})
	return nil
}

// serveCommand is "rpctrace serve".
func serveCommand(args []string, out, errs io.Writer) int {
	f := flag.NewFlagSet("serve", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() { fmt.Fprint(errs, serveUsage); f.PrintDefaults() }
	s := &serving{}
	f.StringVar(&s.addr, "addr", "127.0.0.1", "listen on this `address`; 0.0.0.0 or :: is all of them")
	f.StringVar(&s.trace, "trace", "", "write the events to this `file`")
	f.StringVar(&s.pcap, "pcap", "", "write what is sent and received to this `file`, as a packet capture")
	f.StringVar(&s.socket, "socket", "", "let rpcbind listen on this `path` too")
	programs := f.String("programs", "nfs,mountd", "the `programs` to serve: rpcbind, nfs (version 3), nfs4 (versions 4.0 and 4.1), mountd, nfsacl, with commas between")
	f.UintVar(&s.rpcbindPort, "rpcbind-port", 111, "`port` of rpcbind; 0: the system chooses, as for the others")
	f.UintVar(&s.nfsPort, "nfs-port", 20049, "`port` of nfs and nfsacl")
	f.UintVar(&s.mountdPort, "mountd-port", 20048, "`port` of mountd")
	f.IntVar(&s.threads, "threads", 8, "`number` of threads that serve a port")
	f.Var(&s.files, "file", "have a file of so many bytes of its own pattern: `/PATH=BYTES`; may be given often")
	f.IntVar(&s.conns, "conns", 4096, "close the oldest beyond this `number` of connections")
	f.DurationVar(&s.idle, "idle", 6*time.Minute, "close a connection that is idle for so `long`; 0: never")
	f.DurationVar(&s.record, "record", time.Minute, "close a connection whose record is not whole after so `long`, or that takes no replies; 0: never")
	words, err := parseMixed(f, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(words) > 0:
		return usageError(errs, "serve: %q is too much; there are only flags (rpctrace serve -h)", words[0])
	}
	if err := s.check(*programs); err != nil {
		return usageError(errs, "serve: %v", err)
	}
	return s.run(out, errs)
}

func (s *serving) check(programs string) error {
	if net.ParseIP(s.addr) == nil {
		return fmt.Errorf("-addr %q: expected an address such as 127.0.0.1", s.addr)
	}
	s.programs = map[string]bool{}
	for _, name := range strings.Split(programs, ",") {
		if name == "nfs4" { // the program nfs, and version 4 of it
			s.programs[name] = true
			continue
		}
		p, err := programNamed(name)
		if err != nil || p.names == nil || p.number == nlm.Program {
			return fmt.Errorf("-programs %q: expected rpcbind, nfs, nfs4, mountd, nfsacl", name)
		}
		s.programs[p.name()] = true
	}
	for _, p := range []uint{s.rpcbindPort, s.nfsPort, s.mountdPort} {
		if p > 65535 {
			return fmt.Errorf("port %d: expected 0 to 65535", p)
		}
	}
	if s.threads < 1 || s.threads > 1000 {
		return fmt.Errorf("-threads %d: expected 1 to 1000", s.threads)
	}
	if s.conns < 1 || s.idle < 0 || s.record < 0 {
		return fmt.Errorf("-conns %d, -idle %v, -record %v: expected at least 1 connection and no negative time", s.conns, s.idle, s.record)
	}
	if s.socket != "" && !strings.HasPrefix(s.socket, "/") {
		return fmt.Errorf("-socket %q: expected a path that begins with /", s.socket)
	}
	return nil
}

package main

import (
	"encoding/hex"
	"errors"
	"flag"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"sunscope/core/nfs"
	"sunscope/core/nfs4"
	"sunscope/core/rpcmsg"
	"sunscope/core/wire"
)

const callUsage = `usage: rpctrace call [FLAGS] ADDR PROGRAM VERSION PROC [ARGS]

Calls one procedure of a real server with the engine of the simulation on real sockets, and prints what it answers: field
by field for rpcbind, NFSv3, NLM and the MNT of MOUNT, in hexadecimal for others.

  ADDR     host:port, or a host alone, whose rpcbind is asked for the port; with -proto unix the path of a socket
  PROGRAM  a number, or portmapper (rpcbind), nfs, mountd, nfsacl, nlockmgr
  PROC     a number, or a name such as NULL, GETPORT, DUMP, MNT, GETATTR
  ARGS     the arguments in XDR, in hexadecimal; spaces and underscores between digits are ignored

  rpctrace call 127.0.0.1:111 portmapper 2 DUMP
  rpctrace call -proto udp 127.0.0.1:111 rpcbind 2 GETPORT '000186a3 00000003 00000006 00000000'
  rpctrace call -proto unix /run/rpcbind.sock rpcbind 4 GETTIME

With VERSION 4.0 or 4.1 of nfs it mounts the server, reads a file and prints it, which needs a port below 1024:

  rpctrace call -trace read.txt 127.0.0.1:2049 nfs 4.1 READ /export/hello

With -trace the events of the call go to a file as a kernel's trace file would show them; rpctrace check reads it.
With -pcap what the socket sends and receives goes to a file as a packet capture, for Wireshark.
Exit status: 0 the procedure was run, 1 it was not (one line says why), 2 a mistake in the command.

`

// calling is what "rpctrace call" was asked to do.
type calling struct {
	server     wire.Addr
	proto      string // tcp, udp, unix
	program    known
	vers, proc uint32
	args       []byte
	flavor     rpcmsg.Flavor
	timeo      time.Duration
	resvport   bool
	trace      string
	pcap       string
	minor      uint32
	path       string // of a file to be read over NFSv4, instead of a call
}

// callCommand is "rpctrace call".
func callCommand(args []string, out, errs io.Writer) int {
	f := flag.NewFlagSet("call", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() { fmt.Fprint(errs, callUsage); f.PrintDefaults() }
	c := &calling{}
	f.StringVar(&c.proto, "proto", "tcp", "`transport`: tcp, udp or unix")
	f.StringVar(&c.trace, "trace", "", "write the events to this `file`")
	f.StringVar(&c.pcap, "pcap", "", "write what is sent and received to this `file`, as a packet capture")
	cred := f.String("cred", "sys", "`credential`: sys (AUTH_SYS, user 0) or null (AUTH_NONE)")
	f.DurationVar(&c.timeo, "timeo", 10*time.Second, "give up after this `time`; over UDP the call is sent three times within it")
	f.BoolVar(&c.resvport, "resvport", false, "call from a port below 1024, as the kernel does; needs the right to")
	words, err := parseMixed(f, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(words) < 4:
		return usageError(errs, "call: expected ADDR PROGRAM VERSION PROC [ARGS], found %d of them; rpctrace call -h says more", len(words))
	}
	if err := c.read(words, *cred); err != nil {
		return usageError(errs, "call: %v", err)
	}
	return c.run(out, errs)
}

func (c *calling) read(words []string, cred string) (err error) {
	switch cred {
	case "sys":
		c.flavor = rpcmsg.AuthUnix
	case "null":
		c.flavor = rpcmsg.AuthNone
	default:
		return fmt.Errorf("-cred %q: expected sys or null", cred)
	}
	if c.timeo < 10*time.Millisecond || c.timeo > time.Hour {
		return fmt.Errorf("-timeo %v: expected 10ms to 1h", c.timeo)
	}
	if c.server, err = serverAddr(c.proto, words[0]); err != nil {
		return err
	}
	if c.program, err = programNamed(words[1]); err != nil {
		return err
	}
	if c.program.number == nfs.Program && (words[2] == "4.0" || words[2] == "4.1") {
		return c.readPath(words[2:])
	}
	vers, err := strconv.ParseUint(words[2], 0, 32)
	if err != nil {
		return fmt.Errorf("VERSION %q: expected a number", words[2])
	}
	c.vers = uint32(vers)
	if c.proc, err = c.program.procNamed(c.vers, words[3]); err != nil {
		return err
	}
	digits := strings.NewReplacer(" ", "", "_", "").Replace(strings.Join(words[4:], ""))
	if c.args, err = hex.DecodeString(digits); err != nil {
		return fmt.Errorf("ARGS: %v", err)
	}
	if len(c.args)%4 != 0 {
		return fmt.Errorf("ARGS: %d bytes; XDR comes in units of four", len(c.args))
	}
	return nil
}

// readPath takes VERSION READ /PATH.
func (c *calling) readPath(words []string) error {
	switch {
	case c.proto != "tcp":
		return fmt.Errorf("-proto %s: NFSv4 goes over tcp", c.proto)
	case len(words) != 3 || !strings.EqualFold(words[1], "READ") || !strings.HasPrefix(words[2], "/") || words[2] == "/":
		return fmt.Errorf("nfs %s: expected READ /PATH", words[0])
	}
	c.vers, c.proc, c.path = 4, 1, words[2]
	c.minor = uint32(words[0][2] - '0')
	return nil
}

// print shows what came back; a file as it is.
func (c *calling) print(out io.Writer, results []byte, took time.Duration) {
	if c.path != "" {
		_, _ = out.Write(results) // who does not want to read it, does not
		return
	}
	p := &c.program
	fmt.Fprintf(out, "%s v%d %s: SUCCESS, %d bytes of results, %.3f ms\n", p.name(), c.vers, p.procName(c.vers, c.proc),
		len(results), float64(took.Microseconds())/1000)
	fields, ok := p.fields(c.vers, c.proc, results)
	if !ok {
		if len(results) > 0 {
			fmt.Fprint(out, hex.Dump(results))
		}
		return
	}
	for _, f := range fields {
		line := strings.Repeat("  ", f.Depth+1) + f.Name
		if f.Value != "" {
			line += ": " + f.Value
		}
		fmt.Fprintln(out, line)
	}
}

// why says what a status means that is not success. event is the name of the last event that told of a refusal.
func why(status int32, event string) string {
	name, ok := meanings[event]
	if !ok {
		name = statuses[wire.Errno(status)]
	}
	if name == "" && status <= -10000 {
		name = nfs4.Status(-status).String()
	}
	if name == "" {
		name = "the call failed"
	}
	return fmt.Sprintf("%s (status %d)", name, status)
}

// What the events of a refused call say.
var meanings = map[string]string{
	"rpc__prog_unavail":     "PROG_UNAVAIL: the server does not have this program",
	"rpc__prog_mismatch":    "PROG_MISMATCH: the server does not have this version of the program",
	"rpc__proc_unavail":     "PROC_UNAVAIL: the program does not have this procedure",
	"rpc__garbage_args":     "GARBAGE_ARGS: the server could not read the arguments, or failed",
	"rpc__mismatch":         "RPC_MISMATCH: the server speaks another version of RPC",
	"rpc__stale_creds":      "AUTH_ERROR: the server rejects the credential",
	"rpc__bad_creds":        "AUTH_ERROR: the server cannot read the credential or the verifier",
	"rpc__auth_tooweak":     "AUTH_TOOWEAK: the server requires stronger authentication",
	"rpc__unparsable":       "the reply makes no sense",
	"rpc_bad_verifier":      "the reply's verifier makes no sense",
	"rpcb_prog_unavail_err": "the server's rpcbind does not know the program",
	"rpcb_timeout_err":      "the server's rpcbind does not answer",
	"rpcb_bind_version_err": "the server's rpcbind speaks no version that this client does",
	"rpcb_unreachable_err":  "the server's rpcbind is out of reach",
	"rpcb_unrecognized_err": "the server's rpcbind answers strangely",
}

// What a status says without an event.
var statuses = map[wire.Errno]string{
	wire.ECONNREFUSED: "ECONNREFUSED: nobody listens there",
	wire.ETIMEDOUT:    "ETIMEDOUT: no answer in time",
	wire.EHOSTUNREACH: "EHOSTUNREACH: there is no way to the host",
	wire.ENETUNREACH:  "ENETUNREACH: there is no way to the network",
	wire.ENOENT:       "ENOENT: there is no such socket",
	wire.EACCES:       "EACCES: permission denied",
	wire.EPIPE:        "EPIPE: the server closes the connection",
	wire.ENOTCONN:     "ENOTCONN: the connection is gone",
	wire.ECONNRESET:   "ECONNRESET: the server resets the connection",
	wire.EMSGSIZE:     "EMSGSIZE: the call is too long for a datagram",
	wire.EIO:          "EIO: no answer that makes sense",
}

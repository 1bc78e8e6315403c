package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	stdtime "time"

	"sunscope/core/sockets"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// tracing writes the events of a live run to a file, and remembers which of them last told of a refusal.
type tracing struct {
	file *os.File
	w    *bufio.Writer
	line []byte
	told string
	err  error
}

// newTracing opens the file; without a name only refusals are looked out for.
func newTracing(name string) (*tracing, error) {
	t := &tracing{}
	if name == "" {
		return t, nil
	}
	var err error
	if t.file, err = os.Create(name); err != nil {
		return nil, err
	}
	t.w = bufio.NewWriter(t.file)
	t.w.WriteString("# tracer: nop\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n")
	return t, nil
}

func (t *tracing) observe(l *trace.Log, e *trace.Event) {
	if name := e.Kind.String(); meanings[name] != "" {
		t.told = name
	}
	if t.w != nil && t.err == nil {
		t.line = append(l.AppendText(t.line[:0], e), '\n')
		_, t.err = t.w.Write(t.line)
	}
}

// close ends the file; it says what went wrong with it, now or earlier.
func (t *tracing) close() error {
	if t.w == nil {
		return nil
	}
	if err := t.w.Flush(); t.err == nil {
		t.err = err
	}
	if err := t.file.Close(); t.err == nil {
		t.err = err
	}
	return t.err
}

// run makes the call.
func (c *calling) run(out, errs io.Writer) int {
	t, err := newTracing(c.trace)
	if err != nil {
		return usageError(errs, "call: %v", err)
	}
	packets, err := newCapturing(c.pcap)
	if err != nil {
		return usageError(errs, "call: %v", err)
	}
	opt := sockets.Options{Addr: anyOf(c.server), Observe: t.observe}
	packets.attach(&opt)
	h, err := sockets.New(opt)
	if err != nil {
		return usageError(errs, "call: %v", err)
	}
	defer h.Close()
	status, results, took := int32(0), []byte(nil), stdtime.Duration(0)
	call := c.call
	if c.path != "" {
		call = c.readFile
	}
	h.Process("rpctrace", func(*sunrpc.Thread) sunrpc.Step {
		return call(h, func(s int32, res []byte, d stdtime.Duration) {
			status, results, took = s, res, d
			h.Stop()
		})
	})
	err = errors.Join(h.Run(), t.close(), packets.close())
	switch {
	case err != nil:
		fmt.Fprintf(errs, "rpctrace: call: %v\n", err)
		return 1
	case status < 0 && c.path != "":
		reason := why(status, t.told)
		if status == int32(wire.ENOENT) {
			reason = "ENOENT: there is no such file"
		}
		fmt.Fprintf(errs, "rpctrace: call: %s: reading %s over NFSv4.%d: %s\n", c.where(), c.path, c.minor, reason)
		return 1
	case status < 0:
		fmt.Fprintf(errs, "rpctrace: call: %s: %s v%d %s: %s\n", c.where(), c.program.name(), c.vers,
			c.program.procName(c.vers, c.proc), why(status, t.told))
		return 1
	}
	c.print(out, results, took)
	return 0
}

// where is the server as messages name it.
func (c *calling) where() string {
	return strings.TrimSuffix(c.server.String(), ":0") + " over " + c.proto
}

// anyOf stands for all addresses of the family of a.
func anyOf(a wire.Addr) string {
	if !a.IsLocal() && a.IsIPv6() {
		return "::"
	}
	return "0.0.0.0"
}

// call makes a client and calls the procedure; done hears once how it ended.
func (c *calling) call(h *sockets.Host, done func(int32, []byte, stdtime.Duration)) sunrpc.Step {
	to := c.timeouts()
	a := &sunrpc.CreateArgs{
		Program: c.program.name(), Prog: c.program.number, Vers: c.vers, Server: c.server, NoPing: true, NonPriv: !c.resvport,
		Protocol: map[string]sunrpc.Protocol{"tcp": sunrpc.TCP, "udp": sunrpc.UDP, "unix": sunrpc.Local}[c.proto],
		Flavor:   c.flavor, Timeout: &to, NoIdle: true,
	}
	answered := false
	proc := &sunrpc.Proc{
		Num: c.proc, Name: c.program.procName(c.vers, c.proc), ArgLen: len(c.args) / 4,
		Encode: func(e *xdr.Encoder, _ any) wire.Errno { e.B = append(e.B, c.args...); return wire.OK },
		Decode: func(d *xdr.Decoder, res any) int32 {
			answered = true
			*res.(*[]byte) = bytes.Clone(d.Rest())
			return 0
		},
	}
	return h.Kernel().Create(a, func(client *sunrpc.Client, status int32) sunrpc.Step {
		if status < 0 {
			done(status, nil, 0)
			return nil
		}
		res, began := new([]byte), h.Now()
		setup := &sunrpc.Setup{
			Client: client, Msg: sunrpc.Message{Proc: proc, Res: res}, Flags: trace.Soft | trace.SoftConn | trace.Timeout,
		}
		if c.proc == 0 { // which the kernel calls in one way only, to ping (rpc_null_ops)
			setup.Ops = &sunrpc.CallOps{Prepare: (*sunrpc.Task).CallStart, DoneName: "rpc_default_callback", DoneModule: "sunrpc"}
		}
		return h.Kernel().RunTask(setup, func(t *sunrpc.Task) sunrpc.Step {
			status, took := t.Status(), stdtime.Duration(h.Now()-began)
			if status >= 0 && !answered { // rpc_delay turns the timeout of a task that it delays into a success
				status = int32(wire.ETIMEDOUT)
			}
			return client.ShutdownWait(func() sunrpc.Step {
				done(status, *res, took)
				return nil
			})
		})
	})
}

// timeouts are those of a call that may take so long in all.
func (c *calling) timeouts() sunrpc.Timeout {
	d := time.Duration(c.timeo)
	if c.proto == "udp" {
		return sunrpc.Timeout{Init: d / 7, Retries: 2, Max: d, Exponential: true}
	}
	return sunrpc.Timeout{Init: d, Max: d}
}

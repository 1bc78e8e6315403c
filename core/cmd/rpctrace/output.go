package main

import (
	"bufio"
	"bytes"
	"flag"
	"fmt"
	"io"
	"os"

	"sunscope/core/record/pcapng"
	"sunscope/core/story"
	"sunscope/core/story/export"
	"sunscope/core/trace"
)

// output is in what form a log is printed, and where to.
type output struct {
	format, file, at string
}

func (o *output) flags(f *flag.FlagSet) {
	f.StringVar(&o.format, "format", "ftrace", "how to print: ftrace, json, binary, perfetto, csv, pcapng, messages or none")
	f.StringVar(&o.file, "o", "", "write to this `file`, not to standard output")
	f.StringVar(&o.at, "at", pcapng.AtClients, "where packets are captured: the name or address of a `host`, clients, or all")
}

// check says what is wrong with the flags.
func (o *output) check() error {
	if o.format != "pcapng" && o.format != "messages" && writers[o.format] == nil {
		return fmt.Errorf("-format must be ftrace, json, binary, perfetto, csv, pcapng, messages or none, not %q", o.format)
	}
	return nil
}

// write prints the log; title says what it is of.
func (o *output) write(out io.Writer, l *trace.Log, title string) error {
	write := writers[o.format]
	switch o.format {
	case "pcapng":
		write = func(w io.Writer, l *trace.Log) error { return o.writePackets(w, l, title) }
	case "messages":
		write = o.writeMessages
	}
	if o.file == "" {
		return write(out, l)
	}
	if writers[o.format] == nil { // it may be refused: a file that is there already stays as it is then
		var b bytes.Buffer
		if err := write(&b, l); err != nil {
			return err
		}
		return os.WriteFile(o.file, b.Bytes(), 0o666)
	}
	f, err := os.Create(o.file)
	if err != nil {
		return err
	}
	err = write(f, l)
	if err2 := f.Close(); err == nil {
		err = err2
	}
	return err
}

func (o *output) writePackets(w io.Writer, l *trace.Log, title string) error {
	f, err := pcapng.Write(l, o.at, title)
	if err != nil {
		return err
	}
	_, err = w.Write(f.Take())
	return err
}

func (o *output) writeMessages(w io.Writer, l *trace.Log) error {
	f, err := pcapng.Write(l, o.at, "")
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "frame|stream|time|src|dst|xid|msgtyp|program|version|procedure|peer|state|accept|reject|auth|status|bad")
	for _, m := range f.Messages() {
		msgtyp := 0
		if m.Reply {
			msgtyp = 1
		}
		called := "||"
		if !m.Reply || m.Peer != 0 {
			called = fmt.Sprintf("%d|%d|%d", m.Prog, m.Vers, m.Proc)
		}
		fmt.Fprintf(b, "%d|%s|%d.%09d|%v|%v|0x%08x|%d|%s|%s|%s|%s|%s|%s|%s|%s\n", m.Frame, given(m.Stream), m.Time/1e9, m.Time%1e9,
			m.Src, m.Dst, m.XID, msgtyp, called, given(m.Peer-1, 1), given(m.Stat), given(m.Accept), given(m.Reject), given(m.Auth), given(int(m.Status)), m.Bad)
	}
	return b.Flush()
}

// given is a number, or nothing if there is none; a second number is added to it.
func given(n int, plus ...int) string {
	if n == pcapng.None {
		return ""
	}
	for _, p := range plus {
		n += p
	}
	return fmt.Sprint(n)
}

// writers are the forms that show events.
var writers = map[string]func(io.Writer, *trace.Log) error{
	"ftrace": writeText, "json": writeJSON, "none": func(io.Writer, *trace.Log) error { return nil },
	"perfetto": func(w io.Writer, l *trace.Log) error {
		_, err := w.Write(export.Perfetto(nil, story.New(l), 0, l.Len()))
		return err
	},
	"csv":    func(w io.Writer, l *trace.Log) error { _, err := w.Write(export.CSV(nil, story.New(l))); return err },
	"binary": func(w io.Writer, l *trace.Log) error { _, err := l.WriteTo(w); return err },
}

// writeText prints the file as tracefs would, header included.
func writeText(w io.Writer, l *trace.Log) error {
	b := bufio.NewWriter(w)
	b.Write(export.FtraceHead(nil, l, l.Len()))
	return eachEvent(b, l, l.AppendText)
}

func writeJSON(w io.Writer, l *trace.Log) error {
	return eachEvent(bufio.NewWriter(w), l, l.AppendJSON)
}

func eachEvent(b *bufio.Writer, l *trace.Log, appendTo func([]byte, *trace.Event) []byte) error {
	var e trace.Event
	var line []byte
	for i := range l.Len() {
		l.At(i, &e)
		line = append(appendTo(line[:0], &e), '\n')
		if _, err := b.Write(line); err != nil {
			return err
		}
	}
	return b.Flush()
}

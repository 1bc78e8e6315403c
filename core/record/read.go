package record

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"strconv"
	"strings"

	"sunscope/core/trace"
)

// maxText is the largest text that is read, unpacked: 2 GiB, far more than a ring buffer holds.
const maxText = 2 << 30

// Recording is a recording of a kernel as it was read.
type Recording struct {
	Name     string
	Log      *trace.Log
	Lines    []int32    // the line on which event i stands
	Notes    int        // events of other trace systems, and tracing_mark_write
	Unparsed []Unparsed // lines that are no event
	Cut      string     // why reading ended before the recording did: damaged gzip data, or half a line; "" if it did not
	Lost     int        // events that the kernel says it lost
	Entries  int        // events that the header says there are; 0 if it does not
}

// Unparsed is a line that could not be read.
type Unparsed struct {
	Line int
	Text string
	Why  string
}

// String is "line N: why".
func (u Unparsed) String() string { return "line " + strconv.Itoa(u.Line) + ": " + u.Why }

// Read reads a recording in the form of the kernel's trace file or of trace-cmd report, gzip or not. A recording that ends in the middle is
// read up to there, and Cut says so. Something that holds no event is no recording, and an error of one line.
func Read(name string, r io.Reader) (*Recording, error) {
	rec := &Recording{Name: name, Log: &trace.Log{}}
	text := text{rec: rec}
	err := text.read(r)
	if err != nil {
		return nil, errors.New(name + ": " + err.Error())
	}
	if rec.Log.Len() > 0 {
		return rec, nil
	}
	why := "there is no event in it"
	switch {
	case len(rec.Unparsed) > 0:
		why = rec.Unparsed[0].String()
	case rec.Cut == "" && text.size == 0:
		why = "it is empty"
	case text.half != "" && !plausible(text.half):
		why = "line " + strconv.Itoa(text.number) + ": expected an ftrace line, found " + strconv.Quote(text.half[:min(len(text.half), 40)])
	case rec.Cut != "":
		why = "there is no event in it; " + rec.Cut
	}
	return nil, errors.New(name + ": not an ftrace recording: " + why)
}

// Missing is how many of the events that the header promises are not there: negative if there are more.
func (rec *Recording) Missing() int {
	if rec.Entries == 0 {
		return 0
	}
	return rec.Entries - rec.Log.Len() - len(rec.Unparsed)
}

// plausible reports whether half a line may be the beginning of an event's: it is short of an end, not of a sense.
func plausible(half string) bool {
	var log trace.Log
	var e trace.Event
	return half[0] == ' ' || half[0] == '#' || strings.Contains(half, " [") || log.ParseLine(half, &e) == nil
}

// text is what is being read, line by line.
type text struct {
	rec    *Recording
	event  trace.Event
	number int    // of the line in hand, from 1
	size   int64  // bytes read, unpacked
	half   string // what stands after the last newline
}

// chunkBytes is how much text is in memory at a time.
const chunkBytes = 1 << 18

// read reads everything, through gzip if the magic number says so.
func (x *text) read(r io.Reader) error {
	in := bufio.NewReaderSize(r, 1<<16)
	magic, err := in.Peek(2)
	if err != nil && err != io.EOF {
		return err
	}
	if !bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		return x.chunks(in)
	}
	z, err := gzip.NewReader(in)
	if err != nil {
		return errors.New("gzip: " + err.Error())
	}
	if err := x.chunks(z); err != nil {
		x.cut("the gzip data end early or are damaged (" + err.Error() + ")")
	}
	return nil
}

// chunks reads text in large pieces, and takes them apart into lines. What is left of the last one when reading fails, or
// ends without a newline, is half.
func (x *text) chunks(r io.Reader) error {
	buf := make([]byte, chunkBytes)
	kept := 0 // bytes at the beginning of buf that belong to a line whose end is still to be read
	for {
		if kept == len(buf) {
			buf = append(buf, make([]byte, len(buf))...) // a very long line
		}
		n, err := r.Read(buf[kept:])
		x.size += int64(n)
		if x.size >= maxText {
			x.cut("more than 2 GiB")
			return nil
		}
		if end := kept + bytes.LastIndexByte(buf[kept:kept+n], '\n') + 1; end > kept {
			x.lines(string(buf[:end]))
			kept = copy(buf, buf[end:kept+n])
		} else {
			kept += n
		}
		if err == nil {
			continue
		}
		if x.half = string(buf[:kept]); x.half != "" {
			// The kernel ends every line. What stands after the last newline is a part of a line, and may read as
			// another event than it was.
			x.number++
		}
		if err != io.EOF {
			return err
		}
		if x.half != "" {
			x.cut("the text ends in the middle of a line")
		}
		return nil
	}
}

// cut says at which line reading ends.
func (x *text) cut(why string) { x.rec.Cut = "line " + strconv.Itoa(x.number) + ": " + why }

// lines reads whole lines, and keeps none of the text.
func (x *text) lines(text string) {
	rec := x.rec
	for text != "" {
		line, rest, _ := strings.Cut(text, "\n")
		text = rest
		x.number++
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		switch {
		case line == "": // some events print a newline of their own
		case line[0] == '#':
			rec.header(line)
		case line[0] == 'C' && strings.HasPrefix(line, "CPU:") && (strings.HasSuffix(line, " EVENTS]") || strings.HasSuffix(line, "EVENTS DROPPED]")):
			rec.Lost += lostEvents(line)
		case isReportHead(line):
		default:
			rec.line(line, x.number, &x.event)
		}
	}
}

// isReportHead: these lines stand before the events in what trace-cmd report prints.
func isReportHead(line string) bool {
	return strings.HasPrefix(line, "cpus=") || strings.HasPrefix(line, "version = ") ||
		strings.HasPrefix(line, "CPU ") && strings.HasSuffix(line, " is empty")
}

func (rec *Recording) line(line string, number int, e *trace.Event) {
	if err := rec.Log.ParseLine(line, e); err != nil {
		rec.Unparsed = append(rec.Unparsed, Unparsed{number, strings.Clone(line), err.Error()})
		return
	}
	if e.Kind == trace.Note {
		rec.Notes++
	}
	rec.Log.Append(e)
	rec.Lines = append(rec.Lines, int32(number))
}

// header reads N of "# entries-in-buffer/entries-written: N/M   #P:2".
func (rec *Recording) header(line string) {
	_, rest, is := strings.Cut(line, "# entries-in-buffer/entries-written: ")
	number, _, both := strings.Cut(rest, "/")
	if n, err := strconv.Atoi(number); is && both && err == nil {
		rec.Entries = n
	}
}

// lostEvents reads N of "CPU:1 [LOST N EVENTS]" or, as trace-cmd has it, "CPU:1 [N EVENTS DROPPED]"; a line without a
// number counts as one.
func lostEvents(line string) int {
	_, rest, is := strings.Cut(line, "[LOST ")
	if !is {
		_, rest, _ = strings.Cut(line, "[")
	}
	number, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 1
	}
	return n
}

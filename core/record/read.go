package record

import (
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
}

// Unparsed is a line that could not be read.
type Unparsed struct {
	Line int
	Text string
	Why  string
}

// String is "line N: why".
func (u Unparsed) String() string { return "line " + strconv.Itoa(u.Line) + ": " + u.Why }

// Read reads a recording in the form of the kernel's trace file, gzip or not. A recording that ends in the middle is
// read up to there, and Cut says so. Something that holds no event is no recording, and an error of one line.
func Read(name string, r io.Reader) (*Recording, error) {
	rec := &Recording{Name: name, Log: &trace.Log{}}
	text, err := rec.unpack(r)
	if err != nil {
		return nil, errors.New(name + ": " + err.Error())
	}
	half := rec.lines(text)
	if rec.Log.Len() > 0 {
		return rec, nil
	}
	why := "there is no event in it"
	switch {
	case len(rec.Unparsed) > 0:
		why = rec.Unparsed[0].String()
	case rec.Cut == "" && text == "":
		why = "it is empty"
	case half != "" && !plausible(half):
		why = "line " + strconv.Itoa(strings.Count(text, "\n")+1) + ": expected an ftrace line, found " + strconv.Quote(half[:min(len(half), 40)])
	case rec.Cut != "":
		why = "there is no event in it; " + rec.Cut
	}
	return nil, errors.New(name + ": not an ftrace recording: " + why)
}

// plausible reports whether half a line may be the beginning of an event's: it is short of an end, not of a sense.
func plausible(half string) bool {
	var log trace.Log
	var e trace.Event
	return half[0] == ' ' || half[0] == '#' || strings.Contains(half, " [") || log.ParseLine(half, &e) == nil
}

// unpack reads everything, through gzip if the magic number says so.
func (rec *Recording) unpack(r io.Reader) (string, error) {
	var magic [2]byte
	n, err := io.ReadFull(r, magic[:])
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return "", err
	}
	r = io.MultiReader(bytes.NewReader(magic[:n]), r)
	packed := magic == [2]byte{0x1f, 0x8b}
	if packed {
		z, err := gzip.NewReader(r)
		if err != nil {
			return "", errors.New("gzip: " + err.Error())
		}
		r = z
	}
	var b strings.Builder
	size, err := io.Copy(&b, io.LimitReader(r, maxText))
	switch {
	case err != nil && !packed:
		return "", err
	case err != nil:
		rec.Cut = "the gzip data end early or are damaged (" + err.Error() + ")"
	case size == maxText:
		rec.Cut = "more than 2 GiB"
	}
	return b.String(), nil
}

// lines reads the text's lines, and returns what stands after the last newline.
func (rec *Recording) lines(text string) (half string) {
	var e trace.Event
	number := 0
	for text != "" {
		line, rest, whole := strings.Cut(text, "\n")
		text = rest
		number++
		line = strings.TrimSuffix(line, "\r")
		switch {
		case !whole:
			// The kernel ends every line. What stands after the last newline is a part of a line, and may read as
			// another event than it was.
			half = line
			rec.cutAt(number)
		case line == "": // some events print a newline of their own
		case line[0] == '#':
		case strings.HasPrefix(line, "CPU:") && strings.HasSuffix(line, " EVENTS]"):
			rec.Lost += lostEvents(line)
		default:
			rec.line(line, number, &e)
		}
	}
	if rec.Cut != "" && !strings.HasPrefix(rec.Cut, "line ") {
		rec.cutAt(number)
	}
	return half
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

func (rec *Recording) cutAt(line int) {
	why := rec.Cut
	if why == "" {
		why = "the text ends in the middle of a line"
	}
	rec.Cut = "line " + strconv.Itoa(line) + ": " + why
}

// lostEvents reads N of "CPU:1 [LOST N EVENTS]"; a line without a number counts as one.
func lostEvents(line string) int {
	_, rest, _ := strings.Cut(line, "[LOST ")
	number, _, _ := strings.Cut(rest, " ")
	n, err := strconv.Atoi(number)
	if err != nil {
		return 1
	}
	return n
}

package record

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/trace"
)

// Exception is a line of the file of exceptions: an edge that only one side of a comparison shows, and is known to,
// with the line of the recording that proves the reason. The file's form is
//
//	# why
//	SCENARIO | RECORDING | EDGE | FILE:LINE: TEXT
//
// with the edge as a comparison prints it, and the recording's line as it stands there.
type Exception struct {
	Where     string // file:line of the exception itself
	Scenario  string
	Recording string // the folder of the recording, such as 06-slot-contention
	Edge      Transition
	File      string // of the recording
	Line      int
	Text      string // that stands there, without the blanks around it
}

// ReadExceptions reads the file of that name. Lines that are empty or begin with # are comments.
func ReadExceptions(name, text string) (list []Exception, err error) {
	for number := 1; text != ""; number++ {
		var line string
		line, text, _ = strings.Cut(text, "\n")
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		x, err := parseException(line)
		x.Where = name + ":" + strconv.Itoa(number)
		if err != nil {
			return nil, errors.New(x.Where + ": " + err.Error())
		}
		list = append(list, x)
	}
	return list, nil
}

func parseException(line string) (x Exception, err error) {
	f := strings.SplitN(line, "|", 4) // the recording's line may have the sign too
	for i := range f {
		f[i] = strings.TrimSpace(f[i])
	}
	if len(f) < 4 || slices.Contains(f, "") {
		return x, errors.New("expected SCENARIO | RECORDING | EDGE | FILE:LINE: TEXT, found \"" + line + "\"")
	}
	x.Scenario, x.Recording = f[0], f[1]
	if x.Edge, err = ParseTransition(f[2]); err != nil {
		return x, err
	}
	file, rest, _ := strings.Cut(f[3], ":")
	number, text, _ := strings.Cut(rest, ":")
	x.File, x.Text = file, strings.TrimSpace(text)
	if x.Line, err = strconv.Atoi(number); err != nil || x.Line < 1 || x.File == "" || x.Text == "" {
		return x, errors.New("expected FILE:LINE: TEXT of the recording's line, found \"" + f[3] + "\"")
	}
	return x, nil
}

// Except marks the rows that the exceptions of this scenario and recording cover. file is the name of the recording's
// file in its folder. An exception that proves nothing (its line does not stand in the recording) or is not needed (no
// row, or one that both sides show) covers nothing; errs says so of each, a line each.
func Except(rows []Row, list []Exception, scenario, folder, file string, kernel *Recording) (errs []error) {
	for i := range list {
		x := &list[i]
		if x.Scenario != scenario || x.Recording != folder {
			continue
		}
		if why := x.cover(rows, file, kernel); why != "" {
			errs = append(errs, errors.New(x.Where+": "+why))
		}
	}
	return errs
}

func (x *Exception) cover(rows []Row, file string, kernel *Recording) (why string) {
	if why := x.unproven(file, kernel); why != "" {
		return why
	}
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Transition != x.Edge:
		case r.Verdict() == Both:
			return "this exception is not needed: both show " + x.Edge.String()
		case r.Exception != nil:
			return "this exception is not needed: " + r.Exception.Where + " is for the same edge"
		default:
			r.Exception = x
			return ""
		}
	}
	return "this exception is not needed: neither shows " + x.Edge.String()
}

// unproven says why the exception's line is not in the recording; "" if it is.
func (x *Exception) unproven(file string, kernel *Recording) string {
	if x.File != file {
		return "its line is in " + x.File + ", but the recording was read from " + file
	}
	at := x.File + ":" + strconv.Itoa(x.Line)
	ordinal, found := slices.BinarySearch(kernel.Lines, int32(x.Line))
	if !found {
		return "no event stands at " + at
	}
	if text := strings.TrimSpace(kernel.TextAt(ordinal)); text != x.Text {
		return "another line stands at " + at + ": " + text
	}
	return ""
}

// TextAt is the line of event i as the kernel's trace file has it.
func (rec *Recording) TextAt(i int) string {
	var e trace.Event
	rec.Log.At(i, &e)
	return string(rec.Log.AppendText(nil, &e))
}

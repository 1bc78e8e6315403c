package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"sunscope/core/record"
	"sunscope/core/trace"
)

const convertUsage = `usage: rpctrace convert [-format FORMAT] [-o FILE] [-at HOST] FILE

Reads a run and prints it in another form: ftrace, json, binary, perfetto, csv, pcapng, messages; see rpctrace run -h.
FILE ("-" is standard input) is in Sunscope's binary form (rpctrace run -format binary), or a recording: a kernel's trace
file or what trace-cmd report prints, plain or gzip. A recording of a kernel cannot be made into a capture: its events carry
no bytes.

`

// convertCommand is "rpctrace convert".
func convertCommand(args []string, in io.Reader, out, errs io.Writer) int {
	f := flag.NewFlagSet("convert", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() { fmt.Fprint(errs, convertUsage); f.PrintDefaults() }
	var to output
	to.flags(f)
	names, err := parseMixed(f, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(names) != 1:
		return usageError(errs, "convert: expected one file, not %d", len(names))
	}
	if err := to.check(); err != nil {
		return usageError(errs, "convert: %v", err)
	}
	l, err := readLog(names[0], in, errs)
	if err == nil {
		err = to.write(out, l, names[0])
	}
	if err != nil {
		return usageError(errs, "convert: %s: %v", names[0], err)
	}
	return 0
}

// readLog reads a log in the binary form, or a recording. Lines of a recording that are no events are left out, and
// errs is told.
func readLog(name string, in io.Reader, errs io.Writer) (*trace.Log, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, errors.Unwrap(err)
		}
		defer f.Close()
		in = f
	}
	all, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	log, err := trace.ReadLog(bytes.NewReader(all))
	if !errors.Is(err, trace.ErrNotBinary) {
		return log, err
	}
	rec, err := record.Read(name, bytes.NewReader(all))
	if err != nil {
		return nil, errors.New(strings.TrimPrefix(err.Error(), name+": "))
	}
	if rec.Cut != "" {
		fmt.Fprintf(errs, "rpctrace: convert: %s: %s; what comes before is converted\n", name, rec.Cut)
	}
	if n := len(rec.Unparsed); n > 0 {
		fmt.Fprintf(errs, "rpctrace: convert: %s: %d lines are no events and are left out; the first: %v\n", name, n, rec.Unparsed[0])
	}
	return rec.Log, nil
}

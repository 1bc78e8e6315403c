package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"sunscope/core/trace"
)

const convertUsage = `usage: rpctrace convert [-format FORMAT] [-o FILE] [-at HOST] FILE

Reads a log in Sunscope's binary form (rpctrace run -format binary; "-" is standard input) and prints it in another one:
ftrace, json, pcapng, messages; see rpctrace run -h. A recording of a kernel cannot be made into a capture: its events
carry no bytes.

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
	l, err := readLog(names[0], in)
	if err == nil {
		err = to.write(out, l, names[0])
	}
	if err != nil {
		return usageError(errs, "convert: %s: %v", names[0], err)
	}
	return 0
}

// readLog reads a log in the binary form.
func readLog(name string, in io.Reader) (*trace.Log, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, errors.Unwrap(err)
		}
		defer f.Close()
		in = f
	}
	return trace.ReadLog(in)
}

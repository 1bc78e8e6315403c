package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"sunscope/core/record"
	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
	"sunscope/core/world"
)

const compareUsage = `usage: rpctrace compare [-seed N] [-set key=value]... [-only kernel|ours|both] [-programs LIST]
       SCENARIO RECORDING

Runs a scenario (a name that rpctrace run -list shows, or a file ending in .yaml) and prints, side by side, the edges
that the tasks in a recording of a kernel went and those that ours went: how often, who showed them, the two states, the
class of tk_status on entry of the second state, and whether the task was synchronous or asynchronous. Classes are 0,
positive, each error of Linux by name, and program for errors of RPC programs that have no number in Linux. Queue
callbacks such as xprt_timer are no states and belong to the edge they ran on. "begin" stands before a task's first
state. An edge that only one side shows is followed by the line that shows it first.

SCENARIO may also be a recording, which then stands for ours. RECORDING is a file, "-" for standard input, or a folder
with one recording in it.

With -programs only tasks that call one of the listed programs are compared, each named as rpc_request prints it, with
its version: -programs mountv3,nfsv3,rpcbindv2 leaves NFSv4 out. A task that ends before it calls anything counts in any
case.

The file of exceptions lists edges that may stay on one side, each with the line of the recording that proves why. Unless
-exceptions names it, tests/exceptions.txt is looked for in the current folder and in those above.

Exit status: 1 if an edge that only the kernel shows is covered by no exception, if an exception for this comparison is
unproven or not needed, or if the run ended early; 2 if something cannot be read.

`

// side is one of the two logs that are compared.
type side struct {
	name string // for exceptions: the scenario, or the recording's folder
	file string // of a recording
	rec  *record.Recording
	more string // what the heading says of it
	bad  bool   // the run ended early
}

// compareOptions are the flags of "rpctrace compare".
type compareOptions struct {
	seed       uint64
	set        settings
	only       string
	exceptions string
	programs   string
	world      bool // one was given that only a simulation can follow
}

// compareCommand is "rpctrace compare".
func compareCommand(args []string, in io.Reader, out, errs io.Writer) int {
	o, names, err := compareFlags(args, errs)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(names) != 2:
		return usageError(errs, "compare: expected a scenario and a recording, not %d names; rpctrace compare -h says more", len(names))
	case !slices.Contains([]string{"", "kernel", "ours", "both"}, o.only):
		return usageError(errs, "compare: -only must be kernel, ours or both, not %q", o.only)
	}
	list, file, err := readExceptions(o.exceptions)
	if err != nil {
		return usageError(errs, "compare: %v", err)
	}
	kernel, err := readSide(names[1], in)
	if err != nil {
		return usageError(errs, "compare: %v", err)
	}
	ours, err := oursSide(names[0], o, errs)
	if err != nil {
		return usageError(errs, "compare: %v", err)
	}
	var programs []string
	if o.programs != "" {
		programs = strings.Split(o.programs, ",")
	}
	rows := record.Compare(kernel.rec.Log, ours.rec.Log, programs...)
	if programs != nil && len(rows) == 0 {
		return usageError(errs, "compare: no task to compare: expected programs such as nfsv3 or mountv3 after -programs, not %q", o.programs)
	}
	wrong := record.Except(rows, list, ours.name, kernel.name, kernel.file, kernel.rec)
	fmt.Fprintf(out, "kernel: %s\nours:   %s\n", kernel.more, ours.more)
	printRows(out, rows, o.only, kernel, ours)
	n := record.Count(rows)
	fmt.Fprintf(out, "%d edges in both, %d only kernel, %d only ours, %d exceptions",
		n.Both, n.OnlyKernel, n.OnlyOurs, n.Exceptions)
	if file == "" {
		fmt.Fprint(out, " (no tests/exceptions.txt here or above)")
	}
	fmt.Fprintln(out)
	for _, err := range wrong {
		fmt.Fprintf(errs, "rpctrace: compare: %v\n", err)
	}
	if n.OnlyKernel > 0 || len(wrong) > 0 || ours.bad {
		return 1
	}
	return 0
}

func compareFlags(args []string, errs io.Writer) (o compareOptions, names []string, err error) {
	f := flag.NewFlagSet("compare", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() { fmt.Fprint(errs, compareUsage); f.PrintDefaults() }
	f.Uint64Var(&o.seed, "seed", 42, "`number` that decides everything the scenario leaves open")
	f.Var(&o.set, "set", "change a setting of the scenario: `key=value`; may be given often")
	f.StringVar(&o.only, "only", "", "print only the edges that only the `side` shows, kernel or ours, or those in both")
	f.StringVar(&o.programs, "programs", "", "compare only tasks that call one of these, such as `nfsv3,mountv3`")
	f.StringVar(&o.exceptions, "exceptions", "", "the `file` of exceptions")
	names, err = parseMixed(f, args)
	f.Visit(func(given *flag.Flag) { o.world = o.world || given.Name == "seed" || given.Name == "set" })
	return o, names, err
}

// oursSide runs a scenario, or reads the recording that stands for one.
func oursSide(name string, o compareOptions, errs io.Writer) (*side, error) {
	if !strings.HasSuffix(name, ".yaml") && !slices.Contains(yaml.Builtins(), name) {
		if _, err := os.Stat(name); err != nil {
			return nil, fmt.Errorf("%s is neither a scenario (rpctrace run -list shows them) nor a recording: %w", name, err)
		}
		if o.world {
			return nil, fmt.Errorf("-seed and -set change a scenario, but %s is a recording", name)
		}
		return readSide(name, nil)
	}
	sc, err := yaml.Load(name)
	if err == nil {
		err = o.set.apply(sc)
	}
	if err != nil {
		return nil, err
	}
	log, err := world.Run(sc, o.seed)
	if err != nil {
		fmt.Fprintf(errs, "rpctrace: compare: the run of %s ended early: %v\n", name, err)
	}
	if log == nil {
		log = &trace.Log{}
	}
	return &side{
		name: strings.TrimSuffix(filepath.Base(name), ".yaml"),
		rec:  &record.Recording{Name: name, Log: log},
		more: fmt.Sprintf("%s, seed %d: %d events", name, o.seed, log.Len()),
		bad:  err != nil,
	}, nil
}

// readSide reads a recording, or the only one in a folder.
func readSide(name string, in io.Reader) (*side, error) {
	files, err := recordings(name)
	switch {
	case err != nil:
		return nil, err
	case len(files) > 1:
		return nil, fmt.Errorf("%s: %d recordings in this folder or below; name one of them", name, len(files))
	}
	if name != "-" {
		file, err := os.Open(files[0])
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	rec, err := record.Read(files[0], in)
	if err != nil {
		return nil, err
	}
	s := &side{file: filepath.Base(files[0]), rec: rec, more: aboutRecording(rec)}
	if whole, err := filepath.Abs(files[0]); err == nil {
		s.name = filepath.Base(filepath.Dir(whole))
	}
	return s, nil
}

// aboutRecording says what was read, and what makes a recording a poor judge.
func aboutRecording(rec *record.Recording) string {
	s := fmt.Sprintf("%s: %d events", rec.Name, rec.Log.Len())
	if n := len(rec.Check().Refused); n > 0 {
		s += fmt.Sprintf("; %d steps refused (rpctrace check shows them)", n)
	}
	if n := len(rec.Unparsed); n > 0 {
		s += fmt.Sprintf("; %d lines not parsed", n)
	}
	if rec.Lost > 0 {
		s += fmt.Sprintf("; %d events lost by the kernel", rec.Lost)
	}
	if rec.Cut != "" {
		s += "; cut short at " + rec.Cut
	}
	return s
}

// readExceptions reads the named file, or else tests/exceptions.txt here or in a folder above; file is "" if there is
// none.
func readExceptions(name string) (list []record.Exception, file string, err error) {
	file = name
	if file == "" {
		if file = findAbove("tests/exceptions.txt"); file == "" {
			return nil, "", nil
		}
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, file, err
	}
	list, err = record.ReadExceptions(file, string(text))
	return list, file, err
}

// findAbove is the path of name in the current folder or the nearest one above that has it, or "".
func findAbove(name string) string {
	dir, err := os.Getwd()
	for err == nil {
		path := filepath.Join(dir, name)
		if _, err := os.Stat(path); err == nil {
			return path
		}
		if filepath.Dir(dir) == dir {
			break
		}
		dir = filepath.Dir(dir)
	}
	return ""
}

var onlyVerdicts = map[string]record.Verdict{"kernel": record.OnlyKernel, "ours": record.OnlyOurs, "both": record.Both}

func printRows(out io.Writer, rows []record.Row, only string, kernel, ours *side) {
	const form = "%8v %8v  %-11s  %-41s  %-15s  %s"
	fmt.Fprintf(out, form+"\n", "kernel", "ours", "shown by", "edge", "status", "task")
	for i := range rows {
		r := &rows[i]
		v := r.Verdict()
		if want, limited := onlyVerdicts[only]; limited && v != want {
			continue
		}
		line := fmt.Sprintf(form, r.Kernel.Count, r.Ours.Count, v, r.Way(), r.Status, r.Mode())
		switch v {
		case record.OnlyKernel:
			line += "  " + kernel.lineOf(r.Kernel.First)
		case record.OnlyOurs:
			line += "  " + ours.lineOf(r.Ours.First)
		}
		if r.Exception != nil {
			line += ", an exception: " + r.Exception.Where
		}
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
}

// lineOf says where event i stands.
func (s *side) lineOf(i int) string {
	if s.file == "" {
		return fmt.Sprintf("event %d", i)
	}
	return fmt.Sprintf("%s:%d", s.file, s.rec.Lines[i])
}

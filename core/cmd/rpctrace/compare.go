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
	"sunscope/core/world"
)

const compareUsage = `usage: rpctrace compare [-seed N] [-seeds HOW MANY] [-set key=value]... [-only kernel|ours|both] [-programs LIST]
       SCENARIO RECORDING

Runs a scenario (a name that rpctrace run -list shows, or a file ending in .yaml) and prints, side by side, the edges
that the tasks in a recording of a kernel went and those that ours went: how often, who showed them, the two states, the
class of tk_status on entry of the second state, and whether the task was synchronous or asynchronous. Classes are 0,
positive, each error of Linux by name, and program for errors of RPC programs that have no number in Linux. Queue
callbacks such as xprt_timer are no states and belong to the edge they ran on. "begin" stands before a task's first
state. An edge that only one side shows is followed by the line that shows it first.

SCENARIO may also be a recording, which then stands for ours. RECORDING is a file, "-" for standard input, or a folder
with one recording in it.

A scenario runs under several seeds, which are taken together: a race that the kernel shows need not come up under each.
-seeds says how many; -seed alone asks for that one.

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
	runs []map[record.Transition]record.Taken // of a scenario, one for each seed from the first on
	seed uint64                               // the first
	more string                               // what the heading says of it
	bad  bool                                 // the run ended early
}

// compareOptions are the flags of "rpctrace compare".
type compareOptions struct {
	seed       uint64
	seeds      int
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
	rows := record.CompareRuns(record.Transitions(kernel.rec.Log, o.programList()...), ours.runs...)
	if o.programs != "" && len(rows) == 0 {
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
	f.Uint64Var(&o.seed, "seed", 42, "`number` that decides everything the scenario leaves open; given alone, there is one run, with it")
	f.IntVar(&o.seeds, "seeds", 8, "`how many` runs, with the seed and those after it")
	f.Var(&o.set, "set", "change a setting of the scenario: `key=value`; may be given often")
	f.StringVar(&o.only, "only", "", "print only the edges that only the `side` shows, kernel or ours, or those in both")
	f.StringVar(&o.programs, "programs", "", "compare only tasks that call one of these, such as `nfsv3,mountv3`")
	f.StringVar(&o.exceptions, "exceptions", "", "the `file` of exceptions")
	names, err = parseMixed(f, args)
	given := map[string]bool{}
	f.Visit(func(one *flag.Flag) { given[one.Name] = true })
	o.world = given["seed"] || given["seeds"] || given["set"]
	if given["seed"] && !given["seeds"] {
		o.seeds = 1
	}
	if err == nil && (o.seeds < 1 || o.seeds > mostSeeds) {
		err = fmt.Errorf("-seeds: expected a whole number from 1 to %d, not %d", mostSeeds, o.seeds)
		usageError(errs, "compare: %v", err)
	}
	return o, names, err
}

// oursSide runs a scenario, or reads the recording that stands for one.
func oursSide(name string, o compareOptions, errs io.Writer) (*side, error) {
	if !strings.HasSuffix(name, ".yaml") && !slices.Contains(yaml.Builtins(), name) {
		if _, err := os.Stat(name); err != nil {
			return nil, fmt.Errorf("%s is neither a scenario (rpctrace run -list shows them) nor a recording: %w", name, err)
		}
		if o.world {
			return nil, fmt.Errorf("-seed, -seeds and -set are for a scenario, but %s is a recording", name)
		}
		s, err := readSide(name, nil)
		if err == nil {
			s.runs = append(s.runs, record.Transitions(s.rec.Log, o.programList()...))
		}
		return s, err
	}
	sc, err := yaml.Load(name)
	if err == nil {
		err = o.set.apply(sc)
	}
	if err != nil {
		return nil, err
	}
	s := &side{name: strings.TrimSuffix(filepath.Base(name), ".yaml"), seed: o.seed}
	events := 0
	for i := range uint64(o.seeds) {
		log, err := world.Run(sc, o.seed+i)
		if err != nil {
			fmt.Fprintf(errs, "rpctrace: compare: the run of %s with seed %d ended early: %v\n", name, o.seed+i, err)
			s.bad = true
		}
		if log != nil {
			s.runs = append(s.runs, record.Transitions(log, o.programList()...))
			events += log.Len()
		}
	}
	which := fmt.Sprintf("seed %d", o.seed)
	if o.seeds > 1 {
		which = fmt.Sprintf("seeds %d to %d", o.seed, o.seed+uint64(o.seeds)-1)
	}
	s.more = fmt.Sprintf("%s, %s: %d events", name, which, events)
	return s, nil
}

// programList is what -programs lists; nil without it.
func (o *compareOptions) programList() []string {
	if o.programs == "" {
		return nil
	}
	return strings.Split(o.programs, ",")
}

// mostSeeds is how many runs a comparison may take together.
const mostSeeds = 1000

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
			line += "  " + kernel.lineOf(r.Kernel)
		case record.OnlyOurs:
			line += "  " + ours.lineOf(r.Ours)
		}
		if r.Exception != nil {
			line += ", an exception: " + r.Exception.Where
		}
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
}

// lineOf says where what was taken is first shown.
func (s *side) lineOf(n record.Taken) string {
	switch {
	case s.file != "":
		return fmt.Sprintf("%s:%d", s.file, s.rec.Lines[n.First])
	case len(s.runs) > 1:
		return fmt.Sprintf("event %d of seed %d", n.First, s.seed+uint64(n.Run))
	}
	return fmt.Sprintf("event %d", n.First)
}

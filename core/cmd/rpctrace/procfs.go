package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"sunscope/core/procfs"
	"sunscope/core/record"
	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/sunrpc"
	"sunscope/core/time"
	"sunscope/core/world"
)

const procfsUsage = `usage: rpctrace procfs [-at TIME] [-only PART,...] [-seed N] [-set key=value]... SCENARIO
       rpctrace procfs [-at TIME|SNAP:FILE] [-only PART,...] RECORDING
       rpctrace procfs -compare SNAPSHOT RECORDING

Prints what the kernel's statistics files show at an instant of a simulation or of a recording, in the kernel's formats,
computed from the events alone. What they do not tell is printed as "?", and a line that begins with "#" says why.
SCENARIO is a builtin's name or a .yaml file; RECORDING is a file, "-" for standard input, or a folder with one recording.

  -at 582.5       the instant, by the trace clock in seconds
  -at +1.5s       the same, counted from the first event (also +200ms, +30us, +1.5)
  -at SNAP:FILE   the mark by which a recording says that this snapshot is complete (SNAP:snap-hang1.txt, or SNAP:hang1)
                  Without -at: after the last event.

  -only picks parts: nfs and nfsd (of /proc/net/rpc), mountstats (its RPC part), clients (rpc_clnt/*/tasks), transports
  (rpc_xprt/*/info). Counts begin at the first event; those of the clients are of all network namespaces together.

With -compare: SNAPSHOT is a file of sections "== FILE" that was written while the recording was made: rpc_clnt/CLID tasks
as debugfs showed them, after a first line with uptime=SECONDS. Looks for an instant between that time and the file's SNAP
mark at which every task of the events equals the snapshot's in TK_PID, client, flags, status, XID, program, version,
procedure, action and queue, and prints what differs where there is none. Then each rpc_xprt/N/info must be so, in netid and
state, at that instant or until the mark.

Exit status
  0  printed; with -compare: there is such an instant
  1  with -compare: there is none; or the run ended early
  2  a mistake in the command, or a file that cannot be read

`

// procfsOptions are the flags of "rpctrace procfs".
type procfsOptions struct {
	at, only, compare string
	seed              uint64
	set               settings
	world             bool // one was given that only a simulation can follow
}

// procfsCommand is "rpctrace procfs".
func procfsCommand(args []string, in io.Reader, out, errs io.Writer) int {
	var o procfsOptions
	f := flag.NewFlagSet("procfs", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() { fmt.Fprint(errs, procfsUsage); f.PrintDefaults() }
	f.StringVar(&o.at, "at", "", "the instant: `TIME` of the trace clock in seconds, +TIME from the first event, or SNAP:FILE")
	f.StringVar(&o.only, "only", "", "print only these `parts`, separated by commas")
	f.StringVar(&o.compare, "compare", "", "compare this `snapshot` with the recording in which it was taken")
	f.Uint64Var(&o.seed, "seed", 42, "`number` that decides everything the scenario leaves open")
	f.Var(&o.set, "set", "change a setting of the scenario: `key=value`; may be given often")
	names, err := parseMixed(f, args)
	f.Visit(func(given *flag.Flag) { o.world = o.world || given.Name == "seed" || given.Name == "set" })
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(names) != 1:
		return usageError(errs, "procfs: expected one scenario or recording, not %d; rpctrace procfs -h says more", len(names))
	case o.compare != "" && (o.at != "" || o.only != "" || o.world):
		return usageError(errs, "procfs: -compare looks for the instant itself, in a recording: -at, -only, -seed and -set do not go with it")
	}
	status := 0
	if o.compare != "" {
		status, err = compareSnapshot(o.compare, names[0], in, out)
	} else {
		status, err = printProcfs(names[0], &o, in, out, errs)
	}
	if err != nil {
		return usageError(errs, "procfs: %v", err)
	}
	return status
}

// procfsPart is a part of what is printed.
type procfsPart struct {
	name  string
	print func(m *procfs.Moment) string
}

var procfsParts = []procfsPart{
	{"nfs", (*procfs.Moment).Client},
	{"nfsd", (*procfs.Moment).NFSD},
	{"mountstats", (*procfs.Moment).MountStats},
	{"clients", (*procfs.Moment).Clients},
	{"transports", (*procfs.Moment).Transports},
}

// printProcfs prints the files at an instant.
func printProcfs(name string, o *procfsOptions, in io.Reader, out, errs io.Writer) (status int, err error) {
	parts, err := pickParts(o.only)
	if err != nil {
		return 0, err
	}
	rec, tables, status, err := eventsOf(name, o, in, errs)
	if err != nil {
		return 0, err
	}
	s := story.New(rec.Log)
	if s.Len() == 0 {
		return 0, fmt.Errorf("%s: there are no events", name)
	}
	ord, at, err := instant(rec, o.at)
	if err != nil {
		return 0, err
	}
	m := procfs.At(s, ord, at)
	m.Tables = tables
	fmt.Fprintf(out, "# uptime=%s %s, after event %d of %d\n", procfs.Clock(at), name, ord+1, s.Len())
	if why := whyNotAll(rec); why != "" {
		fmt.Fprintf(out, "# not all events are there: %s\n", why)
	}
	for _, p := range parts {
		fmt.Fprint(out, p.print(m))
	}
	return status, nil
}

func pickParts(only string) ([]procfsPart, error) {
	if only == "" {
		return procfsParts, nil
	}
	var parts []procfsPart
	for _, name := range strings.Split(only, ",") {
		i := slices.IndexFunc(procfsParts, func(p procfsPart) bool { return p.name == name })
		if i < 0 {
			var all []string
			for _, p := range procfsParts {
				all = append(all, p.name)
			}
			return nil, fmt.Errorf("-only: expected %s, found %q", strings.Join(all, ", "), name)
		}
		parts = append(parts, procfsParts[i])
	}
	return parts, nil
}

// eventsOf runs a scenario or reads a recording. Of a scenario it is known how many slots transports make in advance.
func eventsOf(name string, o *procfsOptions, in io.Reader, errs io.Writer) (rec *record.Recording, tables procfs.Tables, status int, err error) {
	if !strings.HasSuffix(name, ".yaml") && !slices.Contains(yaml.Builtins(), name) {
		if o.world {
			return nil, tables, 0, fmt.Errorf("-seed and -set change a scenario, and %s is none that comes with the program", name)
		}
		path, err := recordingIn(name)
		if err != nil {
			return nil, tables, 0, fmt.Errorf("%s is neither a scenario (rpctrace run -list shows them) nor a recording: %w", name, err)
		}
		rec, err := readRecording(path, in)
		return rec, tables, 0, err
	}
	sc, err := yaml.Load(name)
	if err == nil {
		err = o.set.apply(sc)
	}
	if err != nil {
		return nil, tables, 0, err
	}
	if strings.HasPrefix(o.at, snapPrefix) {
		return nil, tables, 0, fmt.Errorf("-at %s: a simulation has no SNAP marks; a time in seconds, or +TIME from the first event is expected", o.at)
	}
	log, err := world.Run(sc, o.seed)
	if log == nil {
		return nil, tables, 0, err
	}
	if err != nil {
		fmt.Fprintf(errs, "rpctrace: the run ended after %d events: %v\n", log.Len(), err)
		status = 1
	}
	if !setsSlots(sc) {
		def := sunrpc.DefaultKnobs()
		tables = procfs.Tables{TCP: cmp.Or(sc.Sunrpc.TCPSlots, def.TCPSlots), UDP: cmp.Or(sc.Sunrpc.UDPSlots, def.UDPSlots)}
	}
	return &record.Recording{Name: name, Log: log}, tables, status, nil
}

// setsSlots reports whether a script of the scenario changes the slots of transports that are made later.
func setsSlots(sc *scenario.Scenario) bool {
	return slices.ContainsFunc(sc.Processes, func(p scenario.Process) bool { return strings.Contains(p.Do, "slot_table_entries") })
}

const snapPrefix = "SNAP:"

// instant is the last event that has happened at the time that -at names, and that time.
func instant(rec *record.Recording, text string) (ord int, at time.Duration, err error) {
	log := rec.Log
	first, last := log.TimeAt(0), log.TimeAt(log.Len()-1)
	switch {
	case text == "":
		return log.Len() - 1, last, nil
	case strings.HasPrefix(text, snapPrefix):
		ord, err = procfs.Mark(log, strings.TrimPrefix(text, snapPrefix))
		if err != nil {
			return 0, 0, fmt.Errorf("-at: %w", err)
		}
		return ord, log.TimeAt(ord), nil
	case strings.HasPrefix(text, "+"):
		after, bad := time.ParseDuration(text[1:])
		if bad != nil {
			after, bad = procfs.Seconds(text[1:])
		}
		at, err = first+after, bad
	default:
		at, err = procfs.Seconds(text)
	}
	if err != nil {
		return 0, 0, fmt.Errorf("-at: expected seconds of the trace clock (582.5), an offset from the first event (+1.5s), or SNAP:FILE, found %q", text)
	}
	if at < first || at > last {
		return 0, 0, fmt.Errorf("-at %s: the events go from %s to %s", text, procfs.Clock(first), procfs.Clock(last))
	}
	for ord+1 < log.Len() && log.TimeAt(ord+1) <= at {
		ord++
	}
	return ord, at, nil
}

// compareSnapshot is -compare.
func compareSnapshot(file, recording string, in io.Reader, out io.Writer) (int, error) {
	r, err := os.Open(file)
	if err != nil {
		return 0, err
	}
	defer r.Close()
	snap, err := procfs.ReadSnapshot(file, r)
	if err != nil {
		return 0, err
	}
	path, err := recordingIn(recording)
	if err != nil {
		return 0, err
	}
	rec, err := readRecording(path, in)
	if err != nil {
		return 0, err
	}
	if why := whyNotAll(rec); why != "" {
		fmt.Fprintf(out, "%s: not all events are there: %s\n", rec.Name, why)
	}
	c, err := procfs.Compare(story.New(rec.Log), snap)
	if err != nil {
		return 0, err
	}
	return printComparison(out, rec, snap, c), nil
}

func printComparison(out io.Writer, rec *record.Recording, snap *procfs.Snapshot, c *procfs.Comparison) int {
	log := rec.Log
	fmt.Fprintf(out, "%s: %d tasks, taken between %s and %s, where the events show %d instants\n", snap.Name, len(snap.Tasks),
		procfs.Clock(snap.Taken), procfs.Clock(log.TimeAt(c.Mark)), c.Mark-c.From+1)
	if t := c.Timers; t.Count > 0 {
		fmt.Fprintf(out, "timers: by the jiffies left of %d sleeps it was taken at %s to %s\n", t.Count, procfs.Clock(t.Earliest), procfs.Clock(t.Latest))
	}
	where := fmt.Sprintf("%s, line %d", procfs.Clock(log.TimeAt(c.Instant)), rec.Lines[c.Instant])
	for _, d := range c.Xprts {
		fmt.Fprintf(out, "transport %s to %s port %s: %s\n", d.Kernel.Number, d.Kernel.Addr, d.Kernel.Port, d.What)
	}
	if c.Agrees() {
		if n := len(snap.Xprts); n > 0 {
			fmt.Fprintf(out, "transports: %d are as shown, %d were made earlier and no event names them\n", n-len(c.Unseen), len(c.Unseen))
		}
		fmt.Fprintf(out, "agrees: %d tasks at %d of the instants, one of them after %s\n", len(snap.Tasks), c.Agreeing, where)
		return 0
	}
	if c.Agreeing > 0 {
		fmt.Fprintf(out, "differs: the tasks agree after %s, and %d transports are never as the snapshot shows them\n", where, len(c.Xprts))
		return 1
	}
	for _, d := range c.Differ {
		if d.Kernel != nil {
			fmt.Fprintf(out, "snapshot %v\n", d.Kernel)
		}
		if d.Events != nil {
			fmt.Fprintf(out, "events   %v\n", d.Events)
		}
		fmt.Fprintf(out, "         %s\n", d.What)
	}
	fmt.Fprintf(out, "differs: no instant agrees; nearest is %s, where %d tasks differ\n", where, len(c.Differ))
	return 1
}

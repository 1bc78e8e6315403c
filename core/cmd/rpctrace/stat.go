package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"sunscope/core/record"
)

const statUsage = `usage: rpctrace stat [-before FILE] [-after FILE] RECORDING...

Computes from the events of a recording alone how the NFS client's counters in /proc/net/rpc/nfs change while it lasts, and
compares that with the counters as they were read before and after. RECORDING is a trace file (plain or gzip), or a folder
that holds trace.txt.gz or trace.txt. Beside it stand stats-before.txt and stats-after.txt: sections "== NAMESPACE FILE",
each followed by the text of that file; of all sections only those of /proc/net/rpc/nfs are read.

  rpccnt           one for each run of call_start by a task of the programs nfs and nfsacl
  rpcretrans       one for each xprt_retransmit of these
  rpcauthrefresh   one for each run of call_refresh by these
  procV NAME       one for each rpc_request of that procedure of version V of the program nfs

The first three are summed over all network namespaces; the counts by procedure are the same in all of them.

Prints every number that is not zero on both sides, and what differs, by how much; then a line that says how many are equal.

Exit status
  0  all numbers are equal
  1  some differ, or namespaces do where they share their counts; or nothing can be said, as the recording is cut short, lacks events, or has lines that cannot be read
  2  a file is missing, cannot be read, or is not what it should be

`

// statCommand is "rpctrace stat".
func statCommand(args []string, in io.Reader, out, errs io.Writer) int {
	f := flag.NewFlagSet("stat", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() { fmt.Fprint(errs, statUsage); f.PrintDefaults() }
	before := f.String("before", "", "read the counters before from this `file`, and not from stats-before.txt beside the recording")
	after := f.String("after", "", "likewise the counters after")
	names, err := parseMixed(f, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(names) == 0:
		return usageError(errs, "stat: expected recordings, or folders with one each; rpctrace stat -h says more")
	case len(names) > 1 && (*before != "" || *after != ""):
		return usageError(errs, "stat: -before and -after are for one recording, not for %d", len(names))
	}
	status := 0
	for _, name := range names {
		s, err := statFile(name, *before, *after, in, out)
		if err != nil {
			s = usageError(errs, "stat: %v", err)
		}
		status = max(status, s)
	}
	return status
}

// statFile compares one recording with its files.
func statFile(name, before, after string, in io.Reader, out io.Writer) (int, error) {
	path, err := recordingIn(name)
	if err != nil {
		return 0, err
	}
	if path == "-" && (before == "" || after == "") {
		return 0, errors.New("nothing stands beside standard input: -before and -after are needed")
	}
	if before == "" {
		before = filepath.Join(filepath.Dir(path), "stats-before.txt")
	}
	if after == "" {
		after = filepath.Join(filepath.Dir(path), "stats-after.txt")
	}
	b, err := countersIn(before)
	if err != nil {
		return 0, err
	}
	a, err := countersIn(after)
	if err != nil {
		return 0, err
	}
	rec, err := readRecording(path, in)
	if err != nil {
		return 0, err
	}
	return printCounters(out, rec, b, a), nil
}

// recordingIn is name, or the recording in the folder of that name.
func recordingIn(name string) (string, error) {
	if name == "-" {
		return name, nil
	}
	info, err := os.Stat(name)
	if err != nil || !info.IsDir() {
		return name, err
	}
	for _, file := range []string{"trace.txt.gz", "trace.txt"} {
		if path := filepath.Join(name, file); isFile(path) {
			return path, nil
		}
	}
	return "", fmt.Errorf("%s: neither trace.txt.gz nor trace.txt is in this folder", name)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func countersIn(path string) (*record.Counters, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("the counters of /proc/net/rpc/nfs are missing: %w", err)
	}
	defer file.Close()
	return record.ReadCounters(path, file)
}

func readRecording(path string, in io.Reader) (*record.Recording, error) {
	if path != "-" {
		file, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		in = file
	}
	return record.Read(path, in)
}

func printCounters(out io.Writer, rec *record.Recording, before, after *record.Counters) int {
	counters, unknown := rec.Count()
	list := counters.Against(before, after)
	wrong, shown := 0, 0
	for _, c := range list {
		switch {
		case c.Events != c.Files:
			wrong++
			fmt.Fprintf(out, "%-26s events %6d   files %6d   differs by %+d\n", c.Name, c.Events, c.Files, c.Events-c.Files)
		case c.Events != 0:
			shown++
			fmt.Fprintf(out, "%-26s events %6d   files %6d\n", c.Name, c.Events, c.Files)
		}
	}
	torn := append(before.Torn, after.Torn...)
	for _, t := range torn {
		fmt.Fprintln(out, t)
	}
	for _, u := range unknown {
		fmt.Fprintf(out, "%s:%d: %s\n", rec.Name, u.Line, u.Why)
	}
	gap := whyNotAll(rec)
	if gap != "" {
		fmt.Fprintf(out, "%s: not all events are there: %s\n", rec.Name, gap)
	}
	fmt.Fprintf(out, "%s: %d counters, %d differ, %d are equal and not zero\n", rec.Name, len(list), wrong, shown)
	if wrong+len(torn) > 0 || gap != "" || len(unknown) > 0 {
		return 1
	}
	return 0
}

// whyNotAll says why events are missing from what was read; "" if none are.
func whyNotAll(rec *record.Recording) string {
	switch {
	case rec.Cut != "":
		return "cut short at " + rec.Cut
	case rec.Lost > 0:
		return fmt.Sprintf("the kernel lost %d", rec.Lost)
	case len(rec.Unparsed) > 0:
		return rec.Unparsed[0].String()
	case rec.Missing() != 0:
		return fmt.Sprintf("the header says %d, and %d are here", rec.Entries, rec.Log.Len())
	}
	return ""
}

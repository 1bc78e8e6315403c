package main

import (
	"bufio"
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"sunscope/core/record"
	"sunscope/core/trace"
)

const checkUsage = `usage: rpctrace check [-limit N] [-walks] FILE|FOLDER...

Reads recordings of a kernel's sunrpc events, in the form of the tracefs file "trace" (plain or gzip; "-" is standard
input), follows every task, and holds each of its steps against the map of Linux 6.1. For a folder it takes the
recordings in it and below, and leaves other files alone.

Prints a line for each file: event lines read (notes are events of other trace systems, which are kept but not
interpreted), lines that could not be read, tasks, steps, and how many things the map and what is known of the events do
not allow; then each of the latter with its line. Every task's walk is complete, or began before the recording, or is cut
by its end: all three are counted, and none is a fault. Each walk that is cut has a line: where the task was last, and the
queue on which it sleeps. With -walks every walk has one, with the states that the task has run.

Held against each other are the events about tasks (rpc_task_*, rpc_request, rpc_buf_alloc, rpc_xdr_sendto,
rpc_xdr_recvfrom, rpc_*_status, rpc_call_rpcerror, rpc__*, rpc_stats_latency, rpcb_getport, rpcb_setport, rpcb_*_err,
xprt_reserve, xprt_transmit, xprt_retransmit, the write lock's xprt_reserve_* and xprt_release_*, the congestion window's
xprt_get_cong and xprt_put_cong), and xprt_lookup_rqst, xs_stream_read_request, xprt_connect, xprt_ping, xprt_timer and
rpc_clnt_*. Of all others only the form is checked: the server's (svc_*, svcsock_*, cache_*), sockets (rpc_socket_*,
xs_data_ready, xs_stream_read_data), xprt_create, xprt_disconnect_*, xprt_destroy, rpc_xdr_reply_pages, and rpcbind's
registrations.

Exit status
  0  everything read, nothing refused
  1  something was refused, a line could not be read, or the file is damaged: a recording whose gzip data end early or
     are broken, or whose text ends in the middle of a line, is read up to there; so is one that holds fewer events, or
     more, than the header of the trace file says
  2  a file cannot be read, or holds no event and so is no recording

`

// checkCommand is "rpctrace check".
func checkCommand(args []string, in io.Reader, out, errs io.Writer) int {
	f := flag.NewFlagSet("check", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() { fmt.Fprint(errs, checkUsage); f.PrintDefaults() }
	limit := f.Int("limit", 50, "print at most this `number` of refused steps and of unread lines for each file; 0 is all")
	walks := f.Bool("walks", false, "print the walk of every task")
	names, err := parseMixed(f, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case len(names) == 0:
		return usageError(errs, "check: expected recordings or folders of recordings; rpctrace check -h says more")
	case *limit < 0:
		return usageError(errs, "check: -limit must be 0 or more, not %d", *limit)
	}
	status := 0
	for _, name := range names {
		files, err := recordings(name)
		if err != nil {
			status = usageError(errs, "%v", err)
		}
		for _, file := range files {
			status = max(status, checkFile(file, in, *limit, *walks, out, errs))
		}
	}
	return status
}

func checkFile(name string, in io.Reader, limit int, walks bool, out, errs io.Writer) int {
	rec, err := readRecording(name, in)
	if err != nil {
		return usageError(errs, "%v", err)
	}
	report := rec.Check()
	printReport(out, rec, report, limit)
	printWalks(out, rec, report, walks)
	if len(rec.Unparsed) > 0 || len(report.Refused) > 0 || rec.Cut != "" || rec.Missing() != 0 {
		return 1
	}
	return 0
}

func printReport(out io.Writer, rec *record.Recording, r *record.Report, limit int) {
	fmt.Fprintf(out, "%s: %d event lines (%d of them notes), %d not parsed, %d tasks, %d steps, %d refused",
		rec.Name, r.Events, r.Notes, len(rec.Unparsed), r.Tasks, r.Steps, len(r.Refused))
	note := func(n int, what string) {
		if n > 0 {
			fmt.Fprintf(out, "; %d %s", n, what)
		}
	}
	note(rec.Lost, "events lost by the kernel")
	if rec.Cut != "" {
		fmt.Fprintf(out, "; cut short at %s", rec.Cut)
	}
	if n := rec.Missing(); n != 0 && rec.Cut == "" {
		fmt.Fprintf(out, "; not whole: the header says %d events", rec.Entries)
	}
	whole, before, cut := walkCounts(r)
	fmt.Fprintf(out, "; walks: %d complete, %d begun before the recording, %d cut by its end\n", whole, before, cut)
	for i, u := range rec.Unparsed {
		if more(out, i, len(rec.Unparsed), limit, "lines") {
			break
		}
		fmt.Fprintf(out, "%s:%d: not parsed: %s\n", rec.Name, u.Line, u.Why)
	}
	for i := range r.Refused {
		if more(out, i, len(r.Refused), limit, "refused steps") {
			break
		}
		fmt.Fprintln(out, r.Refused[i].String())
	}
}

func walkCounts(r *record.Report) (whole, before, cut int) {
	for i := range r.Walks {
		switch w := &r.Walks[i]; {
		case w.Cut:
			cut++
		case w.Before:
			before++
		default:
			whole++
		}
	}
	return whole, before, cut
}

// printWalks prints a line for each walk, or only for those that are cut.
func printWalks(out io.Writer, rec *record.Recording, r *record.Report, all bool) {
	for i := range r.Walks {
		w := &r.Walks[i]
		if !all && !w.Cut {
			continue
		}
		fmt.Fprintf(out, "%s:%d: task %s", rec.Name, w.First, w.Task)
		if w.Before {
			fmt.Fprint(out, ", begun before the recording,")
		}
		if w.Cut {
			fmt.Fprintf(out, " is cut by the recording's end in %s; its last line is %d", w.Where(), w.Last)
		} else {
			fmt.Fprintf(out, " is complete on line %d", w.Last)
		}
		if all {
			fmt.Fprint(out, ":")
			for _, s := range w.States {
				fmt.Fprint(out, " ", s)
			}
		}
		fmt.Fprintln(out)
	}
}

// more ends a list that is longer than limit.
func more(out io.Writer, i, n, limit int, what string) bool {
	if limit == 0 || i < limit {
		return false
	}
	fmt.Fprintf(out, "… and %d more %s (-limit 0 prints all)\n", n-i, what)
	return true
}

// recordings lists name itself, or the recordings in the folder of that name, in the order of their paths.
func recordings(name string) ([]string, error) {
	info, err := os.Stat(name)
	if name == "-" || err == nil && !info.IsDir() {
		return []string{name}, nil
	}
	if err != nil {
		return nil, err
	}
	var files []string
	err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !textName(path) {
			return err
		}
		is, err := looksLikeRecording(path)
		if is {
			files = append(files, path)
		}
		return err
	})
	if err == nil && len(files) == 0 {
		err = fmt.Errorf("%s: no recording in this folder or below (files .txt or .txt.gz with ftrace lines)", name)
	}
	return files, err
}

func textName(path string) bool {
	return strings.HasSuffix(strings.TrimSuffix(path, ".gz"), ".txt")
}

// looksLikeRecording reads the beginning of a file in a folder: a recording starts with the header of a trace file,
// or, comments and empty lines aside, with an event.
func looksLikeRecording(path string) (bool, error) {
	file, err := os.Open(path)
	if err != nil {
		return false, err
	}
	defer file.Close()
	var r io.Reader = bufio.NewReader(file)
	if strings.HasSuffix(path, ".gz") {
		z, err := gzip.NewReader(r)
		if err != nil {
			return false, nil
		}
		r = z
	}
	var log trace.Log
	var e trace.Event
	for s := bufio.NewScanner(r); s.Scan(); {
		line := s.Text()
		switch {
		case strings.HasPrefix(line, "# tracer:"):
			return true, nil
		case line != "" && line[0] != '#':
			return log.ParseLine(line, &e) == nil, nil
		}
	}
	return false, nil
}

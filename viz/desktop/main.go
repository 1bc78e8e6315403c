package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"sunscope/lessons"
	"sunscope/viz/desktop/desk"
)

// settings are the command line.
type settings struct {
	desk          desk.Options
	width, height int
	live          live   // what is shown while it happens
	shot          string // file for a picture of the window
	after         int    // frames to wait before it is taken
	play          bool
	export        exporting
	do            string          // commands to begin with
	given         map[string]bool // flags of the command line
	noState       bool            // nothing is remembered
	keeper        keeper
}

// A smaller window has no room for the controls.
const leastWidth, leastHeight = 320, 400

var themes = []string{"light", "dark", "projector"}

func main() { os.Exit(run(os.Args[1:], os.Stderr)) }

// run is the program: its exit status is 0, 1 for something that failed, 2 for a command line that makes no sense.
func run(args []string, stderr io.Writer) int {
	s, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		fmt.Fprintln(stderr, "sunscope:", err)
		return 2
	}
	forgotten := s.recall()
	library, err := lessons.Open()
	if err == nil {
		var d *desk.Desk
		if d, err = desk.New(library, s.desk); err == nil {
			d.Complain = func(line string) { fmt.Fprintln(stderr, "sunscope:", line) }
			d.Print = func(line string) { fmt.Println(line) }
			d.Remember(s.keeper.saved.Kept)
			d.Say(forgotten)
			err = s.live.begin(d)
		}
		switch {
		case err != nil:
		case s.export.format != "":
			if err = carryOut(d, s.do); err == nil {
				err = s.export.run(d, s.width, s.height, stderr)
			}
		default:
			err = show(d, s)
		}
	}
	if err != nil {
		fmt.Fprintln(stderr, "sunscope:", err)
		return 1
	}
	return 0
}

// recall takes over what was kept from the last time, as far as the command line does not say otherwise. An error is for
// the reader to know: the program goes on with the usual settings.
func (s *settings) recall() error {
	if s.noState || s.shot != "" || s.export.format != "" {
		return nil
	}
	var err error
	if s.keeper.path, err = statePath(); err == nil {
		err = s.keeper.read()
	}
	kept := &s.keeper.saved
	if kept.Theme != "" && !s.given["theme"] {
		s.desk.Theme = kept.Theme
	}
	if kept.Lang != "" && !s.given["lang"] {
		s.desk.Lang = kept.Lang
	}
	if kept.Window != nil && !s.given["size"] {
		s.width, s.height = kept.Window.W, kept.Window.H
	}
	return err
}

// parse reads the command line.
func parse(args []string, stderr io.Writer) (*settings, error) {
	s := &settings{}
	f := flag.NewFlagSet("desktop", flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&s.desk.Open, "open", "", "play `FILE`, a kernel's trace file or what trace-cmd report prints, plain or gzip; - or a named pipe: as it comes")
	f.StringVar(&s.live.addr, "live", "", "call the server at `ADDR` again and again and show each call while it is made: after the flags PROGRAM VERSION PROC, or the /PATH of a file that is read over NFSv4.1; without them nfs 3 NULL")
	f.DurationVar(&s.live.every, "every", 2*time.Second, "with -live: begin so `long` after the last began")
	f.IntVar(&s.live.atOnce, "at-once", 3, "with -live: `number` of calls that are made at once")
	f.StringVar(&s.desk.Lesson, "lesson", "", "show the lesson `NAME`; without it the first one")
	f.StringVar(&s.desk.Scenario, "scenario", "", "play the built-in scenario `NAME`, without the lesson, with the seed that -seed says")
	f.StringVar(&s.desk.Link, "link", "", "show the moment that `LINK` speaks of: a page's address with #, or what stands behind it; -open names the file if it lies in a recording")
	f.StringVar(&s.desk.Lang, "lang", "en", "`LANGUAGE`: en or zh")
	f.StringVar(&s.desk.Theme, "theme", "light", "`THEME`: light, dark or projector")
	f.StringVar(&s.desk.Seed, "seed", "", "play the scenario with seed `N` instead of the lesson's")
	size := f.String("size", "1440x900", "size of the window, `WIDTHxHEIGHT`")
	f.BoolVar(&s.play, "play", false, "begin to play at once")
	f.BoolVar(&s.noState, "no-state", false, "do not read or write what is remembered from one start to the next")
	f.StringVar(&s.do, "do", "", "carry out `COMMANDS` at the beginning, separated by semicolons: \"seek instant=100; select item=read[3]\"")
	f.StringVar(&s.shot, "screenshot", "", "write a picture of the window to `FILE` (PNG) and exit")
	f.IntVar(&s.after, "after", 30, "with -screenshot: take it after `N` frames")
	s.export.flags(f)
	err := f.Parse(args)
	s.given = map[string]bool{}
	f.Visit(func(f *flag.Flag) { s.given[f.Name] = true })
	if errors.Is(err, flag.ErrHelp) {
		usage(f, stderr)
		return nil, err
	}
	if err != nil {
		return nil, errors.New(err.Error() + "; -h lists the flags")
	}
	if s.live.addr != "" {
		if err := s.live.parse(f.Args(), s.desk.Open); err != nil {
			return nil, err
		}
	} else if f.NArg() > 0 {
		return nil, errors.New("unexpected " + strconv.Quote(f.Arg(0)) + "; to play a recording: -open FILE; -h lists the flags")
	}
	if s.desk.Scenario != "" && (s.desk.Open != "" || s.live.addr != "") {
		return nil, errors.New("-scenario and " + map[bool]string{true: "-open", false: "-live"}[s.desk.Open != ""] + ": expected one of them")
	}
	if s.desk.Link != "" && (s.desk.Scenario != "" || s.live.addr != "") {
		return nil, errors.New("-link: it names its run itself; expected neither -scenario nor -live beside it")
	}
	s.live.pipe(&s.desk.Open)
	s.desk.Wait = s.shot != "" || s.export.format != ""
	return s, errors.Join(s.check(*size), s.export.check())
}

func usage(f *flag.FlagSet, w io.Writer) {
	fmt.Fprintln(w, "usage: go run ./viz/desktop [flags]\n\nA lesson beside the stage on which it plays, in a window. Press ? in it for the keys.")
	fmt.Fprintln(w)
	f.SetOutput(w)
	f.PrintDefaults()
}

// check looks at what flag does not know of.
func (s *settings) check(size string) error {
	w, h, ok := strings.Cut(size, "x")
	var err, err2 error
	s.width, err = strconv.Atoi(w)
	s.height, err2 = strconv.Atoi(h)
	switch {
	case !ok || err != nil || err2 != nil || s.width < leastWidth || s.height < leastHeight || s.width > 16384 || s.height > 16384:
		return errors.New("-size " + strconv.Quote(size) + ": expected WIDTHxHEIGHT, at least " + strconv.Itoa(leastWidth) + "x" + strconv.Itoa(leastHeight))
	case !slices.Contains(lessons.Langs, s.desk.Lang):
		return errors.New("-lang " + strconv.Quote(s.desk.Lang) + ": expected " + strings.Join(lessons.Langs, " or "))
	case !slices.Contains(themes, s.desk.Theme):
		return errors.New("-theme " + strconv.Quote(s.desk.Theme) + ": expected light, dark or projector")
	case s.after < 1:
		return errors.New("-after " + strconv.Itoa(s.after) + ": expected at least 1")
	}
	if s.desk.Seed != "" {
		if _, err := strconv.ParseUint(s.desk.Seed, 10, 64); err != nil {
			return errors.New("-seed " + strconv.Quote(s.desk.Seed) + ": expected a whole number from 0 to 18446744073709551615")
		}
	}
	return nil
}

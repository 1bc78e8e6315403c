// Command page measures how soon a lesson's page can be used, and how many frames a second it draws, each beside a page with
// an empty Ebitengine game that is built, made slim, compressed and served in the same way, in the same Chromium, turn by turn.
//
//	go run ./tests/bench/page [-rounds N]
//
// The start is the time from navigation to the first frame that shows the run and takes input: with nothing in the cache
// (cold), and once the page was open before (warm). The medians are printed, of the ratios in each round too, and the best of
// all rounds; nothing is asserted, for it depends on the machine. It needs Chromium.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"

	"sunscope/lessons"
	"sunscope/server/build"
	"sunscope/server/first"
	"sunscope/server/site"
)

func main() {
	rounds := flag.Int("rounds", 5, "`number` of rounds")
	flag.Parse()
	if err := run(*rounds, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "page:", err)
		os.Exit(1)
	}
}

// The sizes: a laptop's window, in which the lesson's stage takes a part; the empty game gets as much as the stage.
const wide, high = 1440, 900

func run(rounds int, out io.Writer) error {
	ctx := context.Background()
	temp, err := os.MkdirTemp("", "sunscope-page")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)
	stage, empty, err := serve(ctx, temp, out)
	if err != nil {
		return err
	}
	defer stage.Close()
	defer empty.Close()
	b, err := browse(ctx)
	if err != nil {
		return err
	}
	defer b.close()
	var cold, coldWork, warm, warmWork, frames pairs
	for range rounds {
		s, err := b.open(stage.URL+"/en/next-slot", true)
		if err != nil {
			return err
		}
		e, err := b.open(empty.URL, false)
		if err != nil {
			return err
		}
		cold.add(s.cold.wall, e.cold.wall)
		coldWork.add(s.cold.cpu, e.cold.cpu)
		warm.add(s.warm.wall, e.warm.wall)
		warmWork.add(s.warm.cpu, e.warm.cpu)
		frames.add(s.frames, e.frames)
	}
	fmt.Fprintf(out, "%-34s %18s %18s %14s\n", "medians, and the best", "stage", "empty", "ratio")
	cold.print(out, "first interactive frame, cold, ms", slices.Min)
	coldWork.print(out, "  processor time until then, ms", slices.Min)
	warm.print(out, "first interactive frame, warm, ms", slices.Min)
	warmWork.print(out, "  processor time until then, ms", slices.Min)
	frames.print(out, "frames a second while it plays", slices.Max)
	return nil
}

// serve puts the site and the empty game on ports of their own.
func serve(ctx context.Context, temp string, out io.Writer) (stage, empty *httptest.Server, err error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, nil, err
	}
	root, err := build.Root(dir)
	if err != nil {
		return nil, nil, err
	}
	library, err := lessons.Open()
	if err != nil {
		return nil, nil, err
	}
	var handlers [2]http.Handler
	for i, pkg := range []string{"", "./tests/bench/page/empty"} {
		b := build.Builder{Root: root, Cache: temp, Package: pkg}
		m, err := b.Viewer(ctx)
		if err != nil {
			return nil, nil, err
		}
		if _, err := m.Compress(ctx); err != nil {
			return nil, nil, err
		}
		fmt.Fprintf(out, "%s: %s\n", []string{"stage", "empty"}[i], m.Describe())
		frames := new(first.Frames)
		if handlers[i], err = site.New(site.Options{Lessons: library, Module: m, First: frames.Draw, Inline: frames.Inline, Colours: first.Colours()}); err != nil {
			return nil, nil, err
		}
	}
	return httptest.NewServer(handlers[0]), httptest.NewServer(around(handlers[1])), nil
}

const emptyPage = `<!doctype html><meta charset="utf-8"><title>empty</title><script src="/viewer/wasm_exec.js"></script><script src="/boot.js"></script>`

const emptyBoot = `const go = new Go();
WebAssembly.instantiateStreaming(fetch("/viewer/viewer.wasm"), go.importObject).then((m) => go.run(m.instance));`

// around serves the page of the empty game, and takes its module from the site.
func around(site http.Handler) http.Handler {
	mux := http.NewServeMux()
	for path, file := range map[string][2]string{"/{$}": {"text/html", emptyPage}, "/boot.js": {"text/javascript", emptyBoot}} {
		mux.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", file[0])
			_, _ = io.WriteString(w, file[1])
		})
	}
	mux.Handle("/viewer/", site)
	return mux
}

// pairs are measurements of the stage and of the empty game, turn by turn.
type pairs struct{ stage, empty, ratio []float64 }

func (p *pairs) add(stage, empty float64) {
	p.stage, p.empty, p.ratio = append(p.stage, stage), append(p.empty, empty), append(p.ratio, stage/empty)
}

// print prints the medians, and in brackets the best, which other work on the machine changes least.
func (p *pairs) print(out io.Writer, what string, best func([]float64) float64) {
	s, e := best(p.stage), best(p.empty)
	fmt.Fprintf(out, "%-34s %8.0f (%7.0f) %8.0f (%7.0f) %6.2f (%4.2f)\n", what, median(p.stage), s, median(p.empty), e, median(p.ratio), s/e)
}

func median(v []float64) float64 {
	s := slices.Sorted(slices.Values(v))
	if len(s) == 0 {
		return 0
	}
	return s[len(s)/2]
}

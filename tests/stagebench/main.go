// Stagebench measures what a large run costs the stage: memory beside the size of its text, seeking anywhere, and a frame's
// time and allocations, with many tasks alive and with many events loaded. It prints figures and asserts nothing: machines
// are shared and noisy. The frames are laid out and turned into triangles; what Ebitengine adds is in tests/native.
package main

import (
	"bytes"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"time"

	"sunscope/core/record"
	"sunscope/core/story"
	"sunscope/core/story/export"
	simtime "sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/tests/large"
	"sunscope/viz/paint/mesh"
	"sunscope/viz/scene"
)

func main() {
	events := flag.Int("events", 1_000_000, "size of the larger of two `runs`; the other has a tenth")
	seeks := flag.Int("seeks", 3000, "how `often` to go somewhere")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: go run ./tests/stagebench [flags]\n\nWhat a large run costs the stage.")
		flag.PrintDefaults()
	}
	flag.Parse()
	fmt.Println("events       text  in memory   of text  opened in    seek p50       p99       most")
	for _, n := range []int{*events / 10, *events} {
		if err := loaded(n, *seeks); err != nil {
			fmt.Fprintln(os.Stderr, "stagebench:", err)
			os.Exit(1)
		}
	}
	fmt.Println("\nframe                              time   with triangles   allocations")
	for _, tasks := range []int{100, 1000, 10_000} {
		log, err := large.Busy(tasks)
		if err != nil {
			fmt.Fprintln(os.Stderr, "stagebench:", err)
			os.Exit(1)
		}
		frame(fmt.Sprintf("%d live tasks", tasks), story.New(log), 1)
	}
	for _, n := range []int{*events / 10, *events} {
		log, err := large.Long(n)
		if err != nil {
			fmt.Fprintln(os.Stderr, "stagebench:", err)
			os.Exit(1)
		}
		s := story.New(log)
		frame(fmt.Sprintf("%d events, playing", n), s, 1)
		frame(fmt.Sprintf("%d events, scrubbing", n), s, s.Len()/97)
	}
}

// loaded opens a run's text as a viewer does, and goes here and there in it.
func loaded(events, seeks int) error {
	log, err := large.Long(events)
	if err != nil {
		return err
	}
	text := export.Ftrace(nil, log, 0, log.Len())
	log = nil
	size := len(text)
	before := heap()
	begun := time.Now()
	rec, err := record.Read("bench", bytes.NewReader(text))
	if err != nil {
		return err
	}
	s := story.New(rec.Log)
	opened := time.Since(begun)
	rec = nil
	used := heap() - before
	runtime.KeepAlive(text)
	random := rand.New(rand.NewPCG(1, 2))
	took := make([]time.Duration, seeks)
	for i := range took {
		begun := time.Now()
		s.At(random.IntN(s.Len()))
		took[i] = time.Since(begun)
	}
	slices.Sort(took)
	fmt.Printf("%-10d %6.1f MB %7.1f MB %8.2f %11v %11v %9v %10v\n", events, mb(size), mb(used), float64(used)/float64(size),
		opened.Round(time.Millisecond), took[seeks/2].Round(time.Microsecond), took[seeks*99/100].Round(time.Microsecond), took[seeks-1].Round(time.Microsecond))
	return nil
}

func mb(n int) float64 { return float64(n) / 1e6 }

// heap is what is in use once nothing that could be freed is.
func heap() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// frame draws the end of a run, going step events on with each frame and round again.
func frame(name string, s *story.Story, step int) {
	var (
		list scene.List
		b    mesh.Builder
	)
	theme := scene.Light
	last := s.Len() - 1
	if step == 1 {
		last = s.Len() / 2
		if s.Log().KindAt(s.Len()-1) != trace.RPCTaskEnd && len(s.Lanes()) > 0 {
			last = s.Len() - 400
		}
	}
	at := last
	draw := func(triangles bool) {
		st := s.At(at)
		v := scene.View{W: 1440, H: 900, Lang: "en", Now: st.Time + simtime.Nanosecond}
		scene.LayoutInto(&list, s, st, &v)
		if triangles {
			b.Build(list.Front, &theme, 1, 0, 0)
		}
		if at += step; at >= s.Len() || step == 1 && at >= last+300 {
			at = last % max(1, s.Len())
			if step > 1 {
				at = 0
			}
		}
	}
	const frames = 400
	for range 60 {
		draw(true)
	}
	plain, _ := measure(frames, func() { draw(false) })
	full, allocs := measure(frames, func() { draw(true) })
	fmt.Printf("%-28s %10v %16v %13.2f\n", name, plain.Round(time.Microsecond), full.Round(time.Microsecond), allocs)
}

func measure(n int, f func()) (each time.Duration, allocs float64) {
	var a, b runtime.MemStats
	runtime.ReadMemStats(&a)
	begun := time.Now()
	for range n {
		f()
	}
	each = time.Since(begun) / time.Duration(n)
	runtime.ReadMemStats(&b)
	return each, float64(b.Mallocs-a.Mallocs) / float64(n)
}

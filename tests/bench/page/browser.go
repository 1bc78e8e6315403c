package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// browser is a Chromium with a software GPU, which draws on any machine.
type browser struct {
	ctx    context.Context
	pid    int
	cancel []context.CancelFunc
}

func browse(ctx context.Context) (*browser, error) {
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox,
		chromedp.Flag("headless", "new"), chromedp.Flag("use-gl", "angle"), chromedp.Flag("use-angle", "swiftshader"),
		chromedp.Flag("enable-unsafe-swiftshader", true), chromedp.WindowSize(wide, high))
	if path, err := exec.LookPath("chromium"); err == nil {
		options = append(options, chromedp.ExecPath(path))
	}
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	tab, end := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	b := &browser{ctx: tab, cancel: []context.CancelFunc{end, stop}}
	if err := chromedp.Run(tab); err != nil {
		b.close()
		return nil, fmt.Errorf("Chromium does not start: %w", err)
	}
	b.pid = chromedp.FromContext(tab).Browser.Process().Pid
	return b, nil
}

func (b *browser) close() {
	for _, f := range b.cancel {
		f()
	}
}

// visit is a page's start: milliseconds to the first frame, and those that all of Chromium's processes worked meanwhile.
type visit struct{ wall, cpu float64 }

// figures are what one page measured: its starts, and frames a second.
type figures struct {
	cold, warm visit
	frames     float64
}

// open visits a page in a tab of its own, first without a cache and then with it, and counts frames; a stage plays meanwhile.
func (b *browser) open(url string, stage bool) (f figures, err error) {
	ctx, cancel := chromedp.NewContext(b.ctx)
	defer cancel()
	ctx, stop := context.WithTimeout(ctx, 2*time.Minute)
	defer stop()
	w, h := int64(wide), int64(high)
	if !stage {
		w, h = stageWide, stageHigh
	}
	if err := chromedp.Run(ctx, chromedp.EmulateViewport(w, h), network.ClearBrowserCache()); err != nil {
		return f, err
	}
	for _, to := range []*visit{&f.cold, &f.warm} {
		if err := chromedp.Run(ctx, chromedp.Navigate("about:blank"), chromedp.Sleep(time.Second)); err != nil {
			return f, err // the page before is gone, and what it left to do is done
		}
		before := worked(b.pid)
		if err := chromedp.Run(ctx, chromedp.Navigate(url)); err != nil {
			return f, err
		}
		if to.wall, err = marked(ctx); err != nil {
			return f, fmt.Errorf("%s: %w", url, err)
		}
		to.cpu = worked(b.pid) - before
	}
	count := counting
	if stage {
		count = `sunscope.send("speed", {value: "0.001"}); sunscope.send("toggle"); ` + counting
	}
	return f, chromedp.Run(ctx, chromedp.Evaluate(count, &f.frames, func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }))
}

// The stage's part of the window.
const stageWide, stageHigh = 1004, 763

// counting counts the frames of three seconds, in the document that draws.
const counting = `new Promise((done) => {
	const w = document.querySelector("#viewer")?.contentWindow ?? window, began = performance.now();
	let n = 0;
	const frame = () => { n++; performance.now() - began < 3000 ? w.requestAnimationFrame(frame) : done(n * 1000 / (performance.now() - began)); };
	w.requestAnimationFrame(frame);
})`

// marked waits for the mark that a page sets with its first frame.
func marked(ctx context.Context) (at float64, err error) {
	for at == 0 && err == nil {
		time.Sleep(20 * time.Millisecond)
		err = chromedp.Run(ctx, chromedp.Evaluate(`performance.getEntriesByName("stage")[0]?.startTime ?? 0`, &at))
	}
	return at, err
}

// worked is how many milliseconds a process and all that come from it have worked so far.
func worked(pid int) (ms float64) {
	parents, ticks := map[int]int{}, map[int]float64{}
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended
		}
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		fields := strings.Fields(string(data[bytes.LastIndexByte(data, ')')+1:])) // from the process's state on
		parents[id], _ = strconv.Atoi(fields[1])
		user, _ := strconv.ParseFloat(fields[11], 64)
		system, _ := strconv.ParseFloat(fields[12], 64)
		ticks[id] = user + system
	}
	for id, n := range ticks {
		for at := id; at > 1; at = parents[at] {
			if at == pid {
				ms += n * 10 // a clock tick is a hundredth of a second
				break
			}
		}
	}
	return ms
}

//go:build e2e

package browser

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// The server and the browser of all tests.
var (
	address string
	browser context.Context
)

const root = "../.."

func TestMain(m *testing.M) {
	code, err := withServer(func() int { return withChromium(m.Run) })
	if err != nil {
		fmt.Fprintln(os.Stderr, "browser tests:", err)
		code = 1
	}
	os.Exit(code)
}

// withServer runs the server on a free port, as "go run ./server" does.
func withServer(do func() int) (code int, err error) {
	dir, err := os.MkdirTemp("", "sunscope-browser")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	bin := filepath.Join(dir, "server")
	build := exec.Command("go", "build", "-o", bin, "./server")
	build.Dir = root
	if out, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("go build ./server: %w\n%s", err, out)
	}
	server := exec.Command(bin, "-addr", "127.0.0.1:0")
	server.Dir, server.Stderr = root, os.Stderr
	out, err := server.StdoutPipe()
	if err != nil {
		return 1, err
	}
	if err := server.Start(); err != nil {
		return 1, err
	}
	defer func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		if e := server.Wait(); e != nil && err == nil {
			err = fmt.Errorf("the server did not end cleanly: %w", e)
		}
	}()
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		fmt.Println("server:", lines.Text())
		if url, ok := strings.CutPrefix(lines.Text(), "Sunscope: "); ok {
			address = strings.TrimSuffix(url, "/")
			break
		}
	}
	if address == "" {
		return 1, fmt.Errorf("the server printed no address")
	}
	go func() {
		for lines.Scan() {
			fmt.Println("server:", lines.Text())
		}
	}()
	return do(), nil
}

// withChromium starts a browser with a software GPU, so that the picture is drawn on any machine.
func withChromium(do func() int) int {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.NoSandbox, chromedp.Flag("headless", "new"), chromedp.Flag("disable-quic", true),
		chromedp.Flag("use-gl", "angle"), chromedp.Flag("use-angle", "swiftshader"), chromedp.Flag("enable-unsafe-swiftshader", true))
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			options = append(options, chromedp.ExecPath(path))
			break
		}
	}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	defer stop()
	ctx, stop := chromedp.NewContext(allocator, chromedp.WithErrorf(quietly))
	defer stop()
	if err := chromedp.Run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "browser tests: Chromium does not start:", err)
		return 1
	}
	browser = ctx
	return do()
}

// quietly keeps chromedp from complaining about messages of browsers that are newer than it.
func quietly(format string, args ...any) {
	if !strings.HasPrefix(format, "unhandled") {
		fmt.Fprintf(os.Stderr, "chromedp: "+format+"\n", args...)
	}
}

// look is how a page is looked at.
type look struct {
	w, h  int64
	phone bool
	dark  bool
	still bool // prefers-reduced-motion
}

var desk = look{w: 1200, h: 800, still: true}

// page is a tab with what its console said.
type page struct {
	t   *testing.T
	ctx context.Context

	mu     sync.Mutex
	faults []string
}

// open loads a path in a tab of its own and waits for nothing.
func open(t *testing.T, path string, l look) *page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser)
	ctx, stop := context.WithTimeout(ctx, 3*time.Minute)
	p := &page{t: t, ctx: ctx}
	chromedp.ListenTarget(ctx, p.hear)
	t.Cleanup(func() {
		stop()
		cancel()
		p.mu.Lock()
		defer p.mu.Unlock()
		require.Empty(t, p.faults, "errors in the browser's console")
	})
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: "light"}, {Name: "prefers-reduced-motion", Value: ""}}
	if l.dark {
		features[0].Value = "dark"
	}
	if l.still {
		features[1].Value = "reduce"
	}
	p.run(chromedp.EmulateViewport(l.w, l.h), emulation.SetEmulatedMedia().WithFeatures(features))
	if l.phone {
		p.run(emulation.SetTouchEmulationEnabled(true))
	}
	p.run(chromedp.Navigate(address + path))
	return p
}

// lesson opens the lesson and waits until the stage plays its simulation.
func lesson(t *testing.T, lang string, l look) *page {
	t.Helper()
	p := open(t, "/"+lang+"/next-slot", l)
	p.until("the stage is there", `document.body.classList.contains("live") && sunscope.state.source === "simulation"`)
	p.until("its passages are marked", `Object.keys(sunscope.state.marks).length > 5`)
	return p
}

func (p *page) hear(event any) {
	fault := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		fault = e.ExceptionDetails.Error()
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.APITypeError || e.Type == runtime.APITypeWarning || e.Type == runtime.APITypeAssert {
			for _, a := range e.Args {
				fault += " " + string(a.Value) + a.Description
			}
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.LevelError {
			fault = e.Entry.Text + " " + e.Entry.URL
		}
	}
	if fault = strings.TrimSpace(fault); fault != "" {
		p.mu.Lock()
		p.faults = append(p.faults, fault)
		p.mu.Unlock()
	}
}

func (p *page) run(actions ...chromedp.Action) {
	p.t.Helper()
	require.NoError(p.t, chromedp.Run(p.ctx, actions...))
}

// eval runs JavaScript and reads its value into a Go value.
func eval[T any](p *page, js string) T {
	p.t.Helper()
	var text string
	p.run(chromedp.Evaluate("JSON.stringify("+js+") ?? 'null'", &text))
	var v T
	require.NoError(p.t, json.Unmarshal([]byte(text), &v), "%s = %s", js, text)
	return v
}

// until waits for a condition by asking again and again: the page's policy forbids scripts that wait by themselves.
func (p *page) until(what, js string) {
	p.t.Helper()
	deadline := time.Now().Add(60 * time.Second)
	for {
		var ok bool
		if err := chromedp.Run(p.ctx, chromedp.Evaluate("!!("+js+")", &ok)); err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			p.shot("failed-" + strings.ReplaceAll(p.t.Name(), "/", "-"))
			p.mu.Lock()
			defer p.mu.Unlock()
			require.Fail(p.t, "waited for a minute: "+what, "console: %v\nstate: %s\nerror line: %s", p.faults,
				p.text(`globalThis.sunscope ? JSON.stringify(sunscope.state) : ""`), p.text(`document.querySelector("#error")?.textContent ?? ""`))
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// text is a JavaScript string for a message; "" if it cannot be had.
func (p *page) text(js string) (s string) {
	_ = chromedp.Run(p.ctx, chromedp.Evaluate(js, &s))
	return s
}

// click presses and releases the pointer on an element, with the pause that a hand makes.
func (p *page) click(selector string) {
	p.t.Helper()
	p.run(chromedp.ScrollIntoView(selector, chromedp.ByQuery), chromedp.Click(selector, chromedp.ByQuery))
}

func (p *page) press(keys string) {
	p.t.Helper()
	p.run(chromedp.KeyEvent(keys))
}

// state is what the viewer said last.
type state struct {
	Source, Name, Seed, Speed, Asking, Theme, Lang, Motion string
	Instant, Count, Furthest                               int
	Time, Start, End                                       float64
	Playing                                                bool
	Selected                                               struct {
		Kind string
		Num  int
		Name string
	}
	Marks map[string]int
}

func (p *page) state() state {
	p.t.Helper()
	return eval[state](p, "sunscope.state")
}

// seek goes to an instant and waits until it is there.
func (p *page) seek(instant int) {
	p.t.Helper()
	p.run(chromedp.Evaluate(fmt.Sprintf(`(() => { const s = document.querySelector("#scrub"); s.value = %d; s.dispatchEvent(new Event("input")); })()`, instant), nil))
	p.until("the instant sought", fmt.Sprintf("sunscope.state.instant === %d", instant))
}

// picture is a screenshot of the stage's frame alone, as PNG.
func (p *page) picture() []byte {
	p.t.Helper()
	p.frames(3)
	var png []byte
	p.run(chromedp.Screenshot("#viewer", &png, chromedp.ByQuery))
	return png
}

// frames waits until the browser has drawn n times.
func (p *page) frames(n int) {
	p.t.Helper()
	p.run(chromedp.Evaluate(`globalThis.drawn = 0; (function count() { drawn++; requestAnimationFrame(count); })()`, nil))
	p.until("frames", fmt.Sprintf("drawn >= %d", n))
}

// shot keeps a screenshot of the window to be looked at.
func (p *page) shot(name string) []byte {
	p.t.Helper()
	var png []byte
	if err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot(&png)); err != nil {
		return nil
	}
	dir := filepath.Join(root, "tests", "artifacts")
	require.NoError(p.t, os.MkdirAll(dir, 0o755))
	require.NoError(p.t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
	return png
}

// same reports whether two pictures are the same, byte by byte.
func same(a, b []byte) bool { return len(a) > 0 && bytes.Equal(a, b) }

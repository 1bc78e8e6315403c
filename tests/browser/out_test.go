//go:build e2e

package browser

import (
	"bytes"
	"context"
	"image/png"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	cdbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

// downloads has the browser put what a page saves into a folder.
func (p *page) downloads() string {
	p.t.Helper()
	dir := p.t.TempDir()
	p.run(chromedp.ActionFunc(func(ctx context.Context) error {
		c := chromedp.FromContext(ctx)
		return cdbrowser.SetDownloadBehavior(cdbrowser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(dir).WithBrowserContextID(c.BrowserContextID).Do(cdp.WithExecutor(ctx, c.Browser))
	}))
	return dir
}

// saved waits for a file.
func (p *page) saved(file string) []byte {
	p.t.Helper()
	for range 600 {
		if data, err := os.ReadFile(file); err == nil && len(data) > 0 {
			return data
		}
		time.Sleep(50 * time.Millisecond)
	}
	require.Fail(p.t, "nothing was saved", file)
	return nil
}

func TestTheMomentAndTheRunAreSavedAsFiles(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	dir := p.downloads()
	p.seek(p.state().Marks["await-4"])
	p.press("e")
	p.until("the panel", `document.querySelector("#panel .panel-share:not([hidden])")`)
	for name, begins := range map[string]string{"svg": "<svg ", "pcapng": "\x0a\x0d\x0d\x0a", "perfetto": "{", "csv": "", "ftrace": "#"} {
		p.click(`[data-format="` + name + `"]`)
		p.until(name+" is saved", `document.querySelector(".panel-share [role=status]").textContent.startsWith("Saved as")`)
		file := eval[string](p, `document.querySelector(".panel-share [role=status]").textContent.slice("Saved as ".length)`)
		data := p.saved(filepath.Join(dir, file))
		require.True(t, bytes.HasPrefix(data, []byte(begins)), "%s: %.40q", file, data)
		p.run(chromedp.Evaluate(`document.querySelector(".panel-share [role=status]").textContent = ""`, nil))
	}
	p.click(`[data-format="png"]`)
	p.until("a picture of pixels", `document.querySelector(".panel-share [role=status]").textContent.endsWith(".png")`)
	file := eval[string](p, `document.querySelector(".panel-share [role=status]").textContent.slice("Saved as ".length)`)
	picture, err := png.Decode(bytes.NewReader(p.saved(filepath.Join(dir, file))))
	require.NoError(t, err)
	require.Greater(t, picture.Bounds().Dx(), 1800, "twice as fine as the screen")
	colours := map[any]bool{}
	for x := 0; x < picture.Bounds().Dx(); x += 7 {
		colours[picture.At(x, 200)] = true
	}
	require.Greater(t, len(colours), 5, "not blank")
}

func TestAFilmOfARangeIsRecorded(t *testing.T) {
	p := lesson(t, "en", look{w: 1024, h: 768, still: true})
	dir := p.downloads()
	p.seek(40)
	p.press("e")
	p.until("the panel", `document.querySelector("#film").checkVisibility()`)
	for id, value := range map[string]string{"film-from": "100", "film-to": "200", "film-lasts": "2"} {
		p.run(chromedp.SetValue("#"+id, value, chromedp.ByQuery))
	}
	p.click("#film")
	p.until("it is saved", `document.querySelector(".panel-share [role=status]").textContent.endsWith(".webm")`)
	data := p.saved(filepath.Join(dir, "two-slots.webm"))
	require.True(t, bytes.HasPrefix(data, []byte("\x1a\x45\xdf\xa3")), "Matroska")
	require.Greater(t, len(data), 20000)
	p.until("and the stage is where it was", "sunscope.state.instant === 40 && !sunscope.state.playing")
}

func TestEventsAreFoundCountedAndStoppedAt(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	p.press("b")
	p.until("the panel", `document.activeElement.id === "find-text"`)
	p.press("queue:xprt_backlog")
	p.press(kb.Enter)
	p.until("matches are counted", `/\d+ of \d+|\d+ found/.test(document.querySelector("#found output").textContent)`)
	p.click(`#found [data-i18n-label="findNext"]`)
	p.until("the next match", `sunscope.last.found.index >= 0 && sunscope.state.instant > 100`)
	was := p.state().Instant
	p.run(chromedp.Focus("#play", chromedp.ByQuery))
	p.press("n")
	p.until("n goes on", `sunscope.state.instant > `+strconv.Itoa(was))
	p.shot("found")
	p.run(chromedp.SetValue("#find-text", "queue:xprt_backlog>=3", chromedp.ByQuery))
	p.click(`#panel [data-i18n="breakAdd"]`)
	p.until("a breakpoint", `document.querySelector(".breaks code")?.textContent === "queue:xprt_backlog>=3"`)
	p.press(kb.Escape)
	p.press(kb.Home)
	p.until("back", "sunscope.state.instant === -1")
	p.run(chromedp.Evaluate(`sunscope.send("speed", {value: "max"})`, nil))
	p.press(" ")
	p.until("playing stops there", `!sunscope.state.playing && sunscope.state.instant > 100 && sunscope.state.asking === ""`)
	p.press("b")
	p.until("the list", `document.querySelector(".breaks button")?.checkVisibility()`)
	p.click(".breaks button")
	p.until("it is dropped", `document.querySelector(".breaks .note")`)
}

func TestALinkOpensExactlyTheMoment(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	p.seek(p.state().Marks["await-4"])
	p.run(chromedp.Evaluate(`sunscope.send("select", {kind: "task", num: 3}); sunscope.send("fault", {do: "freeze 1s", at: 150})`, nil))
	p.until("a fork", `sunscope.last.runs.runs.length === 2`)
	p.seek(p.state().Instant + 20)
	p.until("the address follows", `location.hash.includes("i=") && location.hash.includes("sel=task")`)
	p.run(chromedp.Sleep(800 * time.Millisecond))
	was, words := p.state(), p.twin()
	hash := eval[string](p, "location.hash")
	require.Less(t, len(hash), 2000)

	q := open(t, "/en/next-slot"+hash, look{w: 1440, h: 900, still: true})
	q.until("the same run at the same moment", `globalThis.sunscope?.state?.instant === `+strconv.Itoa(was.Instant)+` && sunscope.state.count === `+strconv.Itoa(was.Count))
	require.Equal(t, was.Selected, q.state().Selected)
	q.until("the same words", `(sunscope.last.twin?.lines ?? []).length > 5`)
	require.Equal(t, words, q.twin())
}

func TestOnAPhoneALinkShowsAPartAndItsTabIsLit(t *testing.T) {
	lit := func(p *page, link string) string {
		p.until("the moment of "+link, `globalThis.sunscope?.state?.instant === 130 && sunscope.state.parts !== "all"`)
		p.run(chromedp.Sleep(200 * time.Millisecond))
		return eval[string](p, `sunscope.state.parts + " " + (document.querySelector("#parts input:checked")?.value ?? "none")`)
	}
	for link, want := range map[string]string{"": "slots,queues slots", "&p=all": "slots,queues slots", "&p=wire": "wire wire", "&p=map": "map map", "&p=map,timeline": "map,timeline none"} {
		p := open(t, "/en/next-slot#v=1&s=two-slots&seed=42&n=663&i=130"+link, look{w: 390, h: 844, phone: true, still: true})
		require.Equal(t, want, lit(p, link), link)
		if link == "" {
			p.shot("link-phone")
			p.run(chromedp.Evaluate(`sunscope.send("parts", {value: "timeline"})`, nil))
			p.until("the tab follows", `document.querySelector("#parts input:checked")?.value === "time"`)
		}
	}
}

func TestALinkToARecordingAsksForItsFile(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	p.choose(filepath.Join(root, recording))
	p.until("the recording", `sunscope.state.source === "recording"`)
	p.seek(500)
	p.until("the address follows", `location.hash.includes("h=") && location.hash.includes("i=500")`)
	q := open(t, "/en/next-slot"+eval[string](p, "location.hash"), look{w: 1440, h: 900, still: true})
	q.until("the file is asked for by its name", `document.querySelector(".panel-scenarios [role=alert]")?.textContent.includes("trace.txt.gz")`)
	q.shot("link-to-recording")
	q.choose(filepath.Join(root, recording))
	q.until("its moment", `sunscope.state.source === "recording" && sunscope.state.instant === 500`)
	q.until("nothing is asked for any more", `document.querySelector(".panel-scenarios [role=alert]").hidden`)
}

//go:build e2e

package browser

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	cdp "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

const recording = "tests/recordings/06-slot-contention/trace.txt.gz"

// choose hands a file to the page's file button.
func (p *page) choose(file string) {
	p.t.Helper()
	path, err := filepath.Abs(file)
	require.NoError(p.t, err)
	p.run(chromedp.SetUploadFiles("#file", []string{path}, chromedp.ByQuery))
}

func TestARecordingOfARealKernelPlaysOnTheSameStage(t *testing.T) {
	p := lesson(t, "en", desk)
	p.seek(p.state().Marks["await-2"])
	folded := eval[int](p, `document.querySelectorAll(".await.waits").length`)
	require.Greater(t, folded, 3)
	p.choose(filepath.Join(root, recording))
	p.until("the recording is open", `sunscope.state.source === "recording" && sunscope.state.name === "trace.txt.gz"`)
	require.Greater(t, p.state().Count, 15000)
	require.Equal(t, "trace.txt.gz", eval[string](p, `document.querySelector("#source-name").textContent`))
	require.Contains(t, eval[string](p, `document.querySelector("#away").textContent`), "the recording trace.txt.gz")
	waits := func() int { return eval[int](p, `document.querySelectorAll(".await.waits").length`) }
	require.Equal(t, folded, waits(), "its events tell no passage of the lesson")
	p.seek(4000)
	before := p.picture()
	p.click(`[data-cmd="step"]`)
	p.until("forward", "sunscope.state.instant === 4001")
	p.click(`[data-cmd="back"]`)
	p.until("back", "sunscope.state.instant === 4000")
	require.True(t, same(before, p.picture()))
	p.shot("recording")
	require.Equal(t, folded, waits(), "wherever the recording is")
	require.NotContains(t, eval[string](p, `document.querySelector("#text").innerText`), "With seed 42")
	p.click("#play")
	p.until("it plays", "sunscope.state.instant > 4005")
	p.click("#away button")
	p.until("back to the lesson", `sunscope.state.source === "simulation" && sunscope.state.seed === "42"`)
}

func TestABadFileIsOneLineAndChangesNothing(t *testing.T) {
	p := lesson(t, "en", desk)
	p.seek(100)
	p.choose(filepath.Join(root, "go.mod"))
	p.until("an error line", `document.querySelector("#error").textContent.includes("go.mod")`)
	require.True(t, eval[bool](p, `document.querySelector("#error").offsetParent !== null`))
	require.NotContains(t, eval[string](p, `document.querySelector("#error").textContent`), "\n")
	require.Equal(t, "simulation", p.state().Source)
	require.Equal(t, 100, p.state().Instant)
	p.shot("bad-file")
	p.press(kb.ArrowRight)
	p.until("the stage goes on", "sunscope.state.instant === 101")
}

func TestARecordingThatIsCutShortIsShownAsFarAsItGoesAndSaysSo(t *testing.T) {
	p := lesson(t, "en", desk)
	whole, err := os.ReadFile(filepath.Join(root, recording))
	require.NoError(t, err)
	cut := filepath.Join(t.TempDir(), "cut.txt.gz")
	require.NoError(t, os.WriteFile(cut, whole[:len(whole)/2], 0o644))
	p.choose(cut)
	p.until("what there is of it", `sunscope.state.name === "cut.txt.gz" && sunscope.state.count > 1000`)
	p.until("an error line", `document.querySelector("#error").textContent.includes("cut.txt.gz")`)
}

func TestFocusIsNotTrappedInThePicture(t *testing.T) {
	p := lesson(t, "en", desk)
	focus := `(document.activeElement?.id || document.activeElement?.tagName)`
	for _, key := range []struct{ name, keys string }{{"Tab", kb.Tab}, {"Shift+Tab", kb.Tab}} {
		p.clickPicture(0.5, 0.02)
		p.until("the picture has the focus", focus+` === "viewer"`)
		modifier := chromedp.KeyModifiers(0)
		if key.name == "Shift+Tab" {
			modifier = chromedp.KeyModifiers(8)
		}
		for range 3 {
			p.run(chromedp.KeyEvent(key.keys, modifier))
		}
		p.until(key.name+" leaves the picture", focus+` !== "viewer"`)
	}
	p.clickPicture(0.5, 0.02)
	p.until("the picture has the focus", focus+` === "viewer"`)
	p.press(kb.Escape)
	p.press(kb.Escape)
	p.until("Esc leaves the picture", focus+` === "play"`)
}

// clickPicture presses the pointer on a place of the picture, given as parts of its width and height.
func (p *page) clickPicture(x, y float64) {
	p.t.Helper()
	box := eval[[]float64](p, `(() => { const b = document.querySelector("#viewer").getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()`)
	p.run(chromedp.MouseClickXY(box[0]+x*box[2], box[1]+y*box[3]))
}

func TestTheWheelScrollsThePageExceptOverTheTimeline(t *testing.T) {
	p := lesson(t, "en", desk)
	p.seek(p.state().Count - 1)
	p.run(chromedp.Evaluate("scrollTo(0, 0)", nil))
	p.wheel(0.5, 0.3)
	p.until("over the map the page scrolls", "scrollY > 50")
	was := eval[float64](p, "scrollY")
	p.wheel(0.5, 0.93)
	p.frames(10)
	require.Equal(t, was, eval[float64](p, "scrollY"), "over the timeline it does not")
}

// wheel turns the wheel downwards over a place of the picture.
func (p *page) wheel(x, y float64) {
	p.t.Helper()
	box := eval[[]float64](p, `(() => { const b = document.querySelector("#viewer").getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()`)
	p.run(input.DispatchMouseEvent(input.MouseWheel, box[0]+x*box[2], box[1]+y*box[3]).WithDeltaX(0).WithDeltaY(200))
}

func TestKeysWorkInsideThePictureToo(t *testing.T) {
	p := lesson(t, "en", desk)
	p.clickPicture(0.5, 0.02)
	p.until("the picture has the focus", `document.activeElement.id === "viewer"`)
	instant := p.state().Instant
	p.press(kb.ArrowRight)
	p.until("one event forward, once", fmt.Sprintf("sunscope.state.instant === %d", instant+1))
	p.press("?")
	p.until("? shows the page's keys", `document.querySelector("#keys").open`)
}

func TestASelectedTaskShowsItsFieldsAndItsLastEvent(t *testing.T) {
	p := lesson(t, "en", desk)
	p.seek(p.state().Marks["await-4"])
	p.click("#twin summary")
	p.until("words", `document.querySelector('#twin-text [data-ref^="task "]')`)
	p.run(chromedp.Evaluate(`document.querySelector('#twin-text [data-ref^="task "]').click()`, nil))
	p.until("an inspector", `!document.querySelector("#inspector").hidden`)
	require.Equal(t, "task", p.state().Selected.Kind)
	text := eval[string](p, `document.querySelector("#inspector").textContent`)
	require.Contains(t, text, "Last event")
	require.Contains(t, text, "task:0000000")
	require.Greater(t, eval[int](p, `document.querySelectorAll("#inspector tbody tr").length`), 4)
	p.press(kb.Escape)
	p.until("Esc deselects", `document.querySelector("#inspector").hidden`)
}

func TestTheWordsLeaveThePictureWholeAndSayAllOfIt(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	p.seek(p.state().Marks["await-4"])
	size := `(() => { const b = document.querySelector("#viewer").getBoundingClientRect(); return [b.width, b.height]; })()`
	was := eval[[]float64](p, size)
	p.click("#twin summary")
	p.until("words", `document.querySelector("#twin-text p")`)
	require.Equal(t, was, eval[[]float64](p, size))
	p.frames(3)
	p.shot("words")
	words := p.twin()
	p.run(chromedp.EmulateViewport(1024, 600))
	p.frames(5)
	require.Equal(t, words, p.twin(), "a small picture is not told less of")
}

func TestASelectedPacketTiesEachByteToItsField(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	p.selectPacket()
	p.shot("packet")
	bytes := eval[int](p, `document.querySelectorAll("#inspector .bytes b").length`)
	require.Greater(t, bytes, 40)
	require.Equal(t, bytes, eval[int](p, `document.querySelectorAll('#inspector .bytes b:not([data-span="-1"])').length`), "no byte is without a field")
	xid := eval[string](p, `[...document.querySelectorAll("#inspector .fields [role=treeitem]")].find((b) => b.textContent.includes("xid")).dataset.span`)
	lit := func() []string {
		return eval[[]string](p, `[...document.querySelectorAll("#inspector .bytes b.lit")].map((b) => b.dataset.span)`)
	}
	require.Empty(t, lit())
	p.run(chromedp.Focus(`#inspector .fields [data-span="`+xid+`"]`, chromedp.ByQuery))
	require.Equal(t, []string{xid, xid, xid, xid}, lit(), "an XID has four bytes")
	p.press(kb.ArrowDown)
	p.until("the next field", `document.activeElement.dataset.span === "`+next(t, xid)+`" && sunscope.last.inspect.field === `+next(t, xid))
	p.press(kb.ArrowUp)
	p.run(chromedp.Evaluate(`document.activeElement.blur()`, nil))
	p.run(chromedp.Evaluate(`document.querySelector('#inspector .bytes b[data-span="`+xid+`"]').dispatchEvent(new PointerEvent("pointerover", {bubbles: true}))`, nil))
	require.Equal(t, 1, eval[int](p, `document.querySelectorAll("#inspector .fields .lit").length`), "and the byte leads back to the field")
	require.Contains(t, eval[string](p, `document.querySelector("#inspector .lit-field").textContent`), "xid")
	p.accessible("a packet")
	p.shot("packet-field")
}

// next is the number after one.
func next(t *testing.T, n string) string {
	v, err := strconv.Atoi(n)
	require.NoError(t, err)
	return strconv.Itoa(v + 1)
}

// selectPacket goes to where a call is on the wire and selects it.
func (p *page) selectPacket() {
	p.t.Helper()
	p.seek(p.state().Marks["await-4"] + 1)
	for range 80 {
		num := eval[int](p, `((sunscope.last.twin?.lines ?? []).find((l) => l.kind === "packet" && /CALL/.test(l.text)) ?? {num: -1}).num`)
		if num >= 0 {
			p.run(chromedp.Evaluate(fmt.Sprintf(`sunscope.send("select", {kind: "packet", num: %d})`, num), nil))
			p.until("its bytes", `document.querySelector("#inspector .bytes b")`)
			return
		}
		p.press(kb.ArrowRight)
		p.run(chromedp.Sleep(600_000_000))
	}
	require.Fail(p.t, "no call is on the wire")
}

func TestThePageForwardsHowTheReaderWantsToSeeThings(t *testing.T) {
	p := lesson(t, "zh", look{w: 1200, h: 800, dark: true, still: true})
	require.Equal(t, []string{"dark", "zh", "reduced"}, []string{p.state().Theme, p.state().Lang, p.state().Motion})
	p.run(chromedp.SetValue("#theme", "projector", chromedp.ByQuery), chromedp.Evaluate(`document.querySelector("#theme").dispatchEvent(new Event("change"))`, nil))
	p.until("projector", `sunscope.state.theme === "projector"`)
	p.run(chromedp.Reload())
	p.until("and it is kept", `document.body.classList.contains("live") && sunscope.state.theme === "projector"`)
	p.run(chromedp.Evaluate(`localStorage.clear()`, nil))
}

func TestWithoutWebGLOrWebAssemblyTheLessonCanStillBeRead(t *testing.T) {
	for name, c := range map[string]struct{ lacks, says string }{
		"WebGL":       {`HTMLCanvasElement.prototype.getContext = () => null`, "no WebGL"},
		"WebAssembly": {`delete globalThis.WebAssembly`, "cannot run WebAssembly"},
	} {
		t.Run(name, func(t *testing.T) {
			p := open(t, "/en/", desk)
			p.run(chromedp.ActionFunc(func(ctx context.Context) error {
				_, err := cdp.AddScriptToEvaluateOnNewDocument(c.lacks).Do(ctx)
				return err
			}), chromedp.Navigate(address+"/en/next-slot"))
			p.until("a message", fmt.Sprintf(`document.querySelector("#veil-text").textContent.includes(%q)`, c.says))
			require.Zero(t, eval[int](p, `document.querySelectorAll(".await.waits").length`), "all passages are there")
		})
	}
}

func TestTheFirstAnswerHoldsAStillPictureThatTheStageReplacesInItsPlace(t *testing.T) {
	answer, err := http.Get(address + "/en/next-slot")
	require.NoError(t, err)
	defer answer.Body.Close()
	html, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Contains(t, string(html), "call_transmit", "the map of states is in the page itself")
	p := open(t, "/en/", look{w: 1440, h: 900, still: true})
	box := `(() => { const b = document.querySelector("SELECTOR").getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()`
	p.run(chromedp.ActionFunc(func(ctx context.Context) error {
		_, err := cdp.AddScriptToEvaluateOnNewDocument(`addEventListener("DOMContentLoaded", () => { if (document.querySelector("#first")) globalThis.still = ` + strings.Replace(box, "SELECTOR", "#first svg", 1) + `; });`).Do(ctx)
		return err
	}), chromedp.Navigate(address+"/en/next-slot"))
	p.until("the stage takes its place", `document.body.classList.contains("live") && document.querySelector("#first").hidden`)
	still, stage := eval[[]float64](p, "still"), eval[[]float64](p, strings.Replace(box, "SELECTOR", "#viewer", 1))
	require.InDeltaSlice(t, stage, still, 2, "no jump: the picture came in the size of the stage")
}

func TestWithoutScriptsThePictureAndTheTextAreThere(t *testing.T) {
	p := open(t, "/en/", desk)
	p.run(emulation.SetScriptExecutionDisabled(true), chromedp.Navigate(address+"/en/next-slot"))
	p.frameless("without-scripts")
	p.run(emulation.SetScriptExecutionDisabled(false))
}

// frameless keeps a screenshot of a page without scripts, and looks for its picture in the layout.
func (p *page) frameless(name string) {
	p.t.Helper()
	p.run(chromedp.WaitVisible("#first svg", chromedp.ByQuery), chromedp.WaitVisible("#text h1", chromedp.ByQuery), chromedp.WaitNotVisible("#veil", chromedp.ByQuery))
	p.shot(name)
}

//go:build e2e

package browser

import (
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

func TestEveryScenarioCanBeChosenAndPlayed(t *testing.T) {
	p := lesson(t, "en", desk)
	p.press("o")
	p.until("a panel", `document.querySelector("#panel:not([hidden]) .panel-scenarios")`)
	p.until("whose first field has the focus", `document.activeElement.matches(".panel-scenarios input")`)
	require.Equal(t, eval[int](p, "sunscope.scenarios.length"), eval[int](p, `document.querySelectorAll("#panel [data-scenario]").length`))
	p.press("datagrams lost")
	p.until("what fits", `document.querySelectorAll("#panel [data-scenario]").length === 1`)
	p.click("#panel [data-scenario]")
	p.until("another scenario", `sunscope.state.name === "udp-loss" && sunscope.state.count > 100`)
	p.until("and the lesson says so", `document.querySelector("#away").textContent.includes("udp-loss")`)
	p.press(kb.Escape)
	p.until("Esc closes the panel", `document.querySelector("#panel").hidden`)
	p.click("#away button")
	p.until("back at the lesson", `sunscope.state.name === "two-slots" && document.querySelector("#away").hidden`)
}

func TestTheLessonCanBeHiddenAndComesBackWithAQuestion(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	was := eval[float64](p, `document.querySelector("#viewer").getBoundingClientRect().width`)
	p.press("l")
	p.until("the stage has the whole width", `document.querySelector("#viewer").getBoundingClientRect().width > 1350`)
	p.until("the button says so", `document.querySelector("[data-do=lesson]").textContent === "Show the lesson"`)
	p.shot("no-lesson")
	p.clickPicture(0.5, 0.02)
	p.press("l")
	p.until("the key works in the picture", `!document.documentElement.classList.contains("no-lesson")`)
	require.Equal(t, was, eval[float64](p, `document.querySelector("#viewer").getBoundingClientRect().width`))
	p.press("l")
	p.until("hidden", `document.documentElement.classList.contains("no-lesson")`)
	p.seek(p.state().Marks["ask:next-up"])
	p.press(kb.ArrowRight)
	p.until("a question brings it back", `!document.documentElement.classList.contains("no-lesson")`)
}

func TestThingsCanBeBrokenByKeysAloneAndTheRunsCompared(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	p.seek(150)
	p.press("k")
	p.until("what can be broken", `document.querySelectorAll("#panel [data-fault]").length > 5`)
	for range 30 {
		if eval[bool](p, `(document.activeElement.dataset.fault ?? "").startsWith("freeze")`) {
			break
		}
		p.press(kb.Tab)
	}
	p.press(kb.Enter)
	p.until("a fork", `sunscope.last.runs.runs.length === 2 && sunscope.last.runs.runs.find((r) => r.current).commands.includes("freeze")`)
	require.Equal(t, 150, p.state().Instant, "at the same moment")
	p.shot("broken")
	p.press(kb.Escape)
	p.press("r")
	p.until("both runs", `document.querySelectorAll("#panel .runs li").length === 2`)
	p.until("and where they part", `document.querySelector(".parting code")`)
	p.click(`[data-run="diverge"]`)
	p.until("there", `sunscope.state.instant >= sunscope.last.runs.this - 1 && sunscope.state.instant > 150`)
	p.click(`[data-run^="runShow"]`)
	p.until("the first run again", `sunscope.last.runs.runs[0].current`)
	p.shot("runs")
	p.click(`[data-run^="runDrop"]`)
	p.until("one is left", `sunscope.last.runs.runs.length === 1 && document.querySelectorAll("#panel .runs li").length === 1`)
}

func TestAKnobForksTheRun(t *testing.T) {
	p := lesson(t, "zh", look{w: 390, h: 844, phone: true, dark: true, still: true})
	p.click("#more")
	p.until("the tools", `document.querySelector("#tools").classList.contains("open")`)
	p.shot("tools-phone")
	p.click(`[data-panel="faults"]`)
	p.until("knobs", `document.querySelector("#knob-threads")`)
	p.run(chromedp.SetValue("#knob-threads", "1", chromedp.ByQuery), chromedp.Evaluate(`document.querySelector("#knob-threads").dispatchEvent(new Event("change"))`, nil))
	p.until("a fork with one thread", `sunscope.last.knobs.knobs.find((k) => k.name === "threads").value === "1"`)
	p.until("that says what it was", `document.querySelector(".knob:has(#knob-threads) .was").textContent.includes("4")`)
	p.shot("knobs-phone")
}

func TestThePaletteIsSearchedAndRunByKeys(t *testing.T) {
	p := lesson(t, "en", desk)
	for _, where := range []string{"the page", "the picture"} {
		if where == "the picture" {
			p.clickPicture(0.5, 0.02)
		}
		p.run(chromedp.KeyEvent("k", chromedp.KeyModifiers(input.ModifierCtrl)))
		p.until("Ctrl K opens it from "+where, `document.querySelector("#palette").open && document.activeElement.id === "palette-input"`)
		p.press("to the end")
		p.until("what fits comes first", `document.querySelector('#palette-list [aria-selected="true"]')?.textContent.includes("to the end")`)
		if where == "the page" {
			p.shot("palette")
		}
		p.press(kb.Enter)
		p.until("Enter does it", `!document.querySelector("#palette").open && sunscope.state.instant === sunscope.state.count - 1`)
		p.press(kb.Home)
		p.until("back", `sunscope.state.instant === -1`)
	}
	p.run(chromedp.KeyEvent("k", chromedp.KeyModifiers(input.ModifierCtrl)))
	p.until("open", `document.querySelector("#palette").open`)
	p.press("seek instant=77")
	p.until("a line of a command", `document.querySelectorAll('#palette-list [role="option"]').length === 1`)
	p.press(kb.Enter)
	p.until("with its argument", `sunscope.state.instant === 77`)
	p.run(chromedp.KeyEvent("k", chromedp.KeyModifiers(input.ModifierCtrl)))
	p.until("open", `document.querySelector("#palette").open`)
	p.press(kb.Escape)
	p.until("Esc closes it, here and at the viewer", `!document.querySelector("#palette").open && !sunscope.last.palette.open`)
}

// Whatever a reader may do is found in the palette, or can be typed there.
func TestEveryCommandIsInThePalette(t *testing.T) {
	p := lesson(t, "en", desk)
	p.run(chromedp.KeyEvent("k", chromedp.KeyModifiers(input.ModifierCtrl)))
	p.until("open", `document.querySelector("#palette").open`)
	rest := eval[[]string](p, `(() => {
		const offered = new Set(sunscope.last.palette.entries.map((e) => e.cmd));
		return sunscope.commands.filter((c) => c.group !== "wiring" && c.id !== "recording" && !offered.has(c.id)).map((c) => c.id);
	})()`)
	require.Contains(t, rest, "seek", "it wants an argument")
	for _, id := range rest {
		p.run(chromedp.Evaluate(`(() => { const i = document.querySelector("#palette-input"); i.value = "`+id+`"; i.dispatchEvent(new Event("input")); })()`, nil))
		p.until(id+" is offered once it is typed", `sunscope.last.palette.query === "`+id+`" && [...document.querySelectorAll('#palette-list [role="option"]')].some((e) => e.dataset.cmd === "`+id+`")`)
	}
}

func TestWhateverLiesOnTheStageHasAMenu(t *testing.T) {
	p := lesson(t, "en", desk)
	p.seek(p.state().Marks["await-4"])
	focus := `document.activeElement.getAttribute("role")`
	p.run(chromedp.Focus("#play", chromedp.ByQuery))
	p.run(chromedp.Evaluate(`sunscope.send("select", {kind: "task", num: 3})`, nil))
	p.until("selected", `sunscope.state.selected.kind === "task"`)
	p.run(chromedp.KeyEvent(kb.F10, chromedp.KeyModifiers(input.ModifierShift)))
	p.until("Shift F10 opens the menu of what is selected", `!document.querySelector("#menu").hidden && `+focus+` === "menuitem"`)
	p.shot("menu")
	first := eval[string](p, `document.activeElement.textContent`)
	p.press(kb.ArrowDown)
	require.NotEqual(t, first, eval[string](p, `document.activeElement.textContent`))
	p.press(kb.Escape)
	p.until("Esc closes it and the focus is back", `document.querySelector("#menu").hidden && document.activeElement.id === "play" && !sunscope.last.menu.open`)
	box := eval[[]float64](p, `(() => { const b = document.querySelector("#viewer").getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; })()`)
	x, y := box[0]+box[2]*0.6, box[1]+box[3]*0.9
	p.run(chromedp.MouseEvent(input.MousePressed, x, y, chromedp.ButtonType(input.Right), chromedp.ClickCount(1)), chromedp.MouseEvent(input.MouseReleased, x, y, chromedp.ButtonType(input.Right), chromedp.ClickCount(1)))
	p.until("a right click opens that of the place", `!document.querySelector("#menu").hidden`)
	at := eval[[]float64](p, `(() => { const b = document.querySelector("#menu").getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; })()`)
	require.True(t, at[0] >= 0 && at[1] >= 0 && at[2] <= 1200 && at[3] <= 800, "inside the window: %v", at)
	p.click("#menu [role=menuitem]")
	p.until("a choice closes it", `document.querySelector("#menu").hidden`)
}

func TestNothingReachesOverTheEdgeOfTheWindow(t *testing.T) {
	for _, l := range []look{{w: 1440, h: 900, still: true}, {w: 1024, h: 768, still: true}, {w: 900, h: 700, still: true}, {w: 390, h: 844, phone: true, still: true}} {
		for _, lang := range []string{"en", "zh"} {
			p := lesson(t, lang, l)
			require.Equal(t, float64(l.w), eval[float64](p, "document.documentElement.scrollWidth"), "%s at %d", lang, l.w)
			require.Empty(t, eval[[]string](p, `[...document.querySelectorAll("button, select, input, summary")].filter((e) => e.checkVisibility() && !e.matches(".unseen") && e.getBoundingClientRect().right > innerWidth + 1).map((e) => e.outerHTML.slice(0, 100))`), "%s at %d", lang, l.w)
		}
	}
}

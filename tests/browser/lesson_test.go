//go:build e2e

package browser

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

func TestALearnerPlaysAndStepsForwardAndBackToExactlyWhatWasThere(t *testing.T) {
	p := lesson(t, "en", desk)
	require.Equal(t, -1, p.state().Instant, "nothing has happened yet")
	p.click("#play")
	p.until("time passes", "sunscope.state.instant > 10")
	require.Equal(t, "Pause", eval[string](p, `document.querySelector("#play").getAttribute("aria-label")`))
	p.click("#play")
	p.until("it stands still", "!sunscope.state.playing")

	p.seek(150)
	before, words := p.picture(), p.twin()
	p.click(`[data-cmd="step"]`)
	p.until("one event forward", "sunscope.state.instant === 151")
	p.click(`[data-cmd="step"]`)
	p.until("and another", "sunscope.state.instant === 152")
	require.False(t, same(before, p.picture()), "two events later the picture is another")
	p.click(`[data-cmd="back"]`)
	p.until("one back", "sunscope.state.instant === 151")
	p.click(`[data-cmd="back"]`)
	p.until("and back again", "sunscope.state.instant === 150")
	p.until("the words follow", fmt.Sprintf("JSON.stringify(sunscope.last.twin.lines) === %q", words))
	require.True(t, same(before, p.picture()), "the same instant is the same picture")
}

// twin is the picture in words, as the viewer sent it last, once it has come to rest.
func (p *page) twin() string {
	p.t.Helper()
	was := ""
	for {
		now := eval[string](p, "JSON.stringify(sunscope.last.twin?.lines ?? [])")
		if now == was && now != "[]" {
			return now
		}
		was = now
		p.run(chromedp.Sleep(700_000_000)) // it is sent at most twice a second
	}
}

func TestKeysWorkOnTheWholePage(t *testing.T) {
	p := lesson(t, "en", desk)
	p.press(kb.ArrowRight)
	p.until("→ is one event forward", "sunscope.state.instant === 0")
	p.press(kb.ArrowLeft)
	p.until("← is one event back", "sunscope.state.instant === -1")
	p.press(kb.End)
	p.until("End is the end", "sunscope.state.instant === sunscope.state.count - 1")
	p.press(kb.Home)
	p.until("Home is the beginning", "sunscope.state.instant === -1")
	p.press(" ")
	p.until("Space plays", "sunscope.state.playing")
	p.press(" ")
	p.until("Space pauses", "!sunscope.state.playing")
	p.press("?")
	p.until("? shows the keys", `document.querySelector("#keys").open`)
	require.Greater(t, eval[int](p, `document.querySelectorAll("#keys-list tr").length`), 8)
	p.press(kb.Escape)
	p.until("Esc closes them", `!document.querySelector("#keys").open`)
}

func TestPassagesWaitForTheirEvents(t *testing.T) {
	p := lesson(t, "en", desk)
	waiting := func() int { return eval[int](p, `document.querySelectorAll(".await.waits").length`) }
	all := eval[int](p, `document.querySelectorAll(".await").length`)
	require.Equal(t, all, waiting(), "at the beginning all passages wait")
	require.Equal(t, 1, eval[int](p, `[...document.querySelectorAll(".gate")].filter((g) => g.offsetParent).length`), "one says for what")
	sleeps := p.state().Marks["await-3"]
	p.seek(sleeps - 1)
	require.Equal(t, all-2, waiting())
	p.press(kb.ArrowRight)
	p.until("the third read sleeps", fmt.Sprintf(`document.querySelectorAll(".await.waits").length === %d`, all-3))
	require.True(t, eval[bool](p, `document.querySelector("#await-3").classList.contains("now")`))
	p.press(kb.ArrowLeft)
	p.until("back", fmt.Sprintf("sunscope.state.instant === %d", sleeps-1))
	require.Equal(t, all-3, waiting(), "what was told stays")
	p.click(".await.next .gate button")
	p.until("the next passage's event", fmt.Sprintf("sunscope.state.instant === %d", p.state().Marks["await-4"]))
	p.click("#await-1 .moment")
	p.until("back to the first passage's event", fmt.Sprintf("sunscope.state.instant === %d", p.state().Marks["await-1"]))
}

func TestPredictionsAreAskedBeforeTheMomentAndGradedByTheRun(t *testing.T) {
	p := lesson(t, "en", desk)
	form := "#predict-next-up"
	require.True(t, eval[bool](p, `document.querySelector("`+form+` fieldset").disabled`), "not yet")
	p.run(chromedp.SetValue("#speed", "max", chromedp.ByQuery), chromedp.Evaluate(`document.querySelector("#speed").dispatchEvent(new Event("change"))`, nil))
	p.until("full speed", `sunscope.state.speed === "max"`)
	p.click("#play")
	p.until("the stage pauses for the question", `sunscope.state.asking === "next-up" && !sunscope.state.playing`)
	require.Equal(t, p.state().Marks["ask:next-up"], p.state().Instant)
	p.until("it can be answered", `!document.querySelector("`+form+` fieldset").disabled`)
	p.until("it is in sight", `(() => { const b = document.querySelector("`+form+`").getBoundingClientRect(); return b.top >= 0 && b.top < innerHeight; })()`)
	require.True(t, eval[bool](p, `document.querySelector("#nudge").hidden`))
	p.press(kb.ArrowRight)
	p.until("there is no going on, and a line says why", `document.querySelector("#nudge").textContent.includes("Answer the question first") && !document.querySelector("#nudge").hidden`)
	p.shot("answer-first")
	p.click(form + ` label:has([value="read[8]"])`)
	p.click(form + ` [type="submit"]`)
	p.until("a verdict", `document.querySelector("`+form+` .judgement")`)
	require.Equal(t, "Not read[8]: it is read[3].", eval[string](p, `document.querySelector("`+form+` .judgement").textContent`))
	require.Contains(t, eval[string](p, `document.querySelector("`+form+` .why code").textContent`), "action=call_reserveresult")
	require.False(t, eval[bool](p, `document.querySelector("`+form+`").classList.contains("right")`))

	p.click("#play")
	p.until("the second question", `sunscope.state.asking === "after-that" && !sunscope.state.playing`)
	p.click(`#predict-after-that label:has([value="read[5]"])`)
	p.click(`#predict-after-that [type="submit"]`)
	p.until("a verdict", `document.querySelector("#predict-after-that .judgement")`)
	require.Equal(t, "Right: it is read[5].", eval[string](p, `document.querySelector("#predict-after-that .judgement").textContent`))
	p.click("#play")
	p.until("nothing more is asked", "sunscope.state.instant === sunscope.state.count - 1 && !sunscope.state.playing")
	require.Zero(t, eval[int](p, `document.querySelectorAll(".await.waits").length`), "at the end all is told")
}

func TestTheLanguageChangesWithoutDisturbingTheRun(t *testing.T) {
	p := lesson(t, "en", desk)
	p.seek(p.state().Marks["await-4"])
	told := eval[int](p, `document.querySelectorAll(".await:not(.waits)").length`)
	instant := p.state().Instant
	english := p.twin()
	p.click(`a[data-lang="zh"]`)
	p.until("the stage speaks Chinese", `sunscope.state.lang === "zh"`)
	p.until("the text is Chinese", `document.querySelector("h1").textContent === "下一个槽位归谁？"`)
	require.Equal(t, "zh", eval[string](p, "document.documentElement.lang"))
	require.Equal(t, "/zh/next-slot", eval[string](p, "location.pathname"))
	require.Equal(t, instant, p.state().Instant)
	require.Equal(t, told, eval[int](p, `document.querySelectorAll(".await:not(.waits)").length`))
	require.Equal(t, "播放", eval[string](p, `document.querySelector("#play").getAttribute("aria-label")`))
	p.until("so are the words of the picture", fmt.Sprintf("JSON.stringify(sunscope.last.twin.lines) !== %q", english))
	p.click(`a[data-lang="en"]`)
	p.until("and back", `sunscope.state.lang === "en" && document.querySelector("h1").textContent === "Who gets the next slot?"`)
	require.Equal(t, instant, p.state().Instant)
}

func TestAnotherSeedIsAnotherRun(t *testing.T) {
	p := lesson(t, "en", desk)
	first := eval[[]string](p, `[sunscope.state.seed, String(sunscope.state.end)]`)
	p.run(chromedp.SetValue("#seed", "7", chromedp.ByQuery), chromedp.Focus("#seed", chromedp.ByQuery))
	p.press(kb.Enter)
	p.until("seed 7", `sunscope.state.seed === "7"`)
	require.NotEqual(t, first, eval[[]string](p, `[sunscope.state.seed, String(sunscope.state.end)]`))
	require.Equal(t, -1, p.state().Instant)
	p.until("the choices are those of the run", `Object.entries(sunscope.state.choices).every(([id, choices]) =>
		[...document.querySelectorAll("#predict-" + id + " input")].map((e) => e.value).join() === choices)`)
	p.run(chromedp.SetValue("#seed", "51", chromedp.ByQuery), chromedp.Focus("#seed", chromedp.ByQuery))
	p.press(kb.Enter)
	p.until("seed 51", `sunscope.state.seed === "51"`)
	shown := eval[string](p, `[...document.querySelectorAll("#predict-next-up input")].map((e) => e.value).join()`)
	require.Equal(t, eval[string](p, `sunscope.state.choices["next-up"]`), shown)
	require.NotEqual(t, "read[3],read[4],read[8]", shown, "here it is another")
	p.run(chromedp.SetValue("#seed", "7", chromedp.ByQuery), chromedp.Focus("#seed", chromedp.ByQuery))
	p.press(kb.Enter)
	p.until("seed 7", `sunscope.state.seed === "7"`)
	p.run(chromedp.SetValue("#seed", "many", chromedp.ByQuery), chromedp.Focus("#seed", chromedp.ByQuery))
	p.press(kb.Enter)
	p.until("a seed is a number", `document.querySelector("#error").textContent.startsWith("Seed: expected")`)
	require.Equal(t, "7", p.state().Seed)
}

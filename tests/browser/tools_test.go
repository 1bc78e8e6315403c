//go:build e2e

package browser

import (
	"testing"

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

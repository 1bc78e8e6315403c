//go:build e2e

package browser

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/require"
)

func TestTheStoryOfATaskLeadsToItsMoments(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	p.run(chromedp.Evaluate(`sunscope.send("select", {item: "read[1]"})`, nil))
	p.until("a story", `document.querySelectorAll("#inspector .lately li").length > 20`)
	require.Positive(t, eval[int](p, `document.querySelectorAll("#inspector table.spent tbody tr").length`))
	p.run(chromedp.Evaluate(`document.querySelectorAll("#inspector .lately .at")[5].click()`, nil))
	p.until("that line is the present one", `document.querySelector('#inspector .lately [aria-current="step"]')?.dataset.line === "5"`)
	require.Equal(t, eval[int](p, `sunscope.last.life.lines[5].instant`), p.state().Instant)
	require.Equal(t, 1, eval[int](p, `document.querySelectorAll('#inspector .lately .at[tabindex="0"]').length`), "one line is reached with Tab")
	p.run(chromedp.Evaluate(`document.querySelectorAll("#inspector .lately .at")[5].focus()`, nil))
	p.press(kb.ArrowDown)
	p.until("the next line", `document.activeElement.dataset.key === "line-6"`)
	p.accessible("story")
	p.shot("story")
}

func TestTheProcViewIsATabBesideTheInspectorOfThePage(t *testing.T) {
	p := lesson(t, "en", look{w: 1440, h: 900, still: true})
	p.run(chromedp.Evaluate(`sunscope.send("select", {item: "read[1]"})`, nil))
	p.until("the inspector", `document.querySelector("#tab-inspector[aria-selected=true]")`)
	p.click("#tab-proc")
	p.until("the files", `document.querySelectorAll("#inspector .proc-file").length > 1 && document.querySelector("#tab-proc[aria-selected=true]")`)
	p.run(chromedp.Evaluate(`sunscope.send("seek", {event: "rpc_request proc=READ"})`, nil))
	p.until("a changed number", `document.querySelector("#inspector .proc-file mark")`)
	p.accessible("proc")
	p.shot("proc")
	p.run(chromedp.Focus("#tab-proc", chromedp.ByQuery))
	p.press(kb.ArrowLeft)
	p.until("the inspector again", `document.activeElement.id === "tab-inspector" && document.querySelector("#tab-inspector-shows").checkVisibility()`)
}

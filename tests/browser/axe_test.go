//go:build e2e

package browser

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// violation is a rule of axe-core that a page breaks, and where.
type violation struct {
	ID, Impact, Help string
	Nodes            []string
}

// axe checks the page as it is now. The picture's frame holds no document to speak of and is left out; its title is checked.
func (p *page) axe() []violation {
	p.t.Helper()
	script, err := os.ReadFile(filepath.Join("testdata", "axe.min.js"))
	require.NoError(p.t, err)
	p.run(chromedp.Evaluate(string(script)+";0", nil))
	var found []violation
	p.run(chromedp.Evaluate(`axe.run(document, {iframes: false, resultTypes: ["violations"]}).then((r) => r.violations.map((v) => (
		{id: v.id, impact: v.impact, help: v.help, nodes: v.nodes.map((n) => n.target.join(" ") + ": " + n.any.concat(n.all).map((c) => c.message).join("; "))})))`,
		&found, func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }))
	return found
}

// accessible fails for whatever axe-core calls serious or critical, and prints the rest.
func (p *page) accessible(what string) {
	p.t.Helper()
	for _, v := range p.axe() {
		if v.Impact == "serious" || v.Impact == "critical" {
			require.Fail(p.t, what+": "+v.ID, "%s (%s)\n%q", v.Help, v.Impact, v.Nodes)
		}
		p.t.Logf("%s: %s, %s: %.300q", what, v.Impact, v.Help, v.Nodes)
	}
}

func TestNoPageHasASeriousBarrier(t *testing.T) {
	desktop := look{w: 1440, h: 900, still: true}
	dark := desktop
	dark.dark = true
	phone := look{w: 390, h: 844, phone: true, still: true}
	for name, c := range map[string]struct {
		lang string
		look look
	}{"light": {"en", desktop}, "dark": {"en", dark}, "Chinese": {"zh", desktop}, "phone": {"en", phone}} {
		t.Run(name, func(t *testing.T) {
			p := open(t, "/"+c.lang+"/", c.look)
			p.accessible("the list of lessons")
			p = lesson(t, c.lang, c.look)
			p.accessible("a lesson at its beginning")
			p.seek(p.state().Marks["await-4"])
			p.run(chromedp.Evaluate(`document.querySelector(".gate button:last-of-type")?.click(); sunscope.send("select", {kind: "task", num: 3}); document.querySelector("#twin").open = true`, nil))
			p.until("words and inspector", `document.querySelector("#twin-text p") && !document.querySelector("#inspector").hidden`)
			p.accessible("with the words and the inspector")
			for _, panel := range []string{"scenarios", "find", "faults", "runs", "share"} {
				p.run(chromedp.Evaluate(`sunscope.send("show-`+panel+`")`, nil))
				p.until(panel, `document.querySelector("#panel .panel-`+panel+`")?.checkVisibility()`)
				p.accessible("panel " + panel)
			}
			p.run(chromedp.Evaluate(`sunscope.send("menu")`, nil))
			p.until("a menu", `!document.querySelector("#menu").hidden`)
			p.accessible("menu")
			p.run(chromedp.Evaluate(`sunscope.send("palette", {query: "a"})`, nil))
			p.until("the palette", `document.querySelector("#palette").open && document.querySelectorAll("#palette-list [role=option]").length > 3`)
			p.accessible("palette")
			p.run(chromedp.Evaluate(`document.querySelector("#palette").close(); const theme = document.querySelector("#theme"); theme.value = "projector"; theme.dispatchEvent(new Event("change"))`, nil))
			p.until("the projector's theme", `sunscope.state.theme === "projector"`)
			p.accessible("on a projector")
			p.run(chromedp.Evaluate(`localStorage.clear()`, nil))
		})
	}
}

// A check that finds nothing must be able to find something.
func TestABarrierIsFound(t *testing.T) {
	p := open(t, "/en/", desk)
	p.run(chromedp.Evaluate(`document.querySelector("h1").insertAdjacentHTML("afterend", "<button></button>")`, nil))
	require.Contains(t, p.axe()[0].ID, "button-name")
}

// Whoever has a finger needs room for it: 44 CSS pixels, except for links and words within running text.
func TestAFingerFindsEveryControl(t *testing.T) {
	p := lesson(t, "en", look{w: 390, h: 844, phone: true, still: true})
	p.until("a coarse pointer", `matchMedia("(pointer: coarse)").matches`)
	small := func() []string {
		return eval[[]string](p, `[...document.querySelectorAll("button, select, input, summary, a, [role=menuitem], [role=option]")].filter((e) => {
			if (!e.checkVisibility() || e.closest(".unseen, .jump, #text p, #text li, #text table, .ref, .scrubber, .how") || e.matches(".unseen, .jump, .ref, .moment")) return false;
			const b = e.type === "radio" ? e.parentElement.getBoundingClientRect() : e.getBoundingClientRect();
			return b.height < 43.5 || b.width < 43.5 && !e.matches("a");
		}).map((e) => e.outerHTML.slice(0, 120) + " " + Math.round(e.getBoundingClientRect().width) + "x" + Math.round(e.getBoundingClientRect().height))`)
	}
	require.Empty(t, small(), "at its beginning")
	p.seek(p.state().Marks["await-4"])
	p.click("#more")
	p.until("the tools", `document.querySelector("#tools").classList.contains("open")`)
	p.run(chromedp.Evaluate(`sunscope.send("select", {kind: "task", num: 3})`, nil))
	require.Empty(t, small(), "with the tools")
	for _, panel := range []string{"scenarios", "find", "faults", "runs", "share"} {
		p.run(chromedp.Evaluate(`sunscope.send("show-`+panel+`")`, nil))
		p.until(panel, `document.querySelector("#panel .panel-`+panel+`")?.checkVisibility()`)
		require.Empty(t, small(), panel)
		p.shot("phone-" + panel)
	}
	p.run(chromedp.Evaluate(`sunscope.send("menu")`, nil))
	p.until("a menu", `!document.querySelector("#menu").hidden`)
	require.Empty(t, small(), "menu")
}

//go:build e2e

package browser

import (
	"bytes"
	"context"
	"fmt"
	"image/png"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// windows are the sizes that the page must look good at.
var windows = []look{{w: 1440, h: 900}, {w: 1024, h: 768}, {w: 390, h: 844, phone: true}}

func TestThePageFitsEveryWindowInLightAndDark(t *testing.T) {
	for _, l := range windows {
		for _, dark := range []bool{false, true} {
			l.dark, l.still = dark, true
			shade, lang := "light", "en"
			if dark {
				shade, lang = "dark", "zh"
			}
			t.Run(fmt.Sprintf("%dx%d-%s", l.w, l.h, shade), func(t *testing.T) {
				p := lesson(t, lang, l)
				p.shot(fmt.Sprintf("%d-%s-1-start", l.w, shade))
				p.seek(p.state().Marks["ask:next-up"])
				require.Greater(t, colours(t, p.picture()), 12, "the picture is not blank")
				p.shot(fmt.Sprintf("%d-%s-2-asked", l.w, shade))
				p.fits()
				p.run(chromedp.Evaluate(`sunscope.send("select", {item: "read[3]"})`, nil))
				p.until("an inspector", `!document.querySelector("#inspector").hidden`)
				p.fits()
				p.frames(3)
				p.shot(fmt.Sprintf("%d-%s-3-task", l.w, shade))
				opener := "#open"
				if l.phone {
					opener = "#more" // a phone has it among the tools: Scenarios
				}
				for _, reach := range []string{"#seed", "#help", opener} {
					require.True(t, eval[bool](p, `document.querySelector("`+reach+`").offsetParent !== null`), reach)
				}
				if l.phone {
					p.touchable()
				}
			})
		}
	}
}

// fits checks that nothing sticks out of the window and that the stage's controls do not cover each other.
func (p *page) fits() {
	p.t.Helper()
	require.LessOrEqual(p.t, eval[int](p, "document.documentElement.scrollWidth"), eval[int](p, "innerWidth"), "no scrolling sideways")
	over := eval[[]string](p, `(() => {
		const shown = [...document.querySelectorAll(".top a, .top select, .top button, .bar button, .bar select, .bar .clock, .bar strong, #seed, #scrub")].filter((e) => e.offsetParent);
		const boxes = shown.map((e) => [e.id || e.title || e.className || e.textContent, e.getBoundingClientRect()]);
		const bad = [];
		boxes.forEach(([a, x], i) => {
			if (x.left < -0.5 || x.right > innerWidth + 0.5) bad.push(a + " sticks out");
			for (const [b, y] of boxes.slice(i + 1)) {
				if (x.left < y.right - 1 && y.left < x.right - 1 && x.top < y.bottom - 1 && y.top < x.bottom - 1) bad.push(a + " covers " + b);
			}
		});
		return bad;
	})()`)
	require.Empty(p.t, over)
}

// touchable checks that a finger can hit what is there to be touched.
func (p *page) touchable() {
	p.t.Helper()
	small := eval[[]string](p, `[...document.querySelectorAll(".top a, .top select, .bar button, .bar select, .choices span, .answer button, .turn a")]
		.filter((e) => e.offsetParent)
		.map((e) => [e, e.getBoundingClientRect()])
		.filter(([e, b]) => b.height < 43.5 || b.width < 40)
		.map(([e, b]) => (e.id || e.title || e.textContent) + " " + Math.round(b.width) + "x" + Math.round(b.height))`)
	require.Empty(p.t, small)
}

// colours counts the different colours of a picture, looked at every few pixels.
func colours(t *testing.T, picture []byte) int {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)
	seen := map[[3]uint32]bool{}
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y += 3 {
		for x := b.Min.X; x < b.Max.X; x += 3 {
			r, g, bl, _ := img.At(x, y).RGBA()
			seen[[3]uint32{r >> 12, g >> 12, bl >> 12}] = true
		}
	}
	return len(seen)
}

func TestEverythingThatCanBeOperatedHasAName(t *testing.T) {
	p := lesson(t, "en", desk)
	p.seek(p.state().Marks["ask:next-up"])
	type value struct {
		Value any `json:"value"`
	}
	var tree struct {
		Nodes []struct {
			Ignored bool  `json:"ignored"`
			Role    value `json:"role"`
			Name    value `json:"name"`
		} `json:"nodes"`
	}
	p.run(chromedp.ActionFunc(func(ctx context.Context) error {
		return chromedp.FromContext(ctx).Target.Execute(ctx, "Accessibility.getFullAXTree", nil, &tree)
	}))
	roles := map[string]int{}
	for _, n := range tree.Nodes {
		role, _ := n.Role.Value.(string)
		if n.Ignored {
			continue
		}
		roles[role]++
		switch role {
		case "button", "link", "slider", "combobox", "radio", "textbox", "Iframe", "radiogroup", "dialog":
			name, _ := n.Name.Value.(string)
			require.NotEmpty(t, name, "a %s without a name", role)
		}
	}
	for _, role := range []string{"button", "slider", "combobox", "radio", "radiogroup", "Iframe", "main", "article", "heading"} {
		require.NotZero(t, roles[role], "no %s: %v", role, roles)
	}
}

func TestTheListAndTheMissingPageLookLikeTheRest(t *testing.T) {
	for _, l := range windows {
		p := open(t, "/zh/", l)
		p.until("the list", `document.querySelector(".lessons a")`)
		require.LessOrEqual(t, eval[int](p, "document.documentElement.scrollWidth"), eval[int](p, "innerWidth"))
		p.shot(fmt.Sprintf("%d-list", l.w))
	}
}

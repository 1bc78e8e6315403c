package prose

import (
	"strings"

	"sunscope/lessons"
	"sunscope/viz/scene"
)

// flow is the column under construction: items from top to bottom.
type flow struct {
	items  []scene.Item
	hits   []scene.Hit
	places map[string]span

	lesson   *lessons.Lesson
	progress *Progress
	words    *words
	hover    scene.Ref
	x, w     float32 // where lines begin and how long they are
	y        float32 // below what stands already
	gap      float32 // to leave before what comes next
	veiled   bool    // a passage that waits: grey bars stand for its lines, for it tells how the run goes on
	dim      bool    // a question before its moment
	fresh    bool    // nothing stands in this passage yet
	beside   float32 // width of the button beside its first heading
	leading  float32 // line height over type size
}

type span struct{ top, bottom float32 }

// Sizes of type and distances, in CSS pixels.
const (
	sizeTitle  = 25
	sizeHead   = 18
	sizeSub    = 15.5
	sizeBody   = 15
	sizeCode   = 13   // of a code span beside body text
	sizeBlock  = 12.5 // of a code block
	sizeSmall  = 12.5
	paragraph  = 12 // between blocks
	codePad    = 4  // beside a code span
	listIndent = 20
)

// set makes the column of a lesson.
func (f *flow) set(l *lessons.Lesson, p *Progress, w float32, hover scene.Ref) {
	*f = flow{items: f.items[:0], hits: f.hits[:0], places: map[string]span{}, lesson: l, progress: p, words: wordsOf(l.Lang), hover: hover}
	f.x, f.w, f.leading = Margin, max(80, w-2*Margin), 1.5
	if l.Lang == "zh" {
		f.leading = 1.65
	}
	f.y = Margin - 4
	f.runs([]run{{text: l.Title, font: scene.SansBold}}, sizeTitle, 1.2)
	f.gap = 18
	if p.Away && p.Played != "" {
		f.away()
	}
	next := true // the first passage that waits says for what
	for i := range l.Blocks {
		b := &l.Blocks[i]
		switch b.Kind {
		case lessons.Await:
			f.await(b, &next)
		case lessons.Predict:
			f.predict(b)
		default:
			f.blocks(b.Nodes)
		}
	}
}

func (f *flow) add(it scene.Item) *scene.Item {
	if it.Alpha == 0 {
		it.Alpha = 255
	}
	f.items = append(f.items, it)
	return &f.items[len(f.items)-1]
}

// space leaves the pending gap, and sets the one for what comes next.
func (f *flow) space(next float32) {
	f.y += f.gap
	f.gap, f.fresh = next, false
}

// atLeast makes the pending gap no smaller.
func (f *flow) atLeast(gap float32) { f.gap = max(f.gap, gap) }

// indent runs body with lines that begin further right.
func (f *flow) indent(by float32, body func()) {
	f.x, f.w = f.x+by, f.w-by
	body()
	f.x, f.w = f.x-by, f.w+by
}

// ink is the colour of text: faint in a question before its moment, and what is no text in a passage that waits.
func (f *flow) ink(c scene.Color) (scene.Color, uint8) {
	switch {
	case f.veiled:
		return scene.InsetEdge, 140
	case f.dim:
		return scene.InkFaint, 200
	}
	return c, 255
}

// veil is the bar that stands for a piece of a line in a passage that waits.
func (f *flow) veil(x, y, w, size float32) {
	c, alpha := f.ink(scene.Ink)
	f.add(scene.Item{Op: scene.OpRect, X: x, Y: y - size*0.55, W: w, H: size * 0.5, R: size * 0.2, Fill: c, Alpha: alpha})
}

// await sets a passage. One that waits is veiled, and the first of them says what it waits for.
func (f *flow) await(b *lessons.Block, next *bool) {
	f.atLeast(20)
	f.space(0)
	top := f.y
	told := f.progress.Open || f.progress.Told[b.ID]
	if !told && *next {
		*next = false
		f.gate(b)
	}
	f.veiled, f.fresh, f.beside = !told, true, 0
	if f.progress.Told[b.ID] && !f.progress.Away {
		f.beside = 24
	}
	f.blocks(b.Nodes)
	f.veiled = false
	f.places[b.ID] = span{top, f.y}
	if f.beside > 0 {
		f.moment(b.ID, top)
	}
	if f.progress.Now == b.ID {
		f.add(scene.Item{Op: scene.OpRect, X: f.x - 13, Y: top + 2, W: 3, H: f.y - top - 2, R: 1.5, Fill: scene.Playhead})
	}
	f.atLeast(20)
}

// away says that the stage plays a recording meanwhile, and offers the way back.
func (f *flow) away() {
	f.space(0)
	y, at := f.y, len(f.items)
	f.add(scene.Item{})
	f.y += 12
	f.indent(14, func() {
		f.w -= 14
		f.runs([]run{{text: strings.ReplaceAll(f.words.away, "{name}", f.progress.Played)}}, sizeSmall, 1.55)
		f.y += 8
		f.buttons(button{f.words.goBack, "return", plain})
		f.w += 14
	})
	f.y += 12
	f.items[at] = scene.Item{Op: scene.OpRect, X: f.x, Y: y, W: f.w, H: f.y - y, R: 8, Fill: scene.Inset, Stroke: scene.InsetEdge, Width: 1, Alpha: 255}
	f.gap = 18
}

// gate is the line before the first passage that waits.
func (f *flow) gate(b *lessons.Block) {
	y := f.y
	f.y += 12
	f.indent(14, func() {
		f.w -= 14
		f.runs([]run{{text: f.words.waits + " "}, {text: b.When, code: true}}, sizeSmall, 1.55)
		f.y += 8
		ways := []button{{f.words.goThere, "go id=" + b.ID, plain}, {f.words.showAll, "show-all", plain}}
		if f.progress.Away { // the moment lies in another run
			ways = ways[1:]
		}
		f.buttons(ways...)
		f.w += 14
	})
	f.y += 12
	card := scene.Item{Op: scene.OpRect, X: f.x, Y: y, W: f.w, H: f.y - y, R: 8, Stroke: scene.InsetEdge, Width: 1, Dash: 4}
	f.add(card)
	f.gap = 14
}

// moment is the small button that goes back to a passage's event.
func (f *flow) moment(id string, top float32) {
	const r = 5
	x, y := f.x+f.w-r-3, top+12
	ref := scene.Ref{Kind: Act, Name: "go id=" + id}
	color := scene.InkFaint
	if f.hover == ref {
		color = scene.Hover
	}
	f.add(scene.Item{Op: scene.OpArc, X: x, Y: y, R: r, Width: 1.5, A0: -0.2, A1: 0.6, Stroke: color})
	f.add(scene.Item{Op: scene.OpTri, Fill: color, Pts: []scene.Point{{X: x - r - 3.5, Y: y - 2}, {X: x - r + 3, Y: y - 5.5}, {X: x - r + 3.5, Y: y + 1.5}}})
	f.hits = append(f.hits, scene.Hit{X: x - 12, Y: y - 12, W: 24, H: 24, Ref: ref})
}

package prose

import (
	"strings"

	"sunscope/lessons"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

// predict sets a question: a card with the question, a button for each choice, and below them what came of it.
func (f *flow) predict(b *lessons.Block) {
	q := b.Question
	st := f.progress.Questions[q.ID]
	f.atLeast(20)
	f.space(0)
	top, at := f.y, len(f.items)
	f.add(scene.Item{})
	const pad = 14
	f.y += pad
	f.indent(pad, func() {
		f.w -= pad
		f.add(scene.Item{Op: scene.OpText, X: f.x, Y: f.y + 10, Text: f.words.predict, Font: scene.SansBold, Size: 12, Track: 1, Fill: scene.CallbackText})
		f.y += 18
		f.gap = 0
		f.dim = !st.Come && !f.progress.Away
		f.blocks(b.Nodes)
		f.dim = false
		f.y += 10
		f.choices(q, st)
		f.outcome(q.ID, st)
		f.w += pad
	})
	f.y += pad
	card := scene.Item{Op: scene.OpRect, X: f.x, Y: top, W: f.w, H: f.y - top, R: 8, Fill: scene.Inset, Stroke: scene.InsetEdge, Width: 1, Alpha: 255}
	if st.Asked && st.Choice == "" {
		card.Stroke, card.Width = scene.CallbackText, 2
	}
	f.items[at] = card
	f.places["predict-"+q.ID] = span{top, f.y}
	f.gap = 20
}

// choices sets the buttons. They answer from the moment on at which the question is asked, and until it is answered.
func (f *flow) choices(q *lessons.Question, st Question) {
	var all []button
	offered := q.Choices
	if st.Choices != "" {
		offered = strings.Split(st.Choices, ",")
	}
	for _, c := range offered {
		b := button{c, "answer id=" + q.ID + " choice=" + c, plain}
		switch {
		case st.Choice != "" && c == st.Truth:
			b.look, b.act = truth, ""
		case st.Choice == c:
			b.look, b.act = chosen, ""
		case st.Choice != "" || !st.Come:
			b.look, b.act = off, ""
		}
		all = append(all, b)
	}
	f.buttons(all...)
}

// outcome is the line under the choices: what state the question is in, or the verdict.
func (f *flow) outcome(id string, st Question) {
	if f.progress.Away {
		return
	}
	f.y += 10
	say := func(text string, font scene.Font) {
		f.runs([]run{{text: text, font: font}}, sizeSmall, f.leading)
	}
	switch {
	case st.Choice != "":
		f.verdict(id, st, say)
	case st.Asked:
		say(f.words.asked, scene.SansBold)
		f.y += 6
		f.buttons(button{f.words.skip, "skip id=" + id, plain})
	case st.Skipped && st.Come:
		say(f.words.skipped, scene.Sans)
	case !st.Come:
		say(f.words.early, scene.Sans)
	}
}

func (f *flow) verdict(id string, st Question, say func(string, scene.Font)) {
	text := f.words.wrong
	if st.Right {
		text = f.words.right
	}
	text = strings.NewReplacer("{choice}", st.Choice, "{truth}", st.Truth).Replace(text)
	if st.Seen {
		text += " " + f.words.seen
	}
	say(text, scene.SansBold)
	if st.Why != "" {
		f.y += 2
		say(f.words.why, scene.Sans)
		f.runs([]run{{text: st.Why, code: true}}, sizeSmall, 1.5)
	}
	f.y += 8
	f.buttons(button{f.words.see, "see id=" + id, plain})
}

// look is how a button is drawn.
type look uint8

const (
	plain  look = iota
	off         // does nothing now
	chosen      // the reader's answer, which was wrong
	truth       // what the run did
)

type button struct {
	text string
	act  string // "" does nothing
	look look
}

// buttons sets buttons side by side, in as many rows as it takes.
func (f *flow) buttons(all ...button) {
	const height, pad, between = 28, 12, 8
	x := f.x
	for _, b := range all {
		w := face.Advance(scene.SansBold, 13, b.text) + 2*pad
		if b.look == truth || b.look == chosen {
			w += 16
		}
		if x > f.x && x+w > f.x+f.w {
			x = f.x
			f.y += height + between
		}
		f.button(b, x, w, height)
		x += w + between
	}
	f.y += height
}

func (f *flow) button(b button, x, w, h float32) {
	ref := scene.Ref{Kind: Act, Name: b.act}
	body := scene.Item{Op: scene.OpRect, X: x, Y: f.y, W: w, H: h, R: 7, Fill: scene.Panel, Stroke: scene.StationEdge, Width: 1}
	text := scene.Item{Op: scene.OpText, X: x + w/2, Y: f.y + h/2 + 4.5, Text: b.text, Font: scene.SansBold, Size: 13, Align: scene.Center, Fill: scene.Ink}
	switch b.look {
	case off:
		body.Stroke, text.Fill = scene.InsetEdge, scene.InkFaint
	case truth:
		body.Fill, body.Stroke, text.Fill = scene.Reply, scene.NoColor, scene.OnMessage
		text.X += 8
	case chosen:
		body.Stroke, body.Width, text.Fill = scene.TroubleText, 1.5, scene.TroubleText
		text.X += 8
	}
	if b.act != "" {
		f.hits = append(f.hits, scene.Hit{X: x, Y: f.y, W: w, H: h, Ref: ref})
		if f.hover == ref {
			body.Stroke, body.Width, body.Fill = scene.Hover, 2, scene.StationLit
		}
	}
	f.add(body)
	f.add(text)
	f.sign(b.look, x+15, f.y+h/2, text.Fill)
}

// sign says in a shape what the colour of an answer says.
func (f *flow) sign(l look, x, y float32, c scene.Color) {
	stroke := func(pts ...scene.Point) { f.add(scene.Item{Op: scene.OpLine, Stroke: c, Width: 2, Pts: pts}) }
	switch l {
	case truth:
		stroke(scene.Point{X: x - 5, Y: y}, scene.Point{X: x - 1.5, Y: y + 3.5}, scene.Point{X: x + 5, Y: y - 4})
	case chosen:
		stroke(scene.Point{X: x - 4, Y: y - 4}, scene.Point{X: x + 4, Y: y + 4})
		stroke(scene.Point{X: x - 4, Y: y + 4}, scene.Point{X: x + 4, Y: y - 4})
	}
}

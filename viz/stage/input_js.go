package stage

import (
	"errors"
	"syscall/js"

	"github.com/hajimehoshi/ebiten/v2"
)

var errNotObject = errors.New("expected an object such as {v: 1, cmd: \"play\"}")

// listen hears the document's events in place of Ebitengine, which would take every key, wheel turn and touch for
// itself: Tab could not leave the frame, a phone could not scroll past it, and a click within one tick would be lost.
// Listening on the window while events go down (capture) comes before Ebitengine, and stopping them there leaves the
// browser's own behaviour alone except where the stage uses the event.
func listen(g *Game, b *bridge) {
	window := js.Global()
	p := g.Player
	capture := js.ValueOf(map[string]any{"capture": true, "passive": false})
	on := func(name string, do func(e js.Value)) {
		window.Call("addEventListener", name, js.FuncOf(func(_ js.Value, args []js.Value) any {
			do(args[0])
			return nil
		}), capture)
	}
	stop := func(e js.Value) { e.Call("stopImmediatePropagation") }
	for _, name := range []string{"mousedown", "mouseup", "mousemove", "keyup", "touchend", "touchcancel", "click"} {
		on(name, stop)
	}
	touch := func(e js.Value) {
		stop(e)
		if t := e.Get("touches"); t.Length() > 0 && (p.hand.scrubbing || p.line.grip != gripNone || p.OnTimeline(point(t.Index(0)))) {
			e.Call("preventDefault")
		}
	}
	on("touchstart", touch)
	on("touchmove", touch)
	on("wheel", func(e js.Value) {
		stop(e)
		x, y := point(e)
		if p.OnTimeline(x, y) {
			e.Call("preventDefault")
			unit := 1.0
			if e.Get("deltaMode").Int() == 1 {
				unit = 16
			}
			p.Wheel(x, y, e.Get("deltaX").Float()*unit, e.Get("deltaY").Float()*unit)
		}
	})
	on("keydown", func(e js.Value) { stop(e); b.key(e) })
	listenPointer(p, on)
	on("webglcontextlost", func(js.Value) { b.keep() })
	on("message", func(e js.Value) {
		if e.Get("source").Equal(window.Get("parent")) {
			b.receive(e.Get("data"))
		}
	})
	b.find()
}

func listenPointer(p *Player, on func(string, func(js.Value))) {
	js.Global().Get("document").Get("documentElement").Get("style").Set("touchAction", "pan-y")
	on("pointerdown", func(e js.Value) {
		if e.Get("button").Int() != 0 {
			return
		}
		x, y := point(e)
		p.PointerDown(e.Get("pointerId").Int(), x, y)
		if e.Get("pointerType").String() == "touch" {
			p.PointerIsTouch(e.Get("pointerId").Int())
		}
		if t := e.Get("target"); t.Get("setPointerCapture").Truthy() {
			t.Call("setPointerCapture", e.Get("pointerId"))
		}
		js.Global().Call("focus")
	})
	on("pointermove", func(e js.Value) {
		x, y := point(e)
		p.PointerMove(e.Get("pointerId").Int(), x, y)
		ebiten.SetCursorShape(cursorShapes[p.CursorAt(x, y)])
	})
	on("pointerup", func(e js.Value) {
		x, y := point(e)
		p.PointerUp(e.Get("pointerId").Int(), x, y)
	})
	on("pointercancel", func(e js.Value) { p.PointerCancel(e.Get("pointerId").Int()) })
	on("contextmenu", func(e js.Value) {
		e.Call("preventDefault")
		if e.Get("button").Int() == 2 || e.Get("pointerType").String() == "touch" { // else of a key, which was heard already
			p.OpenMenuAt(point(e))
		}
	})
	on("pointerout", func(e js.Value) {
		if e.Get("relatedTarget").IsNull() {
			p.PointerLeave()
		}
	})
}

func point(e js.Value) (x, y float32) {
	return float32(e.Get("clientX").Float()), float32(e.Get("clientY").Float())
}

// key does what a key stands for. Tab, keys with Alt, and all that stand for nothing stay the browser's.
func (b *bridge) key(e js.Value) {
	if e.Get("altKey").Bool() {
		return
	}
	ctrl := e.Get("ctrlKey").Bool() || e.Get("metaKey").Bool()
	name := KeyName(e.Get("key").String(), ctrl, e.Get("shiftKey").Bool())
	if _, ok := KeyCommand(name); !ok {
		return
	}
	e.Call("preventDefault")
	if err := b.player.Key(name); err != nil {
		b.send(Trouble(err))
	}
}

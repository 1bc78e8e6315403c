package stage

import (
	"math"
	"runtime/debug"
	"strings"
	"syscall/js"
	"time"

	virtual "sunscope/core/time"
)

// mouse is unused in a page, where the document's events are heard instead.
type mouse struct{}

// RunInPage shows the player in the document that the module runs in, and speaks the bridge with the page around it. It
// returns when the game ends.
func RunInPage(p *Player) error {
	g := NewGame(p)
	b := &bridge{player: p, began: time.Now(), told: make(chan struct{}, 1)}
	listen(g, b)
	withoutAntialias()
	b.greet()
	g.Tick = func() error {
		if !g.stale { // the first frame is there
			collectGarbage()
			g.Tick = b.tick
		}
		return b.tick()
	}
	return g.Run()
}

// patience is how long the stage waits for a page to say what to play before it draws an empty stage. It answers in its
// next task; drawing nothing first would take longer than all that is left to do then.
const patience = 2 * time.Second

// greet tells the page around the frame that the viewer listens, and lets it say what to play.
func (b *bridge) greet() {
	for _, m := range b.report.Greet(b.player) {
		b.send(m)
	}
	if window := js.Global(); window.Get("parent").Equal(window.Get("window")) {
		return
	}
	select {
	case <-b.told:
	case <-time.After(patience):
	}
}

// collectGarbage ends the start, during which nothing is collected (web/viewer/boot.js): what a start leaves behind is less
// than collecting it again and again would cost.
func collectGarbage() {
	debug.SetGCPercent(100)
	debug.SetMemoryLimit(math.MaxInt64)
}

// withoutAntialias has the browser's own smoothing left out of the drawing context that Ebitengine is about to ask for.
// The atlas smooths every edge already; doing it twice costs a machine without a GPU a quarter of its frames.
func withoutAntialias() {
	canvas := js.Global().Get("HTMLCanvasElement").Get("prototype")
	plain := canvas.Get("getContext")
	canvas.Set("getContext", js.FuncOf(func(this js.Value, args []js.Value) any {
		if len(args) > 1 && args[1].Type() == js.TypeObject {
			args[1].Set("antialias", false)
		}
		list := js.Global().Get("Array").New()
		for _, a := range args {
			list.Call("push", a)
		}
		return plain.Call("apply", this, list)
	}))
}

// bridge is the js half of the bridge: it turns objects into properties and messages into objects.
type bridge struct {
	player *Player
	report Reporter
	began  time.Time
	told   chan struct{} // holds one once the page has said what to play
	lost   string        // the moment to return to, when the document was loaded again
}

// tick tells the page what changed. The clock only spaces messages out; nothing simulated depends on it.
func (b *bridge) tick() error {
	for _, m := range b.report.Collect(b.player, virtual.Duration(time.Since(b.began))) {
		b.send(m)
	}
	return nil
}

// send posts a message to the page around the frame; to nobody if there is none.
func (b *bridge) send(m Message) {
	window := js.Global()
	if parent := window.Get("parent"); !parent.Equal(window.Get("window")) {
		parent.Call("postMessage", object(m, true), "*")
	}
}

// receive carries out one message and returns to a lost moment when its run is there again.
func (b *bridge) receive(data js.Value) {
	if data.Type() != js.TypeObject || data.InstanceOf(js.Global().Get("Array")) {
		b.send(Trouble(errNotObject))
		return
	}
	before := b.player.source
	if err := b.player.Receive(properties(data)); err != nil {
		b.send(Trouble(err))
		return
	}
	if b.lost != "" && b.player.source != before {
		lost := b.lost
		b.lost = ""
		_ = b.player.Restore(lost) // another run than the one that was lost: it starts at its beginning
	}
	if b.player.source.Kind != Nothing {
		select {
		case b.told <- struct{}{}:
		default:
		}
	}
}

// properties reads an object's own properties into plain values.
func properties(data js.Value) map[string]any {
	keys := js.Global().Get("Object").Call("keys", data)
	m := make(map[string]any, keys.Length())
	for i := range keys.Length() {
		name := keys.Index(i).String()
		if v := data.Get(name); !v.IsNull() && !v.IsUndefined() {
			m[name] = goValue(v)
		}
	}
	return m
}

func goValue(v js.Value) any {
	switch v.Type() {
	case js.TypeString:
		return v.String()
	case js.TypeNumber:
		return v.Float()
	case js.TypeBoolean:
		return v.Bool()
	}
	array := js.Global().Get("Uint8Array")
	if v.InstanceOf(js.Global().Get("ArrayBuffer")) {
		v = array.New(v)
	}
	if !v.InstanceOf(array) {
		return struct{}{}
	}
	b := make([]byte, v.Get("byteLength").Int())
	js.CopyBytesToGo(b, v)
	return b
}

// object is a message as the page gets it.
func object(m Message, outer bool) js.Value {
	o := js.Global().Get("Object").New()
	if outer {
		o.Set("v", BridgeVersion)
		o.Set("type", m.Type)
	}
	for _, f := range m.Fields {
		o.Set(f.Name, jsValue(f.Value))
	}
	return o
}

func jsValue(v any) any {
	switch v := v.(type) {
	case Message:
		return object(v, false)
	case []Message:
		a := js.Global().Get("Array").New(len(v))
		for i, m := range v {
			a.SetIndex(i, object(m, false))
		}
		return a
	case int64:
		return float64(v)
	case []byte:
		a := js.Global().Get("Uint8Array").New(len(v))
		js.CopyBytesToJS(a, v)
		return a.Get("buffer")
	}
	return v
}

// lostKey is where a moment waits while the document is loaded again.
const lostKey = "sunscope.lost"

// keep stores the moment for the document that follows this one. A sandboxed frame has no storage, and then the run
// starts at its beginning.
func (b *bridge) keep() {
	defer func() { _ = recover() }()
	storage().Call("setItem", lostKey, b.player.Snapshot())
}

// find takes out the moment that the document before this one stored.
func (b *bridge) find() {
	defer func() { _ = recover() }()
	store := storage()
	if v := store.Call("getItem", lostKey); v.Type() == js.TypeString {
		b.lost = strings.Clone(v.String())
		store.Call("removeItem", lostKey)
	}
}

// storage panics in a frame that may not have any: asked through a call, so that Go sees the exception.
func storage() js.Value {
	return js.Global().Get("Reflect").Call("get", js.Global(), "sessionStorage")
}

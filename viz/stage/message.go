package stage

import (
	"errors"
	"strconv"
	"strings"

	"sunscope/core/time"
)

// Message is what goes to the page: a type and fields, whose values are strings, numbers, booleans, Messages, lists of
// Messages, or nil. The js half turns it into an object; tests read it as it is.
type Message struct {
	Type   string // "" for an object inside a message
	Fields []Field
}

// Field is one property of a Message.
type Field struct {
	Name  string
	Value any // string, int, int64, float64, bool, []byte, Message, []Message or nil
}

// Get is the value of a field; nil without.
func (m Message) Get(name string) any {
	for _, f := range m.Fields {
		if f.Name == name {
			return f.Value
		}
	}
	return nil
}

// Receive carries out a message from the page, given as its properties: strings, float64s, bools and []byte for an
// ArrayBuffer. Whatever else a property holds is handed in as any other type, and refused.
func (p *Player) Receive(message map[string]any) error {
	v, ok := message["v"].(float64)
	if !ok || v != BridgeVersion {
		return errors.New("this viewer speaks version " + strconv.Itoa(BridgeVersion) + " of the bridge; the message says v=" + show(message["v"]))
	}
	cmd, ok := message["cmd"].(string)
	if !ok {
		return errors.New("expected cmd, the id of a command; the message says cmd=" + show(message["cmd"]))
	}
	args := Args{}
	for name, value := range message {
		if name == "v" || name == "cmd" {
			continue
		}
		text, ok := plain(value)
		if !ok {
			return errors.New(clip(cmd) + ": " + clip(name) + ": expected a string, a number or true or false")
		}
		if _, bytes := value.([]byte); bytes != (name == "data") {
			return errors.New(clip(cmd) + ": " + clip(name) + ": expected an ArrayBuffer for data, and only for data")
		}
		args[name] = text
	}
	return p.Do(cmd, args)
}

// plain is a property as a command's argument.
func plain(value any) (string, bool) {
	switch v := value.(type) {
	case string:
		return v, true
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64), true
	case bool:
		return strconv.FormatBool(v), true
	case []byte:
		return string(v), true
	}
	return "", false
}

// show is a property's value for an error line.
func show(value any) string {
	if value == nil {
		return "nothing"
	}
	if text, ok := plain(value); ok {
		return clip(text)
	}
	return "something else"
}

// How often the page is told at most.
const (
	twinEvery    = 500 * time.Millisecond
	inspectEvery = 100 * time.Millisecond // while it plays
	lifeEvery    = 100 * time.Millisecond
	stateEvery   = 33 * time.Millisecond // while it plays
)

// Reporter decides what to tell the page, and when. The zero Reporter has told nothing yet.
type Reporter struct {
	started  bool
	seen     uint64 // revision that everything was compared at
	waiting  bool   // something was held back
	state    string // fingerprint of what was told last
	stateAt  time.Duration
	inspect  string
	inspAt   time.Duration
	life     string
	lifeAt   time.Duration
	proc     string
	procAt   time.Duration
	twin     string
	twinAt   time.Duration
	twinOnce bool
	palette  string // fingerprints of what lies on top, which is told at once
	menu     string
	found    string
	changing runsReport
}

// Greet is what the page is to hear before anything else; nothing the second time.
func (r *Reporter) Greet(p *Player) []Message {
	if r.started {
		return nil
	}
	r.started = true
	r.palette, r.menu = closed("palette"), closed("menu")
	r.found = p.nothingFound().fingerprint()
	return []Message{ready()}
}

// Collect is what the page is to hear now; now is any clock that runs evenly, and only spaces the messages out.
func (r *Reporter) Collect(p *Player, now time.Duration) []Message {
	out := r.Greet(p)
	for _, n := range p.Notes() {
		out = append(out, n.message())
	}
	if r.seen == p.Revision() && !r.waiting {
		return out
	}
	r.seen, r.waiting = p.Revision(), false
	if r.due(&r.stateAt, now, stateEvery, p.Playing()) {
		if m := p.stateMessage(); r.news(&r.state, m) {
			r.stateAt = now
			out = append(out, m)
		}
	}
	if m := p.paletteMessage(); r.news(&r.palette, m) {
		out = append(out, m)
	}
	if m := p.menuMessage(); r.news(&r.menu, m) {
		out = append(out, m)
	}
	if m := p.foundMessage(); r.news(&r.found, m) {
		out = append(out, m)
	}
	out = r.collectRuns(p, now, out)
	if r.due(&r.inspAt, now, inspectEvery, p.Playing()) {
		if m := p.inspectMessage(); r.news(&r.inspect, m) {
			r.inspAt = now
			out = append(out, m)
		}
	}
	if r.due(&r.lifeAt, now, lifeEvery, r.life != "") {
		if m := p.lifeMessage(); r.news(&r.life, m) {
			r.lifeAt = now
			out = append(out, m)
		}
	}
	if p.proc.on || r.proc != "" {
		if r.due(&r.procAt, now, lifeEvery, p.Playing()) {
			if m := p.procMessage(); r.news(&r.proc, m) {
				r.procAt = now
				out = append(out, m)
			}
		}
	}
	if r.due(&r.twinAt, now, twinEvery, r.twinOnce) {
		if m := twinOf(p.Said()); r.news(&r.twin, m) {
			r.twinAt, r.twinOnce = now, true
			out = append(out, m)
		}
	}
	return out
}

// closed is what a page takes for granted of something that was never opened.
func closed(kind string) string { return Message{kind, []Field{{"open", false}}}.fingerprint() }

// due reports whether a kind of message may be sent; one that is held back is looked at again next time.
func (r *Reporter) due(last *time.Duration, now, every time.Duration, limited bool) bool {
	if limited && now-*last < every {
		r.waiting = true
		return false
	}
	return true
}

func (r *Reporter) news(last *string, m Message) bool {
	print := m.fingerprint()
	if print == *last {
		return false
	}
	*last = print
	return true
}

// fingerprint is equal for equal messages only.
func (m Message) fingerprint() string {
	var b strings.Builder
	m.print(&b)
	return b.String()
}

func (m Message) print(b *strings.Builder) {
	b.WriteString(m.Type + "{")
	for _, f := range m.Fields {
		b.WriteString(f.Name + ":")
		switch v := f.Value.(type) {
		case string:
			b.WriteString(strconv.Quote(v))
		case int:
			b.WriteString(strconv.Itoa(v))
		case int64:
			b.WriteString(strconv.FormatInt(v, 10))
		case float64:
			b.WriteString(strconv.FormatFloat(v, 'g', -1, 64))
		case bool:
			b.WriteString(strconv.FormatBool(v))
		case Message:
			v.print(b)
		case []Message:
			for _, m := range v {
				m.print(b)
			}
		}
		b.WriteByte(',')
	}
	b.WriteByte('}')
}

// Trouble is the message for something that could not be done.
func Trouble(err error) Message {
	return Message{"error", []Field{{"message", err.Error()}}}
}

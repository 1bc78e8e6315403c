package stage

import (
	"encoding/hex"
	"strconv"
	"strings"

	"sunscope/core/story"
	"sunscope/core/xdr"
	"sunscope/viz/scene"
)

func ready() Message {
	var list []Message
	for _, c := range Commands() {
		list = append(list, Message{Fields: []Field{
			{"id", c.ID}, {"args", c.Args}, {"keys", strings.Join(c.Keys, " ")}, {"en", c.En}, {"zh", c.Zh}, {"group", c.Group().ID},
		}})
	}
	var families []Message
	for _, g := range Groups() {
		families = append(families, Message{Fields: []Field{{"id", g.ID}, {"en", g.En}, {"zh", g.Zh}}})
	}
	return Message{"ready", []Field{{"commands", list}, {"groups", families}, {"scenarios", scenarioTitles()}}}
}

func (p *Player) stateMessage() Message {
	var marks, choices []Field
	for _, m := range p.Marks() {
		marks = append(marks, Field{m.ID, m.Instant})
	}
	for _, q := range p.questions {
		if q.fits {
			choices = append(choices, Field{q.ID, strings.Join(p.Choices(q.ID), ",")})
		}
	}
	return Message{"state", []Field{
		{"source", p.source.Kind.String()}, {"name", p.source.Name}, {"seed", strconv.FormatUint(p.source.Seed, 10)},
		{"saved", p.Saved()},
		{"instant", p.instant}, {"count", p.story.Len()}, {"furthest", p.furthest},
		{"time", int64(p.at)}, {"start", int64(p.start())}, {"end", int64(p.End())},
		{"playing", p.playing}, {"speed", p.speed.String()}, {"hurried", p.Hurried()}, {"asking", p.Asking()},
		{"theme", p.theme}, {"lang", p.view.Lang}, {"motion", motionName(p.view.Reduced)}, {"help", p.help},
		{"selected", refOf(p.view.Selected)}, {"height", float64(scene.PreferredHeight(p.view.W))},
		{"marks", Message{Fields: marks}}, {"choices", Message{Fields: choices}},
		{"breaks", p.stopsMessages()}, {"running", p.stops.runs.text},
		{"following", int(p.following)}, {"filter", p.Filter()}, {"parts", partsName(p.view.Parts)},
		{"undo", p.CanUndo()}, {"redo", p.CanRedo()},
	}}
}

func motionName(reduced bool) string {
	if reduced {
		return "reduced"
	}
	return "full"
}

func (n Note) message() Message {
	switch n.Kind {
	case Asked:
		return Message{"asked", []Field{{"id", n.ID}}}
	case Warned:
		return Message{"error", []Field{{"message", n.Why}}}
	case Stopped:
		return Message{"stopped", []Field{{"id", n.ID}, {"when", n.Why}, {"instant", n.Instant}}}
	case WantedFile:
		return Message{"wanted", []Field{{"id", "recording"}, {"name", n.Why}, {"hash", n.ID}}}
	case Linked:
		return Message{"link", []Field{{"value", n.Why}}}
	case Wanted:
		return Message{"wanted", []Field{{"id", n.ID}}}
	case Exported:
		return Message{"file", []Field{{"name", n.File.Name}, {"media", n.File.Type}, {"data", n.File.Data}}}
	}
	return Message{"graded", []Field{
		{"id", n.ID}, {"right", n.Verdict.Right}, {"truth", n.Verdict.Truth}, {"instant", n.Verdict.Instant},
		{"seen", n.Seen}, {"why", n.Why},
	}}
}

// inspectMessage is what is known about the selected thing:
//
//	{kind, num, id, title, about,
//	 rows: [{name, value, how: "observed" | "inferred" | "unknown", rule, ref: {kind, num, name}}],
//	 last, instant,                           the last event about it as a trace file prints it, and its ordinal or -1
//	 present,                                 of a thing with a story: the number of its last line that has happened, or -1
//	 field,                                   of a packet: which of spans stands out, or -1
//	 ways: [{to, num, when, last}],           of a state: the edges that leave it, and which of them was taken last
//	 bytes: "0a1b…",                          of a packet, in hexadecimal; "" if they are not known
//	 spans: [{name, from, to, value, ref, depth}]}    which of the bytes are which field; later ones lie in earlier ones
//
// Without a selection it is {none: true}.
func (p *Player) inspectMessage() Message {
	if p.view.Selected.Kind == scene.RefNone {
		return Message{"inspect", []Field{{"none", true}}}
	}
	in := p.Inspection()
	return Message{"inspect", []Field{
		{"kind", KindName(in.Ref.Kind)}, {"num", in.Ref.Num}, {"id", in.Ref.Name}, {"title", in.Title}, {"about", in.About},
		{"rows", rowsOf(in.Rows)}, {"last", in.Last}, {"instant", in.LastOrdinal},
		{"present", p.present()}, {"field", p.Field()}, {"ways", waysOf(in.Ways)},
		{"bytes", hex.EncodeToString(in.Bytes)}, {"spans", spansOf(in.Fields)},
	}}
}

func refOf(r scene.Ref) Message {
	return Message{Fields: []Field{{"kind", KindName(r.Kind)}, {"num", r.Num}, {"name", r.Name}}}
}

// howNames are the words for where a field comes from.
var howNames = [...]string{story.Unknown: "unknown", story.Observed: "observed", story.Inferred: "inferred"}

func rowsOf(rows []scene.Row) []Message {
	list := make([]Message, len(rows))
	for i, r := range rows {
		list[i] = Message{Fields: []Field{
			{"name", r.Label}, {"value", r.Value}, {"how", howNames[r.How]}, {"rule", r.Rule}, {"ref", refOf(r.Ref)},
		}}
	}
	return list
}

func waysOf(ways []scene.Way) []Message {
	list := make([]Message, len(ways))
	for i, w := range ways {
		list[i] = Message{Fields: []Field{{"to", w.To.String()}, {"num", int(w.To)}, {"when", w.When}, {"last", w.Last}}}
	}
	return list
}

func spansOf(fields []xdr.Field) []Message {
	list := make([]Message, len(fields))
	for i, f := range fields {
		list[i] = Message{Fields: []Field{
			{"name", f.Name}, {"from", f.Off}, {"to", f.Off + f.Len}, {"value", f.Value}, {"ref", f.Ref}, {"depth", f.Depth},
		}}
	}
	return list
}

func twinOf(said []scene.Phrase) Message {
	lines := make([]Message, len(said))
	for i, s := range said {
		lines[i] = Message{Fields: []Field{
			{"level", s.Level}, {"text", s.Text}, {"kind", KindName(s.Ref.Kind)}, {"num", s.Ref.Num}, {"name", s.Ref.Name},
		}}
	}
	return Message{"twin", []Field{{"lines", lines}}}
}

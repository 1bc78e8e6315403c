package stage

import "strconv"

// procMessage is the /proc view: see bridge.go.
func (p *Player) procMessage() Message {
	if !p.proc.on {
		return Message{"proc", []Field{{"none", true}}}
	}
	var sections []Message
	for _, s := range p.Proc() {
		lines := make([]Message, len(s.Lines))
		for i := range s.Lines {
			l := &s.Lines[i]
			lines[i] = Message{Fields: []Field{
				{"text", l.Text}, {"changed", stretches(l.Changed)}, {"guessed", stretches(l.Guessed)}, {"gone", l.Gone}, {"note", l.Note},
			}}
		}
		sections = append(sections, Message{Fields: []Field{{"name", s.Name}, {"lines", lines}}})
	}
	counting := !p.proc.ready
	return Message{"proc", []Field{{"sections", sections}, {"counting", counting}}}
}

// stretches prints parts of a line: "3-5 9-12".
func stretches(list []Stretch) string {
	var b []byte
	for i, s := range list {
		if i > 0 {
			b = append(b, ' ')
		}
		b = strconv.AppendInt(b, int64(s.From), 10)
		b = append(b, '-')
		b = strconv.AppendInt(b, int64(s.To), 10)
	}
	return string(b)
}

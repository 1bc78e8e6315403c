package stage

import (
	"strconv"

	"sunscope/viz/scene"
)

// Entry is one line of the palette or of a menu: a command with its arguments, what that does in words, and the key that
// does the same.
type Entry struct {
	Cmd   string
	Args  Args
	Label string // in the player's language
	Key   string // "" without
	Group string // heading, in the player's language
	On    bool   // a choice that is the present one
	text  string // what the palette searches
}

// entry makes a line of a command.
func (p *Player) entry(id string, args Args, en, zh string) Entry {
	e := Entry{Cmd: id, Args: args, Label: p.word(en, zh)}
	e.text = id + " " + en + " " + zh
	if c := p.command(id); c != nil {
		e.Group = c.Group().Name(p.view.Lang)
		if len(args) == 0 && len(c.Keys) > 0 {
			e.Key = c.Keys[0]
		}
	}
	return e
}

// word is one of two texts, by the language.
func (p *Player) word(en, zh string) string {
	if p.view.Lang == "zh" {
		return zh
	}
	return en
}

// command finds a command by its id; nil without.
func (p *Player) command(id string) *Command {
	for i := range p.table {
		if p.table[i].ID == id {
			return &p.table[i]
		}
	}
	return nil
}

// message is the entry as the page gets it.
func (e *Entry) message() Message {
	return Message{Fields: []Field{
		{"cmd", e.Cmd}, {"args", e.Args.message()}, {"label", e.Label}, {"key", e.Key}, {"group", e.Group}, {"on", e.On},
	}}
}

func entriesOf(list []Entry) []Message {
	out := make([]Message, len(list))
	for i := range list {
		out[i] = list[i].message()
	}
	return out
}

// message has the arguments in the order of their names.
func (a Args) message() Message {
	var m Message
	for name, value := range a {
		i := len(m.Fields)
		m.Fields = append(m.Fields, Field{})
		for ; i > 0 && m.Fields[i-1].Name > name; i-- {
			m.Fields[i] = m.Fields[i-1]
		}
		m.Fields[i] = Field{name, value}
	}
	return m
}

// refArgs name a thing as the select command takes it.
func refArgs(r scene.Ref) Args {
	a := Args{"kind": KindName(r.Kind)}
	if r.Num != 0 || r.Name == "" {
		a["num"] = strconv.FormatInt(r.Num, 10)
	}
	if r.Name != "" {
		a["name"] = r.Name
	}
	return a
}

package stage

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/fsm"
	"sunscope/viz/scene"
)

// palette is the list of commands that can be searched: what was typed, and which of the lines is chosen.
type palette struct {
	open   bool
	query  string
	chosen int
}

// mostFound is how many lines the palette shows of what was searched for.
const mostFound = 40

// PaletteOpen reports whether the palette is shown, what was typed into it, and which of Palette's lines is chosen.
func (p *Player) PaletteOpen() (open bool, query string, chosen int) {
	return p.palette.open, p.palette.query, p.palette.chosen
}

// Palette lists what the reader may do: every command that needs no argument and, of those that do, every choice that
// there is. With a query it lists what fits it, best first, and last what can be done with the query itself.
func (p *Player) Palette(query string) []Entry {
	if list := p.wordsFor(query); len(list) > 0 {
		return list
	}
	all := p.everything()
	query = strings.TrimSpace(query)
	if query == "" {
		return all
	}
	all = append(all, p.named()...)
	type ranked struct {
		Entry
		score int
	}
	if list := p.withWords(query); len(list) == 1 {
		return list
	}
	var found []ranked
	for _, e := range all {
		if score, ok := fuzzy(query, e.text); ok {
			found = append(found, ranked{e, score})
		}
	}
	slices.SortStableFunc(found, func(a, b ranked) int { return cmp.Compare(b.score, a.score) })
	list := make([]Entry, 0, len(found)+4)
	for _, f := range found[:min(len(found), mostFound)] {
		list = append(list, f.Entry)
	}
	return append(list, p.asked(query)...)
}

// everything is the palette before anything was typed.
func (p *Player) everything() []Entry {
	var list []Entry
	for i := range p.table {
		c := &p.table[i]
		if c.Group().ID == wiring {
			continue
		}
		if c.Bare() && p.canCompare(c.ID) && p.canNow(c.ID) {
			list = append(list, p.entry(c.ID, nil, c.En, c.Zh))
		}
		list = append(list, p.choices(c)...)
	}
	return list
}

// canNow reports whether a command that needs no argument has anything to work on.
func (p *Player) canNow(id string) bool {
	switch id {
	case "follow":
		return p.following != 0 || p.taskOf(p.view.Selected) != 0
	case "undo":
		return p.CanUndo()
	case "redo":
		return p.CanRedo()
	}
	return true
}

// choice is one value of an argument, with words for it.
type choice struct{ value, en, zh string }

// choices are the lines of a command whose argument is one of a few.
func (p *Player) choices(c *Command) []Entry {
	var list []Entry
	add := func(now string, all ...choice) {
		for _, v := range all {
			e := p.entry(c.ID, Args{"value": v.value}, v.en, v.zh)
			e.On = now == v.value
			list = append(list, e)
		}
	}
	switch c.ID {
	case "theme":
		add(p.theme, choice{"light", "light theme", "浅色主题"}, choice{"dark", "dark theme", "深色主题"}, choice{"projector", "theme for a projector", "投影主题"})
	case "lang":
		add(p.view.Lang, choice{"en", "English", "English"}, choice{"zh", "中文 Chinese", "中文"})
	case "motion":
		add(motionName(p.view.Reduced), choice{"full", "let things glide", "平滑移动"}, choice{"reduced", "let things jump", "直接跳转"})
	case "speed":
		for _, s := range ladder {
			add(p.speed.String(), choice{s.String(), "speed " + s.String(), "速度 " + s.String()})
		}
	case "pan":
		return []Entry{
			p.entry("pan", Args{"by": "-0.5"}, "move the timeline to what was before", "时间线向前移"),
			p.entry("pan", Args{"by": "0.5"}, "move the timeline to what comes after", "时间线向后移"),
		}
	case "field":
		return []Entry{p.entry("field", Args{"n": "-1"}, "no field of the packet stands out", "不标出报文的字段")}
	case "story":
		return []Entry{p.entry("story", Args{"at": "now"}, "the selected thing's story around the present", "所选对象此刻前后的经历")}
	case "parts":
		add(partsName(p.view.Parts), choice{"all", "show every part of the stage", "显示舞台的所有部分"})
	case "scenario":
		return p.scenarios()
	case "export":
		return p.exports()
	case "answer":
		return p.answers()
	case "select":
		return p.selectable()
	case "fault":
		return p.faultChoices()
	case "knob":
		return p.knobChoices()
	case "run":
		return p.runChoices("run", "switch to run", "切换到运行")
	case "compare":
		return p.runChoices("compare", "compare with run", "与此运行比较")
	case "run-drop":
		return p.runChoices("run-drop", "forget run", "丢弃运行")
	case "room":
		return p.rooms()
	case "focus":
		return p.partChoices()
	case "break-drop":
		for _, b := range p.stops.list {
			list = append(list, p.entry("break-drop", Args{"id": strconv.Itoa(b.ID)}, "do not stop at "+b.When, "不再停在 "+b.When))
		}
	}
	return list
}

// rooms are the machines whose client's room can be shown alone.
func (p *Player) rooms() []Entry {
	list := []Entry{p.entry("room", Args{"value": "all"}, "the client's room of all machines", "显示所有机器的客户端")}
	list[0].On = p.view.Room == 0
	hosts := p.State().Hosts
	for i := range hosts {
		if h := &hosts[i]; h.Client && h.Addr.Value != "" {
			e := p.entry("room", Args{"value": h.Addr.Value}, "the client's room of "+h.Addr.Value, "只显示 "+h.Addr.Value+" 的客户端")
			e.On = p.view.Room == h.ID
			list = append(list, e)
		}
	}
	return list
}

func (p *Player) scenarios() []Entry {
	var list []Entry
	for _, name := range Scenarios() {
		e := p.entry("scenario", Args{"name": name}, "simulate "+name, "模拟 "+name)
		e.On = p.source.Kind == Simulation && p.source.Name == name
		list = append(list, e)
	}
	return list
}

// answers are those of the question that playback stands at.
func (p *Player) answers() []Entry {
	var list []Entry
	id := p.Asking()
	for _, c := range p.Choices(id) {
		list = append(list, p.entry("answer", Args{"id": id, "choice": c}, "answer: "+c, "回答："+c))
	}
	return list
}

// selectable is what is alive at the instant: clients' tasks and transports.
func (p *Player) selectable() []Entry {
	const most = 60
	var list []Entry
	st := p.State()
	for i := range st.Xprts {
		x := &st.Xprts[i]
		name := x.Addr + ":" + x.Port
		list = append(list, p.entry("select", refArgs(scene.Ref{Kind: scene.RefXprt, Num: int64(x.ID)}), "select the transport to "+name, "选择到 "+name+" 的传输"))
	}
	for i := range st.Tasks {
		if t := &st.Tasks[i]; !t.Finished && len(list) < most {
			name := p.taskName(t.ID)
			list = append(list, p.entry("select", refArgs(scene.Ref{Kind: scene.RefTask, Num: int64(t.ID)}), "select "+name, "选择 "+name))
		}
	}
	return list
}

// named are lines that only a query brings up, because there are so many: states and queues.
func (p *Player) named() []Entry {
	var list []Entry
	for s := fsm.None + 1; s < fsm.StateCount; s++ {
		list = append(list, p.entry("select", Args{"kind": "state", "name": s.String()}, "select the state "+s.String(), "选择状态 "+s.String()))
	}
	for _, q := range queues {
		list = append(list, p.entry("select", Args{"kind": "queue", "name": string(q)}, "select the queue "+string(q), "选择队列 "+string(q)))
	}
	return list
}

// queues are the wait queues that a task can sleep on.
var queues = [...]fsm.Queue{
	fsm.Delay, fsm.XprtBacklog, fsm.XprtSending, fsm.XprtPending, fsm.XprtBinding, fsm.GSSUpcall, fsm.GSSPipe, fsm.ForeChannel,
	fsm.BackChannel, fsm.NFS40Slots, fsm.NFSClient, fsm.NFSDCallback, fsm.Seqid, fsm.UnlockIO, fsm.LayoutReturn,
}

// asked are lines that make use of what was typed.
func (p *Player) asked(query string) []Entry {
	list := p.withWords(query)
	if n, err := strconv.Atoi(query); err == nil && n >= -1 && n < p.story.Len() {
		list = append(list, p.entry("seek", Args{"instant": query}, "go to instant "+query, "到时刻 "+query))
	}
	return list
}

// doPalette opens and closes the palette, and moves in it.
func doPalette(p *Player, a Args) error {
	o := &p.palette
	query, typed := a["query"]
	switch a["go"] {
	case "":
		if typed {
			o.open, o.query, o.chosen = true, query, 0
		} else {
			*o = palette{open: !o.open}
		}
	case "next", "previous":
		if n := len(p.Palette(o.query)); o.open && n > 0 {
			step := 1
			if a["go"] == "previous" {
				step = n - 1
			}
			o.chosen = (min(o.chosen, n-1) + step) % n
		}
	case "close":
		*o = palette{}
	case "run":
		return p.runChosen()
	default:
		return expected("palette", "go", a["go"], "next, previous, run or close")
	}
	p.touch()
	return nil
}

// runChosen closes the palette and does what the chosen line says.
func (p *Player) runChosen() error {
	o := p.palette
	list := p.Palette(o.query)
	if !o.open || o.chosen >= len(list) {
		return nil
	}
	p.palette = palette{}
	p.touch()
	e := list[o.chosen]
	return p.Do(e.Cmd, e.Args)
}

// paletteMessage is the palette as the page shows it.
func (p *Player) paletteMessage() Message {
	o := &p.palette
	if !o.open {
		return Message{"palette", []Field{{"open", false}}}
	}
	list := p.Palette(o.query)
	return Message{"palette", []Field{
		{"open", true}, {"query", o.query}, {"chosen", min(o.chosen, max(0, len(list)-1))}, {"entries", entriesOf(list)},
	}}
}

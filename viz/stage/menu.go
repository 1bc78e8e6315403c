package stage

import (
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/viz/scene"
)

// menu is the context menu that is open: of which thing, and where on the picture, in CSS pixels.
type menu struct {
	open bool
	ref  scene.Ref
	x, y float32
}

// Menu lists what can be done with a thing, or with an instant of the timeline. Each part of the stage adds its own
// lines in a function of its own file.
func (p *Player) Menu(ref scene.Ref) []Entry {
	m := &menuList{p: p, ref: ref}
	m.selecting()
	m.going()
	m.zooming()
	m.wiring()
	m.breaking()
	return m.list
}

// menuList puts a menu together.
type menuList struct {
	p    *Player
	ref  scene.Ref
	list []Entry
}

// add adds a line.
func (m *menuList) add(cmd string, args Args, en, zh string) {
	m.list = append(m.list, m.p.entry(cmd, args, en, zh))
}

// task is the task that the menu's thing is or belongs to; 0 without.
func (m *menuList) task() story.TaskID { return m.p.taskOf(m.ref) }

// taskOf is the task that a thing is, or whose it is now: the owner of a slot, the call of a packet; 0 without.
func (p *Player) taskOf(r scene.Ref) story.TaskID {
	st := p.State()
	switch r.Kind {
	case scene.RefTask:
		return story.TaskID(r.Num)
	case scene.RefPacket:
		for i := range st.Packets {
			if int64(st.Packets[i].ID) == r.Num {
				return st.Packets[i].Task
			}
		}
	case scene.RefSlot:
		if x := st.Xprt(story.XprtID(r.Num >> 16)); x != nil && int(r.Num&0xffff) < len(x.Slots) {
			return x.Slots[r.Num&0xffff].Task
		}
	case scene.RefThread:
		for i := range st.Threads {
			if th := &st.Threads[i]; int64(th.PID) == r.Num && th.Busy {
				return th.Task
			}
		}
	case scene.RefEvent, scene.RefMarker:
		return p.story.TaskAt(int(r.Num))
	}
	return wireTask(st, r)
}

// selecting adds what is done with the thing itself, and with the task that it belongs to.
func (m *menuList) selecting() {
	m.choosing()
	m.followLines()
	m.stopLines()
}

func (m *menuList) choosing() {
	p, r := m.p, m.ref
	if r.Kind == scene.RefTimeline || r.Kind == scene.RefNone {
		return
	}
	if p.view.Selected != r {
		m.add("select", refArgs(r), "select and inspect it", "选择并查看")
	}
	if id := m.task(); id != 0 && r.Kind != scene.RefTask {
		name := p.taskName(id)
		m.add("select", refArgs(scene.Ref{Kind: scene.RefTask, Num: int64(id)}), "select "+name, "选择 "+name)
	}
}

// going adds ways to the moments of the thing's life.
func (m *menuList) going() {
	p := m.p
	if m.ref.Kind == scene.RefTimeline && m.ref.Num >= 0 && int(m.ref.Num) != p.instant {
		m.add("seek", Args{"instant": strconv.FormatInt(m.ref.Num, 10)}, "go here", "到这里")
	}
	if l := p.story.Lane(m.task()); l != nil {
		m.add("seek", Args{"instant": strconv.Itoa(int(l.From))}, "go to its beginning", "到它的开始")
		if l.Ended {
			m.add("seek", Args{"instant": strconv.Itoa(int(l.To))}, "go to its end", "到它的结束")
		}
	}
	switch m.ref.Kind {
	case scene.RefState:
		name := stateName(m.ref)
		m.add("seek", Args{"event": "rpc_task_run_action action=" + name}, "to the next task that enters "+name, "到下一个进入 "+name+" 的任务")
	case scene.RefQueue:
		m.add("seek", Args{"event": `rpc_task_sleep "queue=` + m.ref.Name + `"`}, "to the next task that falls asleep here", "到下一个在此睡眠的任务")
	}
}

func stateName(r scene.Ref) string { return fsm.State(r.Num).String() }

// taskName is how the timeline calls a task: "read[3]", "task 9 READ".
func (p *Player) taskName(id story.TaskID) string {
	if l := p.story.Lane(id); l != nil {
		return l.Label
	}
	return "task ?"
}

// OpenMenu opens the menu of a thing at a point of the picture.
func (p *Player) OpenMenu(r scene.Ref, x, y float32) {
	p.menu = menu{true, r, x, y}
	p.touch()
}

// MenuOpen is the menu that is shown: of which thing and where on the picture. It closes with the next command.
func (p *Player) MenuOpen() (open bool, ref scene.Ref, x, y float32) {
	return p.menu.open, p.menu.ref, p.menu.x, p.menu.y
}

// OpenMenuAt opens the menu of what lies at a point of the picture: a right click, a long press. On nothing it is that of
// the instant.
func (p *Player) OpenMenuAt(x, y float32) {
	r := p.atMoment(p.hitAt(x, y), x)
	if r.Kind == scene.RefNone {
		r = scene.Ref{Kind: scene.RefTimeline, Num: int64(p.instant)}
	}
	p.OpenMenu(r, x, y)
}

// doMenu opens the menu of a thing; without arguments of what is selected, or of the instant.
func doMenu(p *Player, a Args) error {
	r := p.view.Selected
	if _, ok := a["kind"]; ok {
		if a["kind"] == "none" {
			p.closeMenu()
			return nil
		}
		var err error
		if r, err = refFrom("menu", a); err != nil {
			return err
		}
	}
	if r.Kind == scene.RefNone { // in the middle: at the playhead it would hide a room that it says nothing about
		p.OpenMenu(scene.Ref{Kind: scene.RefTimeline, Num: int64(p.instant)}, p.view.W/2, p.view.H/2)
		return nil
	}
	x, y := p.placeOf(r)
	p.OpenMenu(r, x, y)
	return nil
}

func (p *Player) closeMenu() {
	if p.menu.open {
		p.menu = menu{}
		p.touch()
	}
}

// placeOf is the middle of the area at which a thing is shown; the playhead for an instant; the picture's middle else.
func (p *Player) placeOf(r scene.Ref) (x, y float32) {
	if p.list == nil {
		return p.view.W / 2, p.view.H / 2
	}
	for i := range p.list.Hits {
		h := &p.list.Hits[i]
		switch {
		case r.Kind == scene.RefTimeline && h.Ref.Kind == scene.RefTimeline:
			from, to := p.Window()
			part := float32(0)
			if to > from {
				part = max(0, min(float32(float64(p.at-from)/float64(to-from)), 1))
			}
			return h.X + part*h.W, h.Y + h.H/2
		case h.Ref == r:
			return h.X + h.W/2, h.Y + h.H/2
		}
	}
	return p.view.W / 2, p.view.H / 2
}

// menuMessage is the open menu as the page shows it.
func (p *Player) menuMessage() Message {
	m := &p.menu
	if !m.open {
		return Message{"menu", []Field{{"open", false}}}
	}
	title := scene.InspectUntil(p.story, p.State(), m.ref, p.view.Lang, p.secret()).Title
	return Message{"menu", []Field{
		{"open", true}, {"of", refOf(m.ref)}, {"title", title}, {"x", float64(m.x)}, {"y", float64(m.y)},
		{"entries", entriesOf(p.Menu(m.ref))},
	}}
}

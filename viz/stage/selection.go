package stage

import (
	"errors"
	"strconv"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/viz/scene"
)

// kindNames are the words for what can be selected.
var kindNames = [...]string{
	scene.RefNone: "none", scene.RefTask: "task", scene.RefPacket: "packet", scene.RefState: "state", scene.RefSlot: "slot",
	scene.RefQueue: "queue", scene.RefThread: "thread", scene.RefXprt: "xprt", scene.RefWorkQueue: "workqueue", scene.RefTimeline: "timeline",
	scene.RefHost: "host", scene.RefSession: "session", scene.RefLegend: "legend",
	scene.RefEvent: "none", scene.RefField: "none", scene.RefRead: "read", scene.RefCallback: "callback",
	scene.RefCallbackPool: "callbackpool", scene.RefBackChannel: "backchannel", scene.RefSvcXprt: "svcxprt", scene.RefServed: "served",
	scene.RefMarker: "marker", scene.RefOverview: "overview", scene.RefLanes: "lanes", scene.RefAxis: "axis",
}

// KindName is the word for a kind of thing, as the select command takes it.
func KindName(k scene.RefKind) string {
	if int(k) >= len(kindNames) || kindNames[k] == "" {
		return kindNames[scene.RefNone]
	}
	return kindNames[k]
}

// Select shows a thing's fields in the inspector. A point of the timeline is gone to instead.
func (p *Player) Select(r scene.Ref) {
	_ = p.change("select", func() error { p.choose(r); return nil })
}

func (p *Player) choose(r scene.Ref) {
	switch r.Kind {
	case scene.RefTimeline:
		p.seek(int(r.Num))
		return
	case scene.RefOverview, scene.RefLanes, scene.RefAxis:
		return // areas, not things
	case scene.RefMarker:
		p.seek(int(r.Num))
	}
	if r.Kind == scene.RefHost {
		p.room(story.HostID(r.Num))
		return
	}
	if p.view.Selected != r {
		p.view.Selected = r
		if p.following != 0 && (r.Kind == scene.RefTask || r.Kind == scene.RefNone) {
			p.following = 0
			if r.Kind == scene.RefTask && p.story.Lane(story.TaskID(r.Num)) != nil {
				p.following = story.TaskID(r.Num) // it keeps to the other one now
			}
		}
		p.touch()
	}
}

func doSelect(p *Player, a Args) error {
	if item, ok := a["item"]; ok {
		return p.selectItem(item)
	}
	if task, ok := a["task"]; ok {
		return p.selectTask(task)
	}
	if a["kind"] == "none" {
		p.Select(scene.Ref{})
		return nil
	}
	r, err := refFrom("select", a)
	if err == nil {
		p.Select(r)
	}
	return err
}

// refFrom reads the thing that a command names by kind, num and name.
func refFrom(cmd string, a Args) (scene.Ref, error) {
	r := scene.Ref{Kind: scene.RefNone, Name: a["name"]}
	for k, name := range kindNames {
		if name == a["kind"] && name != "" {
			r.Kind = scene.RefKind(k)
		}
	}
	if r.Kind == scene.RefNone {
		return r, expected(cmd, "kind", a["kind"], "task, packet, state, slot, queue, thread, xprt, workqueue, host or none")
	}
	if text := a["num"]; text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return r, expected(cmd, "num", text, "a whole number")
		}
		r.Num = n
	} else if s, ok := fsm.StateNamed(r.Name); ok && r.Kind == scene.RefState {
		r.Num, r.Name = int64(s), ""
	}
	return r, nil
}

// selectItem selects the task that carries out a workload item, wherever in the run it does.
func (p *Player) selectItem(item string) error {
	log := p.log()
	for i := range log.Len() {
		if log.KindAt(i) == trace.Item && p.story.Item(i) == item {
			if id := p.story.TaskAt(i); id != 0 {
				p.Select(scene.Ref{Kind: scene.RefTask, Num: int64(id)})
				return nil
			}
		}
	}
	return errors.New("select: item=" + strconv.Quote(clip(item)) + ": this run has no such workload item")
}

// selectTask selects the task with that tk_pid, of that client if one is named. Numbers come round again: it is the last
// one that has begun by the present instant, or else the first.
func (p *Player) selectTask(text string) error {
	pid, client, err := taskNumbers(text)
	if err != nil {
		return expected("select", "task", text, "a task's number such as 14, or with its client 14@4")
	}
	found := story.TaskID(0)
	lanes := p.story.Lanes()
	for i := range lanes {
		l := &lanes[i]
		if int64(l.PID) != pid || client >= 0 && int64(l.Clid) != client {
			continue
		}
		if found == 0 || int(l.From) <= p.instant {
			found = l.Task
		}
	}
	if found == 0 {
		return errors.New("select: task=" + strconv.Quote(clip(text)) + ": this run has no such task")
	}
	p.Select(scene.Ref{Kind: scene.RefTask, Num: int64(found)})
	return nil
}

// escape closes what is open on top, the palette or the help, ends a run to a condition, then a search, and deselects otherwise. Do has closed a menu already.
func (p *Player) escape() error {
	switch {
	case p.palette.open:
		p.palette = palette{}
	case p.help:
		p.help = false
	case p.stops.runs.hunt != nil:
		p.stops.runs = running{}
	case p.search.text != "":
		p.search = search{}
	case p.view.Selected == scene.Ref{}:
		p.note(Note{Kind: Wanted, ID: "leave"}) // nothing is left to close: in a page the focus leaves the picture
	default:
		p.Select(scene.Ref{})
		return nil
	}
	p.touch()
	return nil
}

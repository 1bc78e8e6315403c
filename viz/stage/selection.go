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
	scene.RefHost: "host",
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
	if r.Kind == scene.RefTimeline {
		p.seek(int(r.Num))
		return
	}
	if r.Kind == scene.RefHost {
		p.room(story.HostID(r.Num))
		return
	}
	if p.view.Selected != r {
		p.view.Selected = r
		p.touch()
	}
}

func doSelect(p *Player, a Args) error {
	if item, ok := a["item"]; ok {
		return p.selectItem(item)
	}
	r := scene.Ref{Kind: scene.RefNone, Name: a["name"]}
	for k, name := range kindNames {
		if name == a["kind"] && name != "" {
			r.Kind = scene.RefKind(k)
		}
	}
	if r.Kind == scene.RefNone {
		if a["kind"] == "none" {
			p.Select(scene.Ref{})
			return nil
		}
		return expected("select", "kind", a["kind"], "task, packet, state, slot, queue, thread, xprt, workqueue, host or none")
	}
	if text := a["num"]; text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return expected("select", "num", text, "a whole number")
		}
		r.Num = n
	} else if s, ok := fsm.StateNamed(r.Name); ok && r.Kind == scene.RefState {
		r.Num = int64(s)
	}
	p.Select(r)
	return nil
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

// escape closes the help if it is open, and deselects otherwise.
func (p *Player) escape() error {
	if p.help {
		p.help = false
		p.touch()
		return nil
	}
	p.Select(scene.Ref{})
	return nil
}

package stage

import (
	"errors"
	"strconv"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/viz/scene"
)

func (p *Player) play() error {
	switch {
	case p.source.Kind == Nothing:
		return errors.New("play: nothing is open")
	case p.askAgain() || p.playing:
		return nil
	case p.instant >= p.story.Len()-1 && p.toNewest():
		return nil
	case p.instant >= p.story.Len()-1:
		p.settle(-1) // played to the end: once more from the beginning
	}
	if p.story.Len() == 0 || p.askAgain() {
		return nil
	}
	p.playing, p.rest = true, 0
	p.touch()
	return nil
}

func (p *Player) toggle() error {
	if p.playing {
		p.pause()
		return nil
	}
	return p.play()
}

// step goes n events on or back. At an open question there is no going on.
func (p *Player) step(n int) error {
	if p.following != 0 {
		return p.stepTask(n)
	}
	p.pause()
	return p.walk(p.instant + n)
}

// walk goes to an instant as playing would: not past an open question.
func (p *Player) walk(to int) error {
	if to > p.instant {
		if p.askAgain() {
			return nil
		}
		if q := p.openBetween(p.instant, to); q != nil {
			to = q.moment.Ask
		}
	}
	p.settle(to)
	p.follow()
	return nil
}

// seek goes to an instant wherever it is. If it plays, it plays on from there.
func (p *Player) seek(instant int) error {
	if p.live.follow = false; instant >= p.story.Len()-1 && p.toNewest() {
		return nil
	}
	p.settle(instant)
	if p.Asking() != "" {
		p.pause()
	}
	p.follow()
	return nil
}

// seekTime goes to the last event at or before t, and to t itself in the gap after it.
func (p *Player) seekTime(t time.Duration) error {
	p.live.follow = false
	t = max(p.start(), min(t, p.End()))
	p.settle(p.story.OrdinalAt(t))
	p.at = max(p.at, t)
	if p.Asking() != "" {
		p.pause()
	}
	p.follow()
	return nil
}

// seekEvent goes to the next event after the present one that matches; from the beginning if none follows.
func (p *Player) seekEvent(text string) error {
	pred, err := story.ParsePredicate(text)
	if err != nil {
		return errors.New("seek: event: " + err.Error())
	}
	i, ok := p.story.Find(pred, p.instant+1)
	if !ok {
		i, ok = p.story.Find(pred, 0)
	}
	if !ok {
		return errors.New("seek: no event of this run matches " + strconv.Quote(clip(text)))
	}
	return p.seek(i)
}

// stepTask goes to the next or the previous step of the selected task: where it begins a state, falls asleep, wakes
// or ends. Without a selected task, of any task.
func (p *Player) stepTask(dir int) error {
	p.pause()
	id := p.following
	if id == 0 {
		id = p.selectedTask()
	}
	if id != 0 {
		return p.stepAlong(p.story.TaskEvents(id), dir)
	}
	for i := p.instant + dir; i >= 0 && i < p.story.Len(); i += dir {
		if isStep(p.log().KindAt(i)) {
			return p.walk(i)
		}
	}
	return nil
}

func (p *Player) stepAlong(events []int32, dir int) error {
	best := -1
	for _, e := range events {
		i := int(e)
		if !isStep(p.log().KindAt(i)) {
			continue
		}
		if dir > 0 && i > p.instant {
			return p.walk(i)
		}
		if dir < 0 && i < p.instant {
			best = i
		}
	}
	if best >= 0 {
		return p.walk(best)
	}
	return nil
}

// isStep reports whether such an event changes where in its life a task is.
func isStep(k trace.Kind) bool {
	switch k {
	case trace.RPCTaskBegin, trace.RPCTaskRunAction, trace.RPCTaskSleep, trace.RPCTaskWakeup, trace.RPCTaskEnd,
		trace.RPCTaskComplete, trace.RPCTaskCallDone:
		return true
	}
	return false
}

func (p *Player) selectedTask() story.TaskID {
	if p.view.Selected.Kind != scene.RefTask {
		return 0
	}
	return story.TaskID(p.view.Selected.Num)
}

func (p *Player) setSpeed(s Speed) {
	p.speed, p.ownSpeed, p.rest = s, true, 0
	p.touch()
}

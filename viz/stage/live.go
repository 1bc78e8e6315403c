package stage

import (
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/core/trace"
)

// live is a run that grows while it is looked at.
type live struct {
	growing bool
	follow  bool // the stage keeps up with what comes
	event   trace.Event
	bad     int    // lines that were no events
	why     string // of the first
	full    bool
	close   bool // the timeline shows a piece of the run, unless somebody wanted it otherwise
}

const (
	// mostLive is as many events as a run may grow to: some 150 MB with what the story keeps of them.
	mostLive = 1 << 20
	// A stage that follows plays what comes at its speed, but stays no more than about so many events behind: the rest it
	// hurries through. A stretch in which nothing happened is over at once: it was waited for already.
	mostBehind = 300
	liveQuiet  = 150 * time.Millisecond
	liveWindow = 4 * time.Millisecond // of the timeline: the calls of a round, over loopback
)

// ShowLive shows a run that has not begun yet: Feed makes it grow, and the stage follows. Pausing, or going back, ends
// that; playing on to the end, or going there, begins it again.
func (p *Player) ShowLive(name string) {
	p.show(&trace.Log{}, Source{Kind: Recording, Name: name})
	p.live.growing, p.live.follow, p.playing = true, true, true
	if !p.ownSpeed {
		p.speed = Slowest
	}
}

// Live reports whether the run still grows, and whether the stage follows it.
func (p *Player) Live() (growing, following bool) { return p.live.growing, p.live.follow }

// Feed takes in whole lines of a live run's trace. Lines that are no events are left out and counted.
func (p *Player) Feed(text string) {
	l, log := &p.live, p.log()
	if !l.growing {
		return
	}
	was := log.Len()
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case line == "" || line[0] == '#' || strings.HasPrefix(line, "CPU:"):
		case log.Len() >= mostLive:
			l.full = true
		default:
			if err := log.ParseLine(line, &l.event); err != nil {
				if l.bad++; l.bad == 1 {
					l.why = clip(strings.Join(strings.Fields(line), " "))
				}
				continue
			}
			log.Append(&l.event)
		}
	}
	if log.Len() > was {
		p.grown(was)
	}
	if l.full {
		p.EndLive(strconv.Itoa(mostLive) + " events were shown; what came then is left out")
	}
}

// grown takes in the events from an instant on.
func (p *Player) grown(from int) {
	l := &p.live
	p.story.Extend()
	p.filterAgain(false)
	for i := range p.watches {
		if w := &p.watches[i]; w.mark < 0 {
			w.mark, _ = p.story.Find(w.when, from)
		}
	}
	if from == 0 {
		p.settle(-1)
	}
	if !l.close && p.End()-p.start() > liveWindow {
		l.close = true
		p.setWindow(p.at-liveWindow*4/5, liveWindow)
	}
	p.touch()
}

// EndLive says that nothing more comes, and why, if that is worth a word. What has come stays.
func (p *Player) EndLive(why string) {
	l := &p.live
	if !l.growing {
		return
	}
	l.growing, l.follow = false, false
	if why != "" {
		p.note(Note{Kind: Warned, Why: p.source.Name + ": " + why})
	}
	if l.bad > 0 {
		p.note(Note{Kind: Warned, Why: p.source.Name + ": " + "lines that are no events are left out: " + strconv.Itoa(l.bad) + "; the first: " + l.why})
	}
	p.touch()
}

// keepUp plays what has come: at the speed that is set, and faster when more comes than that.
func (p *Player) keepUp(dt time.Duration) {
	behind := p.story.Len() - 1 - p.instant
	if behind > mostBehind {
		p.arrive(p.instant + max(1, int(float64(behind-mostBehind/2)*min(1, dt.Seconds()*4))))
	}
	if p.speed == Max {
		p.rush(dt)
	} else {
		p.flow(dt)
	}
}

// caughtUp is the end of what has come: of a run that grows no more it is the end.
func (p *Player) caughtUp() {
	if !p.live.growing {
		p.pause()
		return
	}
	if !p.live.follow {
		p.live.follow = true
		p.touch()
	}
}

// toNewest is for a run that grows: the stage goes to its end and follows. It is false for one that does not.
func (p *Player) toNewest() bool {
	if !p.live.growing {
		return false
	}
	p.settle(p.story.Len() - 1)
	p.playing, p.live.follow = true, true
	p.follow()
	p.touch()
	return true
}

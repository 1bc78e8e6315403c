package stage

import (
	"errors"
	"strconv"

	"sunscope/core/time"
)

// narrowest is the smallest piece of a run that the timeline shows across its width.
const narrowest = 2 * time.Microsecond

// Window is the piece of the run that the timeline shows.
func (p *Player) Window() (from, to time.Duration) {
	if p.view.From == 0 && p.view.To == 0 {
		return p.start(), p.End()
	}
	return p.view.From, p.view.To
}

// zoom makes the window smaller by a factor and leaves the time at where it is in it. A factor of 0, or a window that
// would hold the whole run, shows all of it.
func (p *Player) zoom(by float64, at time.Duration) error {
	if p.story.Len() == 0 {
		return errors.New("zoom: nothing is open")
	}
	from, to := p.Window()
	at = max(from, min(at, to))
	width := float64(to - from)
	whole := p.End() - p.start()
	if by == 0 || width/by >= float64(whole) {
		p.view.From, p.view.To = 0, 0
		if by == 0 {
			p.view.Top = 0
		}
		p.touch()
		return nil
	}
	narrow := max(width/by, float64(min(narrowest, whole)))
	p.setWindow(at-time.Duration(float64(at-from)*narrow/width), time.Duration(narrow))
	return nil
}

// pan moves the window by a part of its width.
func (p *Player) pan(by float64) {
	if p.zoomed() {
		p.setWindow(p.view.From+time.Duration(by*float64(p.view.To-p.view.From)), p.view.To-p.view.From)
	}
}

// A recording lasts as long as somebody let it run, and all of it at once would show its tasks as hairlines: the timeline
// begins with a window of some closeTasks tasks, within these limits, which follows the playhead.
const (
	closeTasks = 20
	closeLeast = 20 * time.Millisecond
	closeMost  = time.Second
)

// lookClose sets that first window.
func (p *Player) lookClose() {
	whole := p.End() - p.start()
	width := whole * closeTasks / time.Duration(max(1, len(p.story.Lanes())))
	width = max(closeLeast, min(width, closeMost))
	if width < whole {
		p.setWindow(p.at, width)
	}
}

func (p *Player) zoomed() bool { return p.view.From != 0 || p.view.To != 0 }

// setWindow keeps the window inside the run.
func (p *Player) setWindow(from, width time.Duration) {
	from = max(p.start(), min(from, p.End()-width))
	p.view.From, p.view.To = from, from+width
	if width >= p.End()-p.start() {
		p.view.From, p.view.To = 0, 0
	}
	p.touch()
}

// panBy is pan by the reader's hand: the window may leave the playhead.
func (p *Player) panBy(by float64) {
	p.pan(by)
	p.drift()
}

// follow brings a zoomed window to where the playhead went.
func (p *Player) follow() {
	p.line.adrift = false
	p.keepPlayhead()
}

// keepPlayhead keeps the playhead inside a zoomed window, unless the reader looks at another piece of the run.
func (p *Player) keepPlayhead() {
	if p.line.adrift = p.line.adrift && (p.at < p.view.From || p.at > p.view.To); p.line.adrift {
		return
	}
	if !p.zoomed() || p.hand.scrubbing || p.line.grip != gripNone {
		return
	}
	width := p.view.To - p.view.From
	switch {
	case p.at < p.view.From || p.at > p.view.To:
		p.setWindow(p.at-width/2, width)
	case p.playing && p.at > p.view.From+width*4/5:
		p.setWindow(p.at-width*4/5, width)
	}
}

// windowText is the timeline's window as a snapshot keeps it: from, to, and the first lane if the lanes were scrolled.
func (p *Player) windowText() string {
	text := strconv.FormatInt(int64(p.view.From), 10) + "," + strconv.FormatInt(int64(p.view.To), 10)
	if p.view.Top > 0 {
		text += "," + strconv.Itoa(int(p.view.Top))
	}
	return text
}

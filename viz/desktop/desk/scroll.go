package desk

import (
	"math"

	"sunscope/core/time"
	"sunscope/viz/prose"
)

// scrolling is how far a column is scrolled, and where it is going.
type scrolling struct {
	at, to float32
	moving bool
}

// step glides towards the goal.
func (s *scrolling) step(d *Desk, dt time.Duration) {
	if !s.moving {
		return
	}
	rest := s.to - s.at
	if d.Player.ReducedMotion() || rest*rest < 0.5 {
		s.at, s.moving = s.to, false
	} else {
		s.at += rest * float32(1-math.Exp(-dt.Seconds()*12))
	}
	d.touch()
}

// by scrolls at once.
func (s *scrolling) by(dy, most float32) bool {
	was := s.at
	s.at = max(0, min(s.at+dy, most))
	s.moving = false
	return s.at != was
}

// lessonView is what the lesson's page depends on.
func (d *Desk) lessonView() *prose.View {
	return &prose.View{
		W: d.areas.Column.W, H: d.areas.Column.H, Scroll: d.scroll.at,
		Hover: d.hover.ref, Progress: &d.progress, Revision: d.told,
	}
}

// lessonMost is how far the lesson can be scrolled.
func (d *Desk) lessonMost() float32 {
	return max(0, d.page.Height(d.lessonView())-d.areas.Column.H)
}

// reveal scrolls the lesson so that a block of it is seen, with a little of what stands above it.
func (d *Desk) reveal(id string) {
	if d.areas.Column.W == 0 {
		return
	}
	top, bottom, ok := d.page.Place(d.lessonView(), id)
	if !ok {
		return
	}
	h := d.areas.Column.H
	if top >= d.scroll.at && bottom <= d.scroll.at+h {
		return
	}
	to := top - 0.12*h
	if bottom-top > 0.8*h {
		to = top - 12
	}
	d.scroll.to = max(0, min(to, d.lessonMost()))
	d.scroll.moving = true
}

// ScrollLesson scrolls by a part of what is seen: 1 is a page, -0.1 a bit up.
func (d *Desk) ScrollLesson(part float32) {
	if d.areas.Column.W == 0 {
		if d.panBy(part * d.areas.Stage.H) {
			d.touch()
		}
		return
	}
	from := d.scroll.at
	if d.scroll.moving {
		from = d.scroll.to
	}
	d.scroll.to = max(0, min(from+part*d.areas.Column.H, d.lessonMost()))
	d.scroll.moving = d.scroll.to != d.scroll.at
}

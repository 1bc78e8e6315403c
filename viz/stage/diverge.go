package stage

import (
	"bytes"
	"errors"
	"strconv"

	"sunscope/core/scenario"
	"sunscope/core/trace"
	"sunscope/viz/scene"
)

// Divergence is where two runs part. What was done to them is left out of the comparison: only what came of it counts.
type Divergence struct {
	Same        bool // they never part
	This, Other int  // ordinals of the first events that differ; one more than the last where a run has ended
	// The two events, without thread and time, as a trace file prints them; "" where a run has ended.
	ThisText, OtherText string
}

// diverge compares two runs event by event. Forks of one run are equal up to where the first of their commands differs, and
// that part is not looked at.
func diverge(a, b *run) Divergence {
	x, y := cursor{log: a.story.Log()}, cursor{log: b.story.Log()}
	if a.source.Seed == b.source.Seed {
		x.i = commonPrefix(a.commands, b.commands, min(x.log.Len(), y.log.Len()))
		y.i = x.i
	}
	var d Divergence
	for {
		x.skip()
		y.skip()
		if x.i == x.log.Len() || y.i == y.log.Len() {
			d.Same = x.i == x.log.Len() && y.i == y.log.Len()
			break
		}
		if x.log.KindAt(x.i) != y.log.KindAt(y.i) || x.log.TimeAt(x.i) != y.log.TimeAt(y.i) || !bytes.Equal(x.line(), y.line()) {
			break
		}
		x.i++
		y.i++
	}
	d.This, d.Other = x.i, y.i
	d.ThisText, d.OtherText = x.text(), y.text()
	return d
}

// commonPrefix is how many events are equal because the same was done to both runs before them.
func commonPrefix(a, b []scenario.Command, most int) int {
	for i := range max(len(a), len(b)) {
		switch {
		case i < len(a) && i < len(b) && a[i] == b[i]:
			continue
		case i < len(a) && i < len(b):
			most = min(most, a[i].At+1, b[i].At+1)
		case i < len(a):
			most = min(most, a[i].At+1)
		default:
			most = min(most, b[i].At+1)
		}
		return max(most, 0)
	}
	return most
}

// cursor is a place in a log.
type cursor struct {
	log *trace.Log
	i   int
	e   trace.Event
	buf []byte
}

// skip passes over the events that say what was done to the run.
func (c *cursor) skip() {
	for ; c.i < c.log.Len() && c.log.KindAt(c.i) == trace.Fault; c.i++ {
		c.log.At(c.i, &c.e)
		verb := c.log.Text(trace.Str(c.e.F[0]))
		if _, _, err := scenario.ParseFault(verb + " " + c.log.Text(trace.Str(c.e.F[1]))); err != nil {
			return // LOST, DUPLICATE: what the network did
		}
	}
}

func (c *cursor) line() []byte {
	c.log.At(c.i, &c.e)
	c.buf = c.log.AppendText(c.buf[:0], &c.e)
	return c.buf
}

func (c *cursor) text() string {
	if c.i >= c.log.Len() {
		return ""
	}
	return string(eventText(c.log, c.i))
}

// Compared is the run that the present one is compared with, 0 for none, and where they part.
func (p *Player) Compared() (id int, d Divergence) {
	k := &p.runs
	if k.other == nil || k.now == nil {
		return 0, Divergence{}
	}
	if !k.known {
		k.diff, k.known = diverge(k.now, k.other), true
	}
	return k.other.id, k.diff
}

// compareWith lays another run beside the present one; nil takes it away.
func (p *Player) compareWith(r *run) {
	k := &p.runs
	if r == k.now {
		r = nil
	}
	k.other, k.known = r, false
	p.view.Beside = nil
	if r == nil || k.now == nil {
		return
	}
	_, d := p.Compared()
	b := scene.NewBeside(k.now.story, r.story)
	b.Parted, b.This, b.Other, b.Here, b.There = !d.Same, d.This, d.Other, d.ThisText, d.OtherText
	p.view.Beside = b
}

// doCompare lays a run beside the present one on the timeline: with id=off none, without an id the one that it was forked
// from, or none if one lies there.
func doCompare(p *Player, a Args) error {
	now, err := p.mayChange("compare")
	if err != nil {
		return err
	}
	id, given := a["id"]
	switch {
	case id == "off" || !given && p.runs.other != nil:
		p.compareWith(nil)
	case !given:
		r := p.neighbour(now)
		if r == nil {
			return errors.New("compare: there is one run only; a knob or a fault makes another")
		}
		p.compareWith(r)
	default:
		r, err := p.runOf("compare", id)
		if err != nil {
			return err
		}
		if r == now {
			return errors.New("compare: run " + id + " is the one that is shown")
		}
		p.compareWith(r)
	}
	p.touch()
	return nil
}

// neighbour is the run that a run was forked from, or else the newest other one.
func (p *Player) neighbour(r *run) *run {
	var found *run
	for _, o := range p.runs.all {
		if o == r {
			continue
		}
		if found = o; o.id == r.parent {
			break
		}
	}
	return found
}

// doDiverge goes to the first event that differs from the compared run.
func doDiverge(p *Player, _ Args) error {
	now, err := p.mayChange("diverge")
	if err != nil {
		return err
	}
	if p.runs.other == nil {
		r := p.neighbour(now)
		if r == nil {
			return errors.New("diverge: there is one run only; a knob or a fault makes another")
		}
		p.compareWith(r)
	}
	id, d := p.Compared()
	if d.Same {
		return errors.New("diverge: runs " + strconv.Itoa(now.id) + " and " + strconv.Itoa(id) + " have the same events")
	}
	p.touch()
	return p.seek(min(d.This, p.story.Len()-1))
}

package desk

import (
	"cmp"
	"math"
	"slices"

	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// look selects the thing on the stage that lies next in a direction from the selected one, so that everything that can be
// clicked can be come to with the keyboard. A thing that is drawn in several places is left from the one that it was come
// to at. Without a selection it begins at the upper left.
func look(dx, dy float32) func(*Desk, stage.Args) error {
	return func(d *Desk, _ stage.Args) error {
		a := d.areas.Picture
		hits := d.Player.Layout(a.W, a.H).Hits
		from := scene.Hit{X: -20, Y: -20, W: 1, H: 1}
		least := math.Inf(1)
		for i := range hits {
			h := &hits[i]
			if h.Ref != d.Player.Selected() || !isThing(h.Ref) {
				continue
			}
			far := math.Hypot(float64(h.X-d.looked.X), float64(h.Y-d.looked.Y))
			if d.looked.Ref != h.Ref {
				far = 0 // it was selected by other means: any place will do
			}
			if far < least {
				from, least = *h, far
			}
		}
		best := nextHit(hits, &from, dx, dy)
		if from.Ref == (scene.Ref{}) {
			best = nextHit(hits, &from, 1, 0)
		}
		if best != nil {
			d.looked = *best
			d.Player.Select(best.Ref)
			d.panTo(best)
		}
		return nil
	}
}

// lookOn goes through all things of the stage, line by line, round and round.
func lookOn(step int) func(*Desk, stage.Args) error {
	return func(d *Desk, _ stage.Args) error {
		a := d.areas.Picture
		var list []scene.Hit
		for _, h := range d.Player.Layout(a.W, a.H).Hits {
			if isThing(h.Ref) {
				list = append(list, h)
			}
		}
		if len(list) == 0 {
			return nil
		}
		slices.SortStableFunc(list, func(x, y scene.Hit) int { return cmp.Or(cmp.Compare(x.Y, y.Y), cmp.Compare(x.X, y.X)) })
		at := slices.Index(list, d.looked)
		if at < 0 || d.looked.Ref != d.Player.Selected() {
			at = slices.IndexFunc(list, func(h scene.Hit) bool { return h.Ref == d.Player.Selected() })
		}
		if at < 0 && step < 0 {
			at = 0
		}
		d.looked = list[(at+step+len(list))%len(list)]
		d.Player.Select(d.looked.Ref)
		d.panTo(&d.looked)
		return nil
	}
}

// isThing reports whether an area of the stage is one thing that can be selected.
func isThing(r scene.Ref) bool {
	switch r.Kind {
	case scene.RefNone, scene.RefTimeline, scene.RefEvent, scene.RefField, scene.RefMarker, scene.RefOverview, scene.RefLanes, scene.RefAxis:
		return false
	}
	return true
}

// nextHit is the nearest thing in a direction, from edge to edge; what lies aside counts as further away than what lies
// ahead.
func nextHit(hits []scene.Hit, from *scene.Hit, dx, dy float32) *scene.Hit {
	var best *scene.Hit
	least := float32(math.Inf(1))
	for i := range hits {
		h := &hits[i]
		if !isThing(h.Ref) || h.Ref == from.Ref {
			continue
		}
		right, left := h.X-from.X-from.W, from.X-h.X-h.W
		below, above := h.Y-from.Y-from.H, from.Y-h.Y-h.H
		ahead, aside := right, max(below, above, 0)
		switch {
		case dx < 0:
			ahead = left
		case dy > 0:
			ahead, aside = below, max(right, left, 0)
		case dy < 0:
			ahead, aside = above, max(right, left, 0)
		}
		if far := max(ahead, 0) + 2*aside; ahead >= -4 && far < least {
			best, least = h, far
		}
	}
	return best
}

// panTo scrolls the stage's picture so that a thing of it is seen.
func (d *Desk) panTo(h *scene.Hit) {
	a := d.areas
	top := h.Y + a.Picture.Y
	switch {
	case top < a.Stage.Y+8:
		d.panBy(top - a.Stage.Y - 24)
	case top+h.H > a.Stage.Y+a.Stage.H-8:
		d.panBy(top + h.H - a.Stage.Y - a.Stage.H + 24)
	}
}

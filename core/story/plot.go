package story

import (
	"sort"

	"sunscope/core/time"
)

// Sample is a value of a transport at a time.
type Sample struct {
	At    time.Duration
	Value int // of Cwnd and Cong: 256 for each request; of RTT: nanoseconds
}

// Plot is the history of a datagram transport: its congestion window, what requests hold of it, and round trips.
type Plot struct {
	Xprt XprtID
	Cwnd []Sample
	Cong []Sample
	RTT  []Sample
}

// Plot is the history of a transport; nil if it does no congestion control.
func (s *Story) Plot(id XprtID) *Plot {
	for i := range s.rec.plots {
		if s.rec.plots[i].Xprt == id {
			return &s.rec.plots[i]
		}
	}
	return nil
}

// HasPlots says whether any transport has one, as far as the log was folded.
func (s *Story) HasPlots() bool { return len(s.rec.plots) > 0 }

// Before is the index of the last sample at or before t; -1 if there is none.
func Before(list []Sample, t time.Duration) int {
	return sort.Search(len(list), func(i int) bool { return list[i].At > t }) - 1
}

func (r *recorder) plot(id XprtID) *Plot {
	for i := range r.plots {
		if r.plots[i].Xprt == id {
			return &r.plots[i]
		}
	}
	r.plots = append(r.plots, Plot{Xprt: id})
	return &r.plots[len(r.plots)-1]
}

// windowed notes the congestion window of x, where it has changed.
func (r *recorder) windowed(x *Xprt, now time.Duration) {
	p := r.plot(x.ID)
	note(&p.Cwnd, now, x.Cwnd.Value)
	note(&p.Cong, now, x.Cong.Value)
}

func note(list *[]Sample, now time.Duration, v int) {
	if n := len(*list); n == 0 || (*list)[n-1].Value != v {
		*list = append(*list, Sample{now, v})
	}
}

// tripped notes a round trip.
func (r *recorder) tripped(x *Xprt, now, rtt time.Duration) {
	p := r.plot(x.ID)
	p.RTT = append(p.RTT, Sample{now, int(rtt)})
}

package scene

import (
	"cmp"
	"slices"

	"sunscope/core/story"
	"sunscope/core/time"
)

// Parts is a set of parts of the stage; a lesson may show only what it talks about. The zero value stands for all.
type Parts uint16

// The parts.
const (
	PartMap Parts = 1 << iota
	PartSlots
	PartQueues // benches, write lock, state bits
	PartWork   // work queues
	PartWire
	PartDemux
	PartServer
	PartCounters
	PartTimeline
	PartCallbacks       // the client's callback list and service
	PartSessions        // NFSv4 sessions; shown with the others where NFSv4 is spoken
	AllParts      Parts = 1<<iota - 1
)

// View is everything that a picture depends on besides the story: size, language, theme-independent choices, and the
// moment between two events that is shown. Layout reads nothing else, so equal views of equal states are equal pictures.
type View struct {
	W, H     float32 // CSS pixels
	Lang     string  // "en" or "zh"; kernel names stay as they are
	Now      time.Duration
	Reduced  bool // prefers-reduced-motion: nothing travels, things are where they belong
	Selected Ref
	Hover    Ref
	From, To time.Duration // window of the timeline; 0, 0: the whole story
	Until    time.Duration // the timeline keeps to itself what happens after this: a lesson asks about it; 0: it tells all
	Top      int32         // TaskID of the timeline's first lane; 0: its lanes follow the instant
	Parts    Parts
	has      Parts        // of PartSessions: the story has any
	Room     story.HostID // whose room the client's is; 0: that of all machines together
	Glide    Glide
	Only     *TaskSet // the tasks that lanes, pills and seats show; nil: all of them
	Found    []int32  // ordinals of the events that were searched for, ascending: the timeline marks them
	FoundAt  int32    // that of them at which the reader stands, if it is among them
	Beside   *Beside  // another run, to be compared with; nil: none
	Making   int      // percent of a fork that is being simulated; 0: none is
}

// Glide lets pills travel from where they were shown to where they now belong. The stage calls Start with the List
// on screen whenever the instant changes, then Step with the wall time that passed; a View whose Glide is zero shows
// everything at rest.
type Glide struct {
	Was    []Place
	Left   time.Duration // wall time until everything is at rest
	Travel time.Duration
}

// GlideTime is how long a pill travels, on the wall clock.
const GlideTime = 220 * time.Millisecond

// Start begins a glide from the places of l.
func (g *Glide) Start(l *List, travel time.Duration) {
	g.Was = append(g.Was[:0], l.Places...)
	slices.SortStableFunc(g.Was, comparePlaces)
	g.Left, g.Travel = travel, travel
}

func comparePlaces(a, b Place) int {
	return cmp.Or(cmp.Compare(a.Part, b.Part), cmp.Compare(a.Ref.Kind, b.Ref.Kind), cmp.Compare(a.Ref.Num, b.Ref.Num))
}

// find is where the thing was when the glide began.
func (g *Glide) find(r Ref, part uint8) (Place, bool) {
	i, ok := slices.BinarySearchFunc(g.Was, Place{Ref: r, Part: part}, comparePlaces)
	if !ok {
		return Place{}, false
	}
	return g.Was[i], true
}

// Step lets d of wall time pass and reports whether something still moves.
func (g *Glide) Step(d time.Duration) bool {
	g.Left = max(0, g.Left-d)
	return g.Left > 0
}

// done is how far the glide has come, eased: 0 at its start, 1 at rest.
func (g *Glide) done() float32 {
	if g.Left <= 0 || g.Travel <= 0 {
		return 1
	}
	x := float32(g.Left) / float32(g.Travel)
	return 1 - x*x*x
}

package stage

import (
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/viz/scene"
)

// SourceKind says what is being played.
type SourceKind uint8

// Nothing is played before a run was opened; then a Simulation or a Recording.
const (
	Nothing SourceKind = iota
	Simulation
	Recording
)

// String is the word that the bridge and snapshots use.
func (k SourceKind) String() string {
	switch k {
	case Simulation:
		return "simulation"
	case Recording:
		return "recording"
	}
	return ""
}

// Saved says whether the file that is open was not recorded in a kernel, but is a run of ours that somebody saved.
func (p *Player) Saved() bool { return p.source.Kind == Recording && !p.story.Recording() }

// Source is what is being played: a scenario with its seed and what was done to it, or a recording under the name of its
// file.
type Source struct {
	Kind     SourceKind
	Name     string
	Seed     uint64 // of a Simulation
	Hash     string // of a Recording: see hashOf; "" if it is live
	Commands string // of a Simulation, as scenario.CommandsText writes them; "": nothing was done
}

// Player holds one run and everything about how it is looked at. It has no goroutine, reads no clock and draws
// nothing. Make one with NewPlayer.
type Player struct {
	source Source
	story  *story.Story

	instant  int           // -1 is before everything
	furthest int           // the greatest instant visited
	at       time.Duration // display time: from the instant's event on, and before the next one's
	rest     float64       // what Advance has left over: nanoseconds, or at Max a part of an event
	playing  bool
	speed    Speed
	ownSpeed bool // the reader chose the speed; opening a run leaves it alone

	view  scene.View // size, language, selection, hover, motion, parts, the timeline's window (0, 0: all)
	theme string
	help  bool

	watches   []watch
	questions []*question
	notes     []Note

	table   []Command // what Do knows: commands, through the player so that a command may do others
	palette palette
	menu    menu
	search  search
	stops   stops
	runs    runs    // simulations that are kept
	making  *making // the one that is being made; nil: none is
	filter  filter
	waiting *linked // a link that waits for its recording; nil: none does
	history history

	following story.TaskID // the task that the stage keeps to; 0: none
	unfocused scene.Parts  // what was shown before one part was shown alone

	hand hand // pointers that are down
	line lineHand
	live live

	life  lifeShown  // of what is selected
	field fieldShown // likewise
	proc  procShown

	revision uint64 // grows with every change that could be seen
	state    *story.State
	stateAt  int         // instant of state
	list     *scene.List // the picture that was laid out last
	listed   uint64      // at which revision
	words    scene.List  // the picture that was put into words last
}

// NewPlayer is a player without a run, in the light theme and in English.
func NewPlayer() *Player {
	p := &Player{theme: "light", view: scene.View{Lang: "en"}, table: commands}
	p.show(&trace.Log{}, Source{})
	return p
}

// Show plays a run from its beginning in place of the present one. How it is looked at stays: theme, language,
// motion, watches and questions; the selection and the timeline's window do not, for they speak of the old run.
func (p *Player) Show(log *trace.Log, from Source) { p.show(log, from) }

func (p *Player) show(log *trace.Log, from Source) {
	p.runs = runs{made: p.runs.made}
	p.showStory(story.New(log), from)
}

func (p *Player) showStory(s *story.Story, from Source) {
	p.source, p.story = from, s
	p.runs.now, p.making, p.view.Beside, p.view.Making = nil, nil, nil, 0
	p.state, p.list = nil, nil
	p.instant, p.furthest, p.playing = -1, -1, false
	v := &p.view
	v.Selected, v.Hover, v.From, v.To, v.Glide = scene.Ref{}, scene.Ref{}, 0, 0, scene.Glide{}
	p.hand, p.live, p.line, p.menu = hand{}, live{}, lineHand{}, menu{}
	v.Top, v.Room = 0, 0
	p.following = 0
	p.searchAgain()
	p.filterAgain(true)
	p.stops.hunt, p.stops.runs = nil, running{}
	if !p.ownSpeed {
		p.speed = goodSpeed(p.End() - p.start())
	}
	for i := range p.watches {
		p.watches[i].look(p.story)
	}
	for _, q := range p.questions {
		q.reset(p.story)
	}
	p.settle(-1)
}

// Source is what is being played.
func (p *Player) Source() Source { return p.source }

// Story is the run that is being played; never nil.
func (p *Player) Story() *story.Story { return p.story }

// State is what is visible at the present instant. It is valid until the instant changes.
func (p *Player) State() *story.State {
	if p.state == nil || p.stateAt != p.instant {
		p.state, p.stateAt = p.story.At(p.instant), p.instant
	}
	return p.state
}

// Instant is the ordinal of the last event that happened; -1 before the first.
func (p *Player) Instant() int { return p.instant }

// Furthest is the greatest instant that was visited in this run.
func (p *Player) Furthest() int { return p.furthest }

// Time is the display time, on the run's own clock.
func (p *Player) Time() time.Duration { return p.at }

// Start is the time of the first event.
func (p *Player) Start() time.Duration { return p.start() }

// End is the time of the last event.
func (p *Player) End() time.Duration {
	if n := p.story.Len(); n > 0 {
		return p.log().TimeAt(n - 1)
	}
	return 0
}

// Playing reports whether time passes.
func (p *Player) Playing() bool { return p.playing }

// Speed is the present speed.
func (p *Player) Speed() Speed { return p.speed }

// Selected is what the inspector shows; the zero Ref is nothing.
func (p *Player) Selected() scene.Ref { return p.view.Selected }

// Lang is "en" or "zh".
func (p *Player) Lang() string { return p.view.Lang }

// ThemeName is "light", "dark" or "projector".
func (p *Player) ThemeName() string { return p.theme }

// Theme is what the colours look like.
func (p *Player) Theme() scene.Theme { return themes[p.theme] }

// ReducedMotion reports whether things jump rather than glide.
func (p *Player) ReducedMotion() bool { return p.view.Reduced }

// Help reports whether the list of keys is to be shown.
func (p *Player) Help() bool { return p.help }

// Revision grows whenever something changed that could be seen or said; while it stays, nothing need be drawn.
func (p *Player) Revision() uint64 { return p.revision }

func (p *Player) touch() { p.revision++ }

func (p *Player) log() *trace.Log { return p.story.Log() }

func (p *Player) start() time.Duration {
	if p.story.Len() > 0 {
		return p.log().TimeAt(0)
	}
	return 0
}

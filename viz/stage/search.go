package stage

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/viz/scene"
)

// search is what is being searched for. Its hits are found once, a piece of the run in each frame, so that a long run
// stays fluid; going to one waits until so much was looked at.
type search struct {
	text string // "" nothing is searched for
	hunt *hunt
	hits []int32 // ordinals, ascending, of the events before seen
	seen int     // so many events were looked at
	want int     // the reader waits for the next hit (1) or the one before (-1) from here
	here int
}

// Found says how a search stands.
type Found struct {
	Text  string
	Count int // of hits so far
	Index int // of the hit at which the stage stands, from 0; -1: between them
	Seen  int // so many events were looked at; all of them in the end
}

// Found is the search; its Text is empty if there is none.
func (p *Player) Found() Found {
	s := &p.search
	f := Found{Text: s.text, Count: len(s.hits), Index: -1, Seen: s.seen}
	if i, ok := slices.BinarySearch(s.hits, int32(p.instant)); ok {
		f.Index = i
	}
	return f
}

// Find searches for what a condition means and goes to the first hit from the present instant on.
func (p *Player) Find(text string) error {
	c, err := ParseCondition(text)
	if err != nil {
		return errors.New("find: " + err.Error())
	}
	p.search = search{text: c.text, hunt: newHunt(p.story, c), want: 1, here: p.instant - 1}
	p.search.hunt.start(-1)
	p.touch()
	p.searchOn()
	return p.foundNothing()
}

// findNext goes to the next hit, or with dir < 0 to the one before; round the end if there is none.
func (p *Player) findNext(dir int) error {
	s := &p.search
	if s.text == "" {
		return p.ask("find")
	}
	s.want, s.here = dir, p.instant
	p.searchGo()
	return p.foundNothing()
}

// foundNothing is the error of a search that is over without a hit.
func (p *Player) foundNothing() error {
	s := &p.search
	if s.seen < p.story.Len() || len(s.hits) > 0 {
		return nil
	}
	return errors.New("find: no event of this run matches " + strconv.Quote(clip(s.text)))
}

// clearSearch forgets the search.
func (p *Player) clearSearch() {
	if p.search.text != "" {
		p.search = search{}
		p.touch()
	}
}

// searchAgain begins the search anew, in another run, and goes nowhere.
func (p *Player) searchAgain() {
	if s := &p.search; s.text != "" {
		c, _ := ParseCondition(s.text) // it was read once already
		*s = search{text: s.text, hunt: newHunt(p.story, c)}
		s.hunt.start(-1)
		p.searchOn()
	}
}

// searchOn looks at the next piece of the run.
func (p *Player) searchOn() {
	s := &p.search
	if s.text == "" || s.seen >= p.story.Len() {
		return
	}
	for end := min(s.seen+s.hunt.budget(), p.story.Len()); s.seen < end; s.seen++ {
		if s.hunt.step() >= 0 {
			s.hits = append(s.hits, int32(s.seen))
		}
	}
	p.touch()
	p.searchGo()
	if s.seen == p.story.Len() && len(s.hits) == 0 && s.want != 0 {
		s.want = 0
		if s.seen > s.hunt.budget() { // the command that began it has returned long since
			p.note(Note{Kind: Warned, Why: p.foundNothing().Error()})
		}
	}
}

// searchGo goes to the hit that the reader waits for, if it is found already.
func (p *Player) searchGo() {
	s := &p.search
	if s.want == 0 {
		return
	}
	i, at := slices.BinarySearch(s.hits, int32(s.here))
	over := s.seen >= p.story.Len()
	switch {
	case s.want > 0 && at:
		i++
	case s.want < 0:
		i--
	}
	switch {
	case i >= len(s.hits) && !over:
		return // it may still come
	case i < 0 && !over:
		return // round the end: the last one is not known yet
	case len(s.hits) == 0:
		return
	case i >= len(s.hits):
		i = 0
	case i < 0:
		i = len(s.hits) - 1
	}
	s.want = 0
	p.showEvent(int(s.hits[i]))
}

// showEvent goes to an event and selects the task that it is about, unless one is followed.
func (p *Player) showEvent(i int) {
	p.pause()
	_ = p.seek(i)
	if id := p.story.TaskAt(i); id != 0 {
		p.Select(scene.Ref{Kind: scene.RefTask, Num: int64(id)})
	}
}

// showFound puts the search into the view, for the timeline to mark.
func (p *Player) showFound() {
	v := &p.view
	v.Found, v.FoundAt = p.search.hits, -1
	if f := p.Found(); f.Index >= 0 {
		v.FoundAt = p.search.hits[f.Index]
	}
}

// nothingFound is the message before anything was searched for.
func (p *Player) nothingFound() Message { return Message{"found", []Field{{"text", ""}}} }

func (p *Player) foundMessage() Message {
	f := p.Found()
	if f.Text == "" {
		return p.nothingFound()
	}
	return Message{"found", []Field{{"text", f.Text}, {"count", f.Count}, {"index", f.Index}, {"seen", f.Seen}, {"of", p.story.Len()}}}
}

func doFind(p *Player, a Args) error {
	if strings.TrimSpace(a["text"]) == "" {
		return p.ask("find")
	}
	return p.Find(a["text"])
}

// wireStep goes to the next or the previous event at which something goes on the wire or comes off it.
func (p *Player) wireStep(dir int) error {
	p.pause()
	for i := p.instant + dir; i >= 0 && i < p.story.Len(); i += dir {
		if isWire(p.story, i) {
			return p.walk(i)
		}
	}
	return nil
}

// isWire reports whether an event is of the wire: a packet of the loopback network sets out or comes in; in a kernel's
// recording the transport has sent a request, has read a reply or has seen its connection change.
func isWire(s *story.Story, i int) bool {
	switch s.Log().KindAt(i) {
	case trace.WireSend, trace.WireRecv:
		return true
	case trace.XprtTransmit, trace.XsStreamReadRequest, trace.XprtLookupRqst, trace.SvcSend, trace.SvcXDRRecvfrom,
		trace.RPCSocketConnect, trace.RPCSocketStateChange, trace.RPCSocketClose, trace.RPCSocketShutdown, trace.RPCSocketError,
		trace.XprtDisconnectDone:
		return s.Recording()
	}
	return false
}

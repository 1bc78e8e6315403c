package stage

import (
	"errors"
	"strconv"
	"strings"
)

// Breakpoint is a condition at which playing and running stop, forwards and backwards.
type Breakpoint struct {
	ID   int // from 1; never used again in this player
	When string
}

// stops are the breakpoints, and what the stage is running to.
type stops struct {
	list []Breakpoint
	on   []*Condition // of list
	made int
	hunt *hunt // for the breakpoints; nil: to be made for this story
	runs running
}

// running is a run to a condition, which takes as many frames as the run is long.
type running struct {
	hunt *hunt // the condition, then the breakpoints; nil: nothing runs
	text string
	dir  int
	at   int // where it has come to, while the stage still shows where it began
}

// Breakpoints lists the conditions at which playing stops.
func (p *Player) Breakpoints() []Breakpoint { return p.stops.list }

// RunningTo is the condition that the stage is running to just now, and in which direction; "" if it does not.
func (p *Player) RunningTo() (when string, dir int) { return p.stops.runs.text, p.stops.runs.dir }

func (p *Player) addBreak(text string) error {
	c, err := ParseCondition(text)
	if err != nil {
		return errors.New("break-add: " + err.Error())
	}
	s := &p.stops
	for _, b := range s.list {
		if b.When == c.text {
			return nil
		}
	}
	s.made++
	// New lists each time: what is kept of the ones before, to be undone, stays as it was.
	s.list = append(s.list[:len(s.list):len(s.list)], Breakpoint{s.made, c.text})
	s.on = append(s.on[:len(s.on):len(s.on)], c)
	s.hunt = nil
	p.touch()
	return nil
}

func (p *Player) dropBreak(text string) error {
	s := &p.stops
	if text == "" {
		s.list, s.on, s.hunt = nil, nil, nil
		p.touch()
		return nil
	}
	var list []Breakpoint
	var on []*Condition
	for i, b := range s.list {
		if strconv.Itoa(b.ID) != text {
			list, on = append(list, b), append(on, s.on[i])
		}
	}
	if len(list) == len(s.list) {
		return expected("break-drop", "id", text, "the number of a breakpoint")
	}
	s.list, s.on, s.hunt = list, on, nil
	p.touch()
	return nil
}

// setBreaks puts back breakpoints that were there before.
func (p *Player) setBreaks(list []Breakpoint) {
	s := &p.stops
	s.list, s.on, s.hunt = list, nil, nil
	for _, b := range list {
		c, _ := ParseCondition(b.When) // it was read once already
		s.on = append(s.on, c)
	}
}

// breakBetween is the first event after from, up to and with to, at which playing stops; -1 without. which is the place
// of the breakpoint in the list.
func (p *Player) breakBetween(from, to int) (instant, which int) {
	s := &p.stops
	if len(s.on) == 0 {
		return -1, -1
	}
	if s.hunt == nil {
		s.hunt = newHunt(p.story, s.on...)
		s.hunt.start(from)
	}
	return s.hunt.first(from, to)
}

// stopped tells why playing has stopped.
func (p *Player) stopped(which int) {
	b := p.stops.list[which]
	p.note(Note{Kind: Stopped, ID: strconv.Itoa(b.ID), Why: b.When, Instant: p.instant})
}

// runTo begins to run to where a condition is next (dir 1) or was last (-1) hit. Breakpoints stop it on the way, and
// forwards an open question.
func (p *Player) runTo(text string, dir int) error {
	name := map[int]string{1: "run-to", -1: "run-back"}[dir]
	c, err := ParseCondition(text)
	if err != nil {
		return errors.New(name + ": " + err.Error())
	}
	p.pause()
	if dir > 0 && p.askAgain() {
		return nil
	}
	r := &p.stops.runs
	*r = running{hunt: newHunt(p.story, append([]*Condition{c}, p.stops.on...)...), text: c.text, dir: dir, at: p.instant}
	if dir < 0 {
		r.at--
	}
	r.hunt.start(p.instant)
	p.touch()
	if !p.runOn() {
		return errors.New(name + ": " + r.none(p, text))
	}
	return nil
}

// none ends a run in vain, and says so.
func (r *running) none(p *Player, text string) string {
	dir := r.dir
	p.stops.runs = running{}
	if dir < 0 {
		return "before this instant nothing matches " + strconv.Quote(clip(text))
	}
	return "after this instant nothing matches " + strconv.Quote(clip(text))
}

// runOn runs for a frame. It is false if it has come to the end of the story in vain.
func (p *Player) runOn() bool {
	r := &p.stops.runs
	if r.hunt == nil {
		return true
	}
	p.touch()
	if r.dir < 0 {
		return p.runBackOn(r)
	}
	end := min(r.at+r.hunt.budget(), p.story.Len()-1)
	q := p.openBetween(p.instant, end)
	if q != nil {
		end = q.moment.Ask
	}
	i, which := r.hunt.first(r.at, end)
	switch {
	case i >= 0:
		p.arrived(i, which)
	case q != nil:
		p.settle(end)
		p.follow()
	case end == p.story.Len()-1 && !p.live.growing:
		return false
	default:
		r.at = end
	}
	return true
}

func (p *Player) runBackOn(r *running) bool {
	begin := max(-1, r.at-r.hunt.budget())
	i, which := r.hunt.final(begin, r.at)
	switch {
	case i >= 0:
		p.arrived(i, which)
	case begin < 0:
		return false
	default:
		r.at = begin
	}
	return true
}

// arrived ends a run at a hit: of the condition (0), or of a breakpoint.
func (p *Player) arrived(i, which int) {
	p.settle(i)
	p.follow()
	if which > 0 {
		p.stopped(which - 1)
	}
}

// doRunTo runs to a condition; without one the palette asks for it.
func doRunTo(id string, dir int) func(p *Player, a Args) error {
	return func(p *Player, a Args) error {
		if strings.TrimSpace(a["when"]) == "" {
			return p.ask(id)
		}
		return p.runTo(a["when"], dir)
	}
}

func doBreakAdd(p *Player, a Args) error {
	if strings.TrimSpace(a["when"]) == "" {
		return p.ask("break-add")
	}
	return p.addBreak(a["when"])
}

// ask opens the palette for what a command needs words for.
func (p *Player) ask(id string) error {
	p.palette = palette{open: true, query: id + " "}
	p.touch()
	return nil
}

// wordsOf are the arguments that are conditions or texts, by command: the palette takes what was typed for them.
var wordsOf = map[string]string{"find": "text", "run-to": "when", "run-back": "when", "break-add": "when", "filter": "text", "seek": "event", "open-link": "value"}

// examples are what the palette shows for a command whose words are still to be typed.
var examples = map[string][]string{
	"find":      {"status<0", "queue:xprt_backlog", "state:call_bind", "task:9", "xid:0x113a0c5f", "proc:WRITE rpc_task_begin", "took>=1s rpc_task_begin", "rpc_task_timeout"},
	"run-to":    {"status<0", "queue:xprt_backlog>=3", "state:call_bind", "rpc_retrans>=1", "cwnd<512", "slots>=2", "xprt_disconnect_done", "tasks=0"},
	"run-back":  {"status<0", "queue:xprt_backlog>=3", "state:call_bind", "rpc_retrans>=1", "xprt_disconnect_done", "tasks=0"},
	"break-add": {"status<0", "queue:xprt_backlog>=3", "state:call_bind", "proc:WRITE rpc_task_begin", "took>=1s rpc_task_begin", "rpc_retrans>=1", "cwnd<512", "xprt_disconnect_done"},
	"filter":    {"proc:READ", "prog:nfs", "client:4", "xprt:1", "task:9", "took>=100ms", "!null"},
}

// wordsFor are the lines for a query that is a command's name and a space: its choices, or examples of its words.
func (p *Player) wordsFor(query string) []Entry {
	id, rest, named := strings.Cut(query, " ")
	c := p.command(id)
	if c == nil || !named || rest != "" {
		return nil
	}
	var list []Entry
	for _, text := range examples[id] {
		list = append(list, p.entry(id, Args{wordsOf[id]: text}, id+" "+text, id+" "+text))
	}
	return append(list, p.choices(c)...)
}

// withWords are the lines for a query that names a command and goes on: "find task:9", or for a query that is a
// condition itself.
func (p *Player) withWords(query string) []Entry {
	var list []Entry
	id, rest, named := strings.Cut(query, " ")
	if arg, ok := wordsOf[id]; ok && named && strings.TrimSpace(rest) != "" {
		rest = strings.TrimSpace(rest)
		return append(list, p.entry(id, Args{arg: rest}, id+" "+rest, id+" "+rest))
	}
	if _, err := ParseCondition(query); err != nil || len(query) < 2 {
		return nil
	}
	return append(list,
		p.entry("find", Args{"text": query}, "find "+query, "查找 "+query),
		p.entry("run-to", Args{"when": query}, "run to "+query, "运行到 "+query),
		p.entry("run-back", Args{"when": query}, "run back to "+query, "向后运行到 "+query),
		p.entry("break-add", Args{"when": query}, "always stop at "+query, "总在此停下："+query))
}

// stopsMessages are the breakpoints as the page gets them.
func (p *Player) stopsMessages() []Message {
	var list []Message
	for _, b := range p.stops.list {
		list = append(list, Message{Fields: []Field{{"id", b.ID}, {"when", b.When}}})
	}
	return list
}

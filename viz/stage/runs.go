package stage

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/scenario"
	"sunscope/core/story"
	"sunscope/core/world"
)

// What is kept of runs: so many, and of them so many events together. The oldest go first.
const (
	mostRuns   = 8
	mostEvents = 2_000_000
)

// runs are the runs of one scenario that were made so far: the scenario as it is, with other seeds, and forks. The one that
// is played is one of them, unless it is a recording.
type runs struct {
	all   []*run
	made  int
	now   *run // nil: what is played is no simulation
	other *run // that it is compared with; nil: none
	diff  Divergence
	known bool // diff is that of now and other
}

// run is a simulation with what was done to it.
type run struct {
	id, parent int // parent 0: nothing was forked
	source     Source
	commands   []scenario.Command
	scenario   *scenario.Scenario // as it is, without the commands
	story      *story.Story
	why        string // it did not come to its end, for this reason
	instant    int    // where the reader was last
}

// Run is what a list of runs shows of one.
type Run struct {
	ID, Parent int
	Seed       uint64
	Commands   []scenario.Command
	Title      string // in the player's language
	Events     int
	Ended      string // why the run did not come to its end; "" if it did
	Current    bool
	Compared   bool
}

// Runs are the runs that are kept, in the order in which they were made.
func (p *Player) Runs() []Run {
	list := make([]Run, len(p.runs.all))
	for i, r := range p.runs.all {
		list[i] = Run{
			ID: r.id, Parent: r.parent, Seed: r.source.Seed, Commands: r.commands, Title: p.titleOf(r), Events: r.story.Len(),
			Ended: r.why, Current: r == p.runs.now, Compared: r == p.runs.other,
		}
	}
	return list
}

// RunID is the id of the run that is played; 0 if it is none that can be forked.
func (p *Player) RunID() int {
	if p.runs.now == nil {
		return 0
	}
	return p.runs.now.id
}

// titleOf names a run by what was done to it last.
func (p *Player) titleOf(r *run) string {
	seed := "seed "
	if p.view.Lang == "zh" {
		seed = "种子 "
	}
	seed += strconv.FormatUint(r.source.Seed, 10)
	if len(r.commands) == 0 {
		return seed
	}
	c := r.commands[len(r.commands)-1]
	text := strings.TrimPrefix(c.Do, "set ")
	if c.At >= 0 {
		text += " @" + strconv.Itoa(c.At)
	}
	if n := len(r.commands) - 1; n > 0 {
		text += " (+" + strconv.Itoa(n) + ")"
	}
	return text + ", " + seed
}

// scenarioOf is a built-in scenario.
func scenarioOf(name string) (*scenario.Scenario, error) {
	text, err := builtin.ReadFile("scenarios/" + name + ".txt")
	if err != nil {
		return nil, errors.New("there is no scenario " + strconv.Quote(clip(name)) + "; there are: " + strings.Join(Scenarios(), ", "))
	}
	sc, err := scenario.Decode(string(text))
	if err != nil {
		return nil, errors.New("scenario " + name + ": " + err.Error())
	}
	return sc, nil
}

// OpenRun simulates a built-in scenario with a seed and commands, as from says, and shows it from its beginning. One that is
// kept is not simulated again. On an error the present run stays.
func (p *Player) OpenRun(from Source) error {
	r, err := p.make(from, nil)
	if err != nil {
		return err
	}
	p.showRun(r)
	return nil
}

// find is the run of a source if it is kept; nil without.
func (k *runs) find(from Source) *run {
	for _, r := range k.all {
		if r.source == from {
			return r
		}
	}
	return nil
}

// prepare reads what a source says: a run that is still to be simulated, and the scenario with what is done to it.
func prepare(from Source) (*run, *scenario.Scenario, error) {
	commands, err := scenario.ParseCommands(from.Commands)
	if err != nil {
		return nil, nil, err
	}
	own, err := scenarioOf(from.Name)
	sc := own
	if err == nil && len(commands) > 0 {
		sc, err = own.With(commands)
	}
	return &run{source: from, commands: commands, scenario: own, instant: -1}, sc, err
}

// make finds a run among those that are kept, or simulates it.
func (p *Player) make(from Source, parent *run) (*run, error) {
	if r := p.runs.find(from); r != nil {
		return r, nil
	}
	r, sc, err := prepare(from)
	if err != nil {
		return nil, err
	}
	log, err := world.Run(sc, from.Seed)
	if err != nil && (log == nil || log.Len() == 0 || len(r.commands) == 0) {
		return nil, errors.New("scenario " + from.Name + ", seed " + strconv.FormatUint(from.Seed, 10) + ": " + err.Error())
	}
	r.story = story.New(log)
	if err != nil {
		r.why = err.Error()
	}
	p.keep(r, parent)
	return r, nil
}

// keep adds a run to those that are kept. Runs of another scenario go, and the oldest if there are too many.
func (p *Player) keep(r, parent *run) {
	k := &p.runs
	if len(k.all) > 0 && k.all[0].source.Name != r.source.Name {
		*k = runs{made: k.made}
		p.view.Beside = nil
	}
	k.made++
	r.id = k.made
	if parent != nil {
		r.parent = parent.id
	}
	k.all = append(k.all, r)
	for k.tooMany() {
		i := slices.IndexFunc(k.all, func(o *run) bool { return o != k.now && o != k.other && o != r && o != parent })
		if i < 0 {
			return
		}
		p.note(Note{Kind: Warned, Why: "run " + strconv.Itoa(k.all[i].id) + " (" + p.titleOf(k.all[i]) + ") is not kept any longer: " +
			strconv.Itoa(mostRuns) + " runs are, and " + strconv.Itoa(mostEvents) + " events of them together"})
		k.all = slices.Delete(k.all, i, i+1)
	}
}

func (k *runs) tooMany() bool {
	events := 0
	for _, r := range k.all {
		events += r.story.Len()
	}
	return len(k.all) > mostRuns || events > mostEvents && len(k.all) > 2
}

// showRun shows a run from its beginning.
func (p *Player) showRun(r *run) {
	p.showStory(r.story, r.source)
	p.runs.now = r
	p.compareWith(p.runs.other)
	p.sayWhy(r)
}

// sayWhy tells once why a run ends before its workload does.
func (p *Player) sayWhy(r *run) {
	if r.why != "" {
		p.note(Note{Kind: Warned, Why: "this run is shown as far as it goes: " + r.why})
	}
}

// switchTo shows a run at an instant, looked at as the present one is: only what is shown changes, not how.
func (p *Player) switchTo(r *run, instant int) {
	was, at, playing, until := p.view, p.at, p.playing, p.End()
	answers := map[string]question{}
	for _, q := range p.questions {
		answers[q.ID] = *q
	}
	if p.runs.now != nil {
		p.runs.now.instant = p.instant
	}
	same := instant == p.instant
	p.showStory(r.story, r.source)
	p.runs.now = r
	v := &p.view
	v.Selected, v.From, v.To = was.Selected, was.From, was.To
	if v.From == 0 && v.To == 0 && p.End() > until+until/2 {
		v.From, v.To = p.start(), until // the fork goes on for long: the piece that was seen stays
	}
	for _, q := range p.questions {
		if a := answers[q.ID]; q.fits {
			q.choice, q.skipped, q.seen = a.choice, a.skipped, a.seen
		}
	}
	p.furthest = min(instant, p.story.Len()-1)
	p.settle(p.furthest)
	if same {
		p.at = max(p.at, min(at, p.gapEnds()))
	}
	p.view.Glide = was.Glide
	p.playing = playing && p.instant < p.story.Len()-1
	if p.runs.other == r {
		p.runs.other = nil
	}
	p.compareWith(p.runs.other)
	p.follow()
	p.sayWhy(r)
	p.touch()
}

// errRecording is for commands that change what a run does.
func (p *Player) mayChange(cmd string) (*run, error) {
	switch {
	case p.runs.now != nil:
		return p.runs.now, nil
	case p.source.Kind == Recording:
		return nil, errors.New(cmd + ": a recording is what a real kernel has done, and nothing in it can be changed; open a scenario")
	}
	return nil, errors.New(cmd + ": nothing is open that could be changed; open a scenario")
}

func (p *Player) runOf(cmd, id string) (*run, error) {
	n, err := strconv.Atoi(id)
	for _, r := range p.runs.all {
		if err == nil && r.id == n {
			return r, nil
		}
	}
	return nil, expected(cmd, "id", id, "the number of a run that is kept")
}

// doRun switches to another run: to the same instant if the two are equal up to there, else to where the reader was in it
// last, or as far as they are equal.
func doRun(p *Player, a Args) error {
	r, err := p.runOf("run", a["id"])
	if err != nil || r == p.runs.now {
		return err
	}
	p.switchTo(r, p.matching(r))
	return nil
}

// matching is the instant of another run that the present one's answers to.
func (p *Player) matching(r *run) int {
	if p.runs.now == nil {
		return max(r.instant, -1)
	}
	d := diverge(p.runs.now, r)
	if d.Same || p.instant < d.This {
		return min(p.instant, r.story.Len()-1)
	}
	return r.story.OrdinalAt(p.at)
}

func doRunDrop(p *Player, a Args) error {
	r, err := p.runOf("run-drop", a["id"])
	if err != nil {
		return err
	}
	if r == p.runs.now {
		return errors.New("run-drop: run " + a["id"] + " is the one that is shown; switch to another first")
	}
	p.runs.all = slices.DeleteFunc(p.runs.all, func(o *run) bool { return o == r })
	if p.runs.other == r {
		p.compareWith(nil)
	}
	p.touch()
	return nil
}

// fork makes a run of the present one's scenario and seed with commands, and switches to an instant of it.
func (p *Player) fork(cmd string, commands []scenario.Command, instant func(*run) int) error {
	now := p.runs.now
	from := now.source
	from.Commands = scenario.CommandsText(commands)
	p.making, p.view.Making = nil, 0
	if now.story.Len() > heavy && p.runs.find(from) == nil {
		if err := p.begin(from, now, instant); err != nil {
			return errors.New(cmd + ": " + err.Error())
		}
		return nil
	}
	r, err := p.make(from, now)
	if err != nil {
		return errors.New(cmd + ": " + err.Error())
	}
	if r != now {
		p.arriveIn(r, instant)
	}
	return nil
}

// before are the commands of the present run that have taken effect at an instant.
func (r *run) before(at int) []scenario.Command {
	var list []scenario.Command
	for _, c := range r.commands {
		if c.At <= at {
			list = append(list, c)
		}
	}
	return list
}

// instantOf is the argument at, or the present instant. A command comes after an event, so the first is the earliest.
func (p *Player) instantOf(cmd string, a Args) (int, error) {
	text, ok := a["at"]
	if !ok {
		return max(p.instant, 0), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n >= p.story.Len() {
		return 0, expected(cmd, "at", text, "an ordinal from 0 to "+strconv.Itoa(p.story.Len()-1))
	}
	return n, nil
}

// doFault lets something go wrong after the present instant or an earlier one. What was done later in this run is not in
// the fork: it belongs to a future that does not come.
func doFault(p *Player, a Args) error {
	now, err := p.mayChange("fault")
	if err != nil {
		return err
	}
	at, err := p.instantOf("fault", a)
	if err != nil {
		return err
	}
	verb, arg, err := scenario.ParseFault(a["do"])
	if err != nil {
		return errors.New("fault: " + err.Error())
	}
	do := strings.TrimSpace(verb + " " + arg)
	return p.fork("fault", append(now.before(at), scenario.Command{At: at, Do: do}), func(*run) int { return min(at, p.instant) })
}

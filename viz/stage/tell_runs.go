package stage

import (
	"strings"

	"sunscope/core/scenario"
	"sunscope/core/time"
	"sunscope/viz/scene"
)

// runsReport is what was told of runs, knobs and faults last.
type runsReport struct {
	runs, knobs string // fingerprints
	at          time.Duration
	key         knobsKey
}

// knobsKey is everything that the knobs and faults on offer depend on.
type knobsKey struct {
	run, done int // commands that have taken effect
	instant   int
	selected  scene.Ref
	lang      string
}

// collectRuns adds what is new of runs, knobs and faults.
func (r *Reporter) collectRuns(p *Player, now time.Duration, out []Message) []Message {
	k := &r.changing
	if k.runs == "" {
		var none Player
		k.runs, k.knobs = none.runsMessage().fingerprint(), none.knobsMessage().fingerprint()
	}
	if m := p.runsMessage(); r.news(&k.runs, m) {
		out = append(out, m)
	}
	if !r.due(&k.at, now, twinEvery, p.Playing()) {
		return out
	}
	key := knobsKey{p.RunID(), 0, p.instant, p.view.Selected, p.view.Lang}
	if run := p.runs.now; run != nil {
		key.done = len(run.before(p.instant))
	}
	if key == k.key {
		return out
	}
	k.key, k.at = key, now
	if m := p.knobsMessage(); r.news(&k.knobs, m) {
		out = append(out, m)
	}
	return out
}

// runsMessage is the list of runs, and where the present one parts from the one that it is compared with.
func (p *Player) runsMessage() Message {
	var list []Message
	for _, r := range p.Runs() {
		list = append(list, Message{Fields: []Field{
			{"id", r.ID}, {"parent", r.Parent}, {"title", r.Title}, {"commands", scenario.CommandsText(r.Commands)},
			{"events", r.Events}, {"ended", r.Ended}, {"current", r.Current}, {"compared", r.Compared},
		}})
	}
	id, d := p.Compared()
	_, err := p.mayChange("knob")
	return Message{"runs", []Field{
		{"can", err == nil}, {"runs", list}, {"now", p.RunID()}, {"making", p.Making()}, {"compare", id}, {"same", d.Same}, {"this", d.This}, {"other", d.Other},
		{"here", d.ThisText}, {"there", d.OtherText},
	}}
}

// knobsMessage is what can be turned and broken at the present instant.
func (p *Player) knobsMessage() Message {
	var knobs []Message
	for _, k := range p.Knobs() {
		knobs = append(knobs, Message{Fields: []Field{
			{"name", k.Name}, {"key", k.Key}, {"help", p.word(k.En, k.Zh)}, {"value", k.Value}, {"was", k.Was},
			{"choices", strings.Join(k.Choices, ",")}, {"try", strings.Join(k.Try, ",")}, {"want", k.Want}, {"start", k.FromStart},
		}})
	}
	return Message{"knobs", []Field{
		{"knobs", knobs}, {"faults", p.breaksOf(scene.Ref{})}, {"of", refOf(p.view.Selected)},
		{"here", p.breaksOfSelected()},
	}}
}

func (p *Player) breaksOf(r scene.Ref) []Message {
	var list []Message
	for _, b := range p.Faults(r) {
		list = append(list, Message{Fields: []Field{{"do", b.Do}, {"at", b.At}, {"label", p.word(b.En, b.Zh)}}})
	}
	return list
}

func (p *Player) breaksOfSelected() []Message {
	if p.view.Selected.Kind == scene.RefNone {
		return nil
	}
	return p.breaksOf(p.view.Selected)
}

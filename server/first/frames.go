package first

import (
	"sync"

	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/core/world"
	"sunscope/lessons"
	"sunscope/lessons/grade"
	"sunscope/server/site"
	"sunscope/viz/scene"
)

// keptPictures bounds the memory that requests for many sizes can take; a picture is some 50 kB.
const keptPictures = 64

// Frames draws first frames. The zero Frames is ready for use, by several requests at once.
type Frames struct {
	mu       sync.Mutex
	stories  map[run]*story.Story
	pictures map[picture][]byte
}

type run struct {
	scenario string
	seed     uint64
}

type picture struct {
	run
	slug string
	site.Frame
	inline bool
}

var themes = map[string]scene.Theme{"light": scene.Light, "dark": scene.Dark, "projector": scene.Projector}

// parts are the parts of the stage that a page shows one at a time.
var parts = map[string]scene.Parts{
	"slots": scene.PartSlots | scene.PartQueues, "map": scene.PartMap, "wire": scene.PartWire | scene.PartDemux | scene.PartCallbacks | scene.PartServer,
	"time": scene.PartTimeline, "client": scene.PartMap | scene.PartSlots | scene.PartQueues | scene.PartTimeline,
}

// Draw draws the stage of a lesson as it is before anything has happened.
func (f *Frames) Draw(l *lessons.Lesson, frame site.Frame) ([]byte, error) {
	return f.draw(l, frame, false)
}

func (f *Frames) draw(l *lessons.Lesson, frame site.Frame, inline bool) ([]byte, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	key := picture{run{l.Scenario, l.Seed}, l.Slug, frame, inline}
	if svg, ok := f.pictures[key]; ok {
		return svg, nil
	}
	s, err := f.story(key.run)
	if err != nil {
		return nil, err
	}
	view := scene.View{W: float32(frame.W), H: float32(frame.H), Lang: frame.Lang, Reduced: true, Until: secret(s, l), Parts: parts[frame.Part]}
	list := scene.Layout(s, s.At(-1), &view)
	var svg []byte
	if inline {
		svg = element(scene.AppendSVG(nil, list, roles()))
	} else {
		svg = scene.AppendSVG(nil, list, themes[frame.Theme])
	}
	if f.pictures == nil || len(f.pictures) >= keptPictures {
		f.pictures = map[picture][]byte{}
	}
	f.pictures[key] = svg
	return svg, nil
}

// secret is from when on the timeline keeps to itself what happens, as the viewer's does: the first question asks about it.
func secret(s *story.Story, l *lessons.Lesson) time.Duration {
	first := -1
	for _, q := range l.Questions {
		if m, err := grade.Locate(s, q.Question); err == nil && (first < 0 || m.Ask < first) {
			first = m.Ask
		}
	}
	if first < 0 {
		return 0
	}
	return max(1, s.Log().TimeAt(first))
}

// story is the run, simulated once.
func (f *Frames) story(r run) (*story.Story, error) {
	if s, ok := f.stories[r]; ok {
		return s, nil
	}
	sc, err := yaml.Builtin(r.scenario)
	if err != nil {
		return nil, err
	}
	log, err := world.Run(sc, r.seed)
	if err != nil {
		return nil, err
	}
	if f.stories == nil {
		f.stories = map[run]*story.Story{}
	}
	f.stories[r] = story.New(log)
	return f.stories[r], nil
}

package scene

import (
	"os"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/record"
	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// simulated is the story of a scenario with that many reads.
func simulated(t testing.TB, reads int) *story.Story {
	t.Helper()
	sc, err := yaml.Builtin("two-slots")
	require.NoError(t, err)
	sc.Workload.Reads = reads
	log, err := world.Run(sc, 42)
	require.NoError(t, err)
	return story.New(log)
}

// stories of the committed recordings, each read when it is first asked for.
var recordedStories = map[string]func() (*story.Story, error){}

func reading(name string) func() (*story.Story, error) {
	return sync.OnceValues(func() (*story.Story, error) {
		f, err := os.Open("../../tests/recordings/" + name + "/trace.txt.gz")
		if err != nil {
			return nil, err
		}
		defer f.Close()
		rec, err := record.Read(name, f)
		if err != nil {
			return nil, err
		}
		return story.New(rec.Log), nil
	})
}

// recorded is the story of a committed recording of a real kernel.
func recorded(t testing.TB, name string) *story.Story {
	t.Helper()
	if recordedStories[name] == nil {
		recordedStories[name] = reading(name)
	}
	s, err := recordedStories[name]()
	require.NoError(t, err)
	return s
}

// first is the first instant after an event that the predicate fits.
func first(t testing.TB, s *story.Story, predicate string) int {
	t.Helper()
	p, err := story.ParsePredicate(predicate)
	require.NoError(t, err)
	ord, ok := s.Find(p, 0)
	require.True(t, ok, predicate)
	return ord
}

// at lays out an instant of a story.
func at(s *story.Story, instant int, w, h float32, lang string) *List {
	st := s.At(instant)
	return Layout(s, st, &View{W: w, H: h, Lang: lang, Now: st.Time})
}

// size is one of the shapes that the stage has.
type size struct {
	name string
	w, h float32
}

var sizes = []size{{"wide", 1060, 900}, {"laptop", 1060, 730}, {"medium", 680, 700}, {"phone", 390, 1500}, {"low phone", 390, 844}, {"narrow", 340, 1400}}

// extent is where the ink of a text may be.
func extent(it *Item) box {
	w := advance(style{it.Font, it.Size, it.Fill, it.Align}, it.Text)
	for range it.Text {
		w += it.Track
	}
	x := it.X
	switch it.Align {
	case Center:
		x -= w / 2
	case Right:
		x -= w
	}
	return box{x, it.Y - 0.74*it.Size, w, 0.94 * it.Size}
}

// items are all items of a picture from bottom to top.
func items(l *List) []Item { return append(append([]Item(nil), l.Back...), l.Front...) }

// recordedNothing is a story without events.
func recordedNothing() *story.Story { return story.New(&trace.Log{}) }

// sleepersOn counts the tasks asleep on a queue.
func sleepersOn(tasks []story.Task, q fsm.Queue) (n int) {
	for i := range tasks {
		if t := &tasks[i]; t.Asleep && !t.Finished && t.Queue == q {
			n++
		}
	}
	return n
}

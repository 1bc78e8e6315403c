package stage

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/core/world"
	"sunscope/viz/scene"
)

// callbackPlayer plays a saved run at the moment at which a callback's answer is about to be sent.
func callbackPlayer(t *testing.T) *Player {
	t.Helper()
	sc, err := yaml.Builtin("deleg-recall")
	require.NoError(t, err)
	log, err := world.Run(sc, 42)
	require.NoError(t, err)
	var text []byte
	var e trace.Event
	for i := range log.Len() {
		log.At(i, &e)
		text = append(log.AppendText(text, &e), '\n')
	}
	p := NewPlayer()
	require.NoError(t, p.OpenRecording("run.txt", text))
	do(t, p, "seek", "event=rpc_task_begin client=ffffffff")
	return p
}

func TestTheThingsOfTheWireAndTheServerHaveMenusOfWhichEveryLineWorks(t *testing.T) {
	p := callbackPlayer(t)
	p.Layout(1400, 900)
	seen := map[scene.RefKind]int{}
	for _, h := range p.list.Hits {
		switch h.Ref.Kind {
		case scene.RefRead, scene.RefCallback, scene.RefCallbackPool, scene.RefBackChannel, scene.RefSvcXprt, scene.RefServed:
		default:
			continue
		}
		if seen[h.Ref.Kind] > 0 {
			continue
		}
		finds := 0
		for _, e := range p.Menu(h.Ref) {
			q := callbackPlayer(t)
			require.NoError(t, q.Do(e.Cmd, e.Args), line(e))
			if e.Cmd == "find" {
				finds++
			}
		}
		seen[h.Ref.Kind] = finds
	}
	require.Len(t, seen, 6)
	for kind, finds := range seen {
		if kind != scene.RefSvcXprt { // the first one is perhaps a listener
			require.Positive(t, finds, KindName(kind))
		}
	}
}

func TestACallbackLeadsToTheTaskThatCalled(t *testing.T) {
	p := callbackPlayer(t)
	c := p.State().Callbacks[0]
	require.Equal(t, c.Task, p.taskOf(scene.Ref{Kind: scene.RefCallback, Num: int64(c.XID)}))
	require.NotEqual(t, story.TaskID(0), c.Task)
}

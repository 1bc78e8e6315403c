package scene

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/trace"
	"sunscope/core/world"
)

// parsed is the story of a log that is written here as a trace file has it, a line each.
func parsed(t *testing.T, lines ...string) *story.Story {
	t.Helper()
	log := &trace.Log{}
	var e trace.Event
	for i, line := range lines {
		text := "dd-7 [000] ..... 1." + string(rune('0'+i/10)) + string(rune('0'+i%10)) + "0000: " + line
		require.NoError(t, log.ParseLine(text, &e), line)
		log.Append(&e)
	}
	return story.New(log)
}

// nconnect is a client with three transports to one peer, the second of which has a call out.
func nconnect(t *testing.T) *story.Story {
	const create = "xprt_create: peer=[10.0.0.1]:2049 state=CONNECTED|BOUND"
	return parsed(t, create,
		"rpc_clnt_new: client=00000001 peer=[10.0.0.1]:2049 program=nfs server=srv xprtsec=none flags=0x0",
		create, create,
		"rpc_task_begin: task:00000001@00000001 flags=DYNAMIC runstate=ACTIVE status=0 action=0x0",
		"rpc_task_run_action: task:00000001@00000001 flags=DYNAMIC runstate=RUNNING|ACTIVE status=0 action=call_reserve [sunrpc]",
		"xprt_reserve: task:00000001@00000001 xid=0x11223344")
}

// chips are the texts of the strip of transports, with the ref of each.
func chips(l *List) (texts []string, refs []Ref) {
	for i, it := range l.Front {
		if it.Op != OpRect || it.Fill != Inset || it.R != chipHeight/2 || it.H != chipHeight {
			continue
		}
		for _, o := range l.Front[i+1:] {
			if o.Op == OpText && o.Font == Mono {
				texts = append(texts, o.Text)
				break
			}
		}
	}
	for _, h := range l.Hits {
		if h.Ref.Kind == RefXprt && h.H == chipHeight {
			refs = append(refs, h.Ref)
		}
	}
	return texts, refs
}

func TestEveryTransportOfNconnectHasAChip(t *testing.T) {
	s := nconnect(t)
	l := at(s, s.Len()-1, 1420, 840, "en")
	texts, refs := chips(l)
	require.Equal(t, []string{"nfs#1 10.0.0.1:2049 1/?", "nfs#2 10.0.0.1:2049 0/?", "nfs#3 10.0.0.1:2049 0/?"}, texts)
	require.Len(t, refs, 3)
	texts, _ = chips(at(s, s.Len()-1, 620, 900, "en"))
	require.Equal(t, []string{"nfs#1:2049 1/?", "nfs#2:2049 0/?", "nfs#3:2049 0/?"}, texts, "less room, and still all of them")
}

// Of the transports to one peer the slots of one in use are shown, and of no other as long as it is.
func TestTheSlotTableShownIsOneInUse(t *testing.T) {
	sc, err := yaml.Builtin("udp-loss")
	require.NoError(t, err)
	log, err := world.Run(sc, 42)
	require.NoError(t, err)
	for name, s := range map[string]*story.Story{"nconnect": recorded(t, "13-nconnect"), "udp-loss": story.New(log)} {
		var last story.XprtID
		changes, most := 0, 0
		for i := range s.Len() {
			b := &builder{st: s.At(i), v: &View{}}
			x := b.pickXprt()
			if x == nil {
				continue
			}
			for j := range b.st.Xprts {
				o := &b.st.Xprts[j]
				require.False(t, samePeer(o, x) && b.inRoom(o) && usedSlots(o) > 0 && usedSlots(x) == 0, "%s: instant %d", name, i)
			}
			if was := b.st.Xprt(last); was != nil && was != x && samePeer(was, x) {
				require.Zero(t, usedSlots(was), "%s: instant %d", name, i)
				changes++
			}
			last, most = x.ID, max(most, usedSlots(x))
		}
		if name == "nconnect" {
			require.Positive(t, changes)
		} else {
			require.Equal(t, 16, most)
		}
	}
}

func TestChoosingATransportShowsItsSlots(t *testing.T) {
	s := nconnect(t)
	st := s.At(s.Len() - 1)
	show := func(r Ref) string {
		return shown(Layout(s, st, &View{W: 1420, H: 840, Lang: "en", Now: st.Time, Selected: r}))
	}
	require.Contains(t, show(Ref{}), "1 in use · max ?")
	require.Contains(t, show(Ref{Kind: RefXprt, Num: int64(st.Xprts[2].ID)}), "0 in use · max ?")
}

func TestWhoseRoomItIsCanBeChosen(t *testing.T) {
	s := recorded(t, "05-v40-callback")
	st := s.At(s.Len() / 2)
	var clients []story.Host
	for _, h := range st.Hosts {
		if h.Client {
			clients = append(clients, h)
		}
	}
	require.Len(t, clients, 2)
	peers := func(room story.HostID) string {
		l := Layout(s, st, &View{W: 1420, H: 840, Lang: "en", Now: st.Time, Room: room})
		var b strings.Builder
		for _, p := range l.Said {
			if p.Ref.Kind == RefXprt && strings.HasPrefix(p.Text, "nfs ") {
				b.WriteString(p.Text[:len("nfs 10.99.1.1")] + "\n")
			}
		}
		return b.String()
	}
	require.Equal(t, "nfs 10.99.1.1\nnfs 10.99.2.1\n", peers(0))
	require.Equal(t, "nfs 10.99.1.1\n", peers(clients[0].ID))
	require.Equal(t, "nfs 10.99.2.1\n", peers(clients[1].ID))
	hosts := 0
	for _, h := range Layout(s, st, &View{W: 1420, H: 840, Lang: "en", Now: st.Time}).Hits {
		if h.Ref.Kind == RefHost {
			hosts++
		}
	}
	require.Equal(t, 2, hosts)
}

// golden compares text with a file of testdata. After a wanted change: UPDATE=1 go test ./viz/scene.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := "testdata/" + name + ".txt"
	if os.Getenv("UPDATE") != "" {
		require.NoError(t, os.WriteFile(file, []byte(got), 0o644))
	}
	want, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

// A wait queue belongs to a transport: whoever sleeps on that of another one is a dot at the end of the bench.
func TestTheSelectedTransportsSleepersComeFirst(t *testing.T) {
	s := recorded(t, "13-nconnect")
	for i := range s.Len() {
		st := s.At(i)
		if sleepersOn(st.Tasks, fsm.XprtPending) < 3 {
			continue
		}
		for j := range st.Xprts {
			x := &st.Xprts[j]
			own := 0
			for k := range st.Tasks {
				if n := &st.Tasks[k]; n.Asleep && n.Queue == fsm.XprtPending && n.Xprt.Value == x.ID {
					own++
				}
			}
			if own == 0 || own == sleepersOn(st.Tasks, fsm.XprtPending) {
				continue
			}
			pills := 0
			l := Layout(s, st, &View{W: 1420, H: 840, Lang: "en", Now: st.Time, Selected: Ref{Kind: RefXprt, Num: int64(x.ID)}})
			for _, p := range l.Places {
				if p.Part == onBench && st.Task(story.TaskID(p.Ref.Num)).Queue == fsm.XprtPending {
					if st.Task(story.TaskID(p.Ref.Num)).Xprt.Value == x.ID {
						pills++
					}
				}
			}
			require.Equal(t, own, pills)
			return
		}
	}
	require.Fail(t, "never on two transports at once")
}

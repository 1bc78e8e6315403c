package stage

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/time"
	"sunscope/viz/scene"
)

func linkOf(t require.TestingT, p *Player) string {
	text, err := p.Link()
	require.NoError(t, err)
	require.LessOrEqual(t, len(text), mostLink)
	return text
}

// moments are commands that bring a player of a simulation to some moment.
var moments = []string{
	"step", "step-task", "step-wire", "end", "seek instant=40", "seek instant=77", "seek time=1500000", "select kind=task num=2", "select kind=queue name=xprt_pending",
	"select kind=state name=call_status", "deselect", "zoom by=4", "zoom by=30", "zoom-out", "zoom-all", "pan by=0.25", "parts value=map,timeline", "parts value=all",
	"focus part=slots", "follow num=3", "filter text=task:2", "filter text=!read", "filter text=", "break-add when=status<0", "break-add when=queue:xprt_pending>=2",
	"find text=call_status", "find-clear", "run-to when=task:3", "lane-down", "scenario name=two-slots seed=7", "scenario name=v41-mount-basic seed=3", "compare",
	"fault do=reset at=60", "fault do=drop", "compare id=off", "diverge",
}

func TestALinkShowsExactlyTheMomentThatItWasMadeAt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p, q := NewPlayer(), NewPlayer()
		do(t, p, "scenario", "name=two-slots", "seed=42")
		for range rapid.IntRange(1, 8).Draw(rt, "commands") {
			id, args := split(rapid.SampledFrom(moments).Draw(rt, "command"))
			_ = p.Do(id, args)
		}
		text := linkOf(rt, p)
		require.NoError(rt, q.Do("open-link", Args{"value": text}), text)
		require.Equal(rt, text, linkOf(rt, q))
		require.True(rt, reflect.DeepEqual(picture(p), picture(q)), text)
		require.True(rt, reflect.DeepEqual(p.list.Said, q.list.Said), text)
	})
}

func TestALinkIsShortAndPlain(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	do(t, p, "seek", "instant=40")
	n := itoa(p.story.Len())
	require.Equal(t, "v=1&s=two-slots&seed=42&n="+n+"&i=40", linkOf(t, p))
	do(t, p, "theme", "value=dark")
	do(t, p, "lang", "value=zh")
	require.Equal(t, "v=1&s=two-slots&seed=42&n="+n+"&i=40", linkOf(t, p), "how the reader likes it is the reader's own")
	do(t, p, "select", "kind=queue", "name=ForeChannel Slot table")
	do(t, p, "filter", "text=!read")
	do(t, p, "break-add", `when="queue:ForeChannel Slot table" status<0`)
	require.Equal(t, "v=1&s=two-slots&seed=42&n="+n+"&i=40&sel=queue,0,ForeChannel%20Slot%20table&f=!read&b=%22queue:ForeChannel%20Slot%20table%22%20status%3C0", linkOf(t, p))
	q := NewPlayer()
	require.NoError(t, q.OpenLink("https://example.org/en/next-slot?x=1#"+linkOf(t, p)), "a whole URL will do")
	require.Equal(t, linkOf(t, p), linkOf(t, q))
}

func TestALinkLeavesOutWhatIsLeastMissedRatherThanGrowTooLong(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	do(t, p, "find", "text=call_status")
	for i := range 90 {
		do(t, p, "break-add", "when=queue:xprt_backlog>="+itoa(100+i))
	}
	text := linkOf(t, p)
	require.NotContains(t, text, "q=")
	require.NotContains(t, text, "b=")
	p.source.Commands = strings.Repeat("x", 3000)
	_, err := p.Link()
	require.ErrorContains(t, err, "does not fit into 2000 bytes")
}

func TestABadLinkIsRefusedAndNothingChanges(t *testing.T) {
	p := NewPlayer()
	do(t, p, "scenario", "name=two-slots", "seed=42")
	do(t, p, "seek", "instant=40")
	good := linkOf(t, p)
	for bad, want := range map[string]string{
		"hello":                                  "no link to a moment of version 1",
		strings.Replace(good, "v=1", "v=2", 1):   "no link to a moment of version 1: it begins with \"v=2\"",
		good + "&i=3":                            "i stands in the link twice",
		good + "&zzz=3":                          "does not know: \"zzz\"",
		good + "&w=5":                            "w=\"\": expected a number from 1",
		good + "&p=kitchen":                      "expected all, or some of map",
		good + "&b=task:x":                       "expected a task's number",
		good + "&f=status%3C0":                   "speaks of events",
		good + "&c=nonsense":                     "",
		good + "&sel=ghost,1,":                   "expected a kind",
		strings.Replace(good, "two-", "ten-", 1): "there is no scenario \"ten-slots\"",
		strings.Replace(good, "&i=40", "", 1):    "a part of the link is missing",
		"v=1&r=x&h=abc&i=1":                      "32 hexadecimal digits",
		"v=1&r=x&i=1":                            "a part of the link is missing",
		good + "%4":                              "in the middle of %XX",
		"v=1&s=" + strings.Repeat("x", 9000):     "at most 2000 bytes",
	} {
		before := p.Snapshot()
		err := p.Do("open-link", Args{"value": bad})
		require.Error(t, err, bad)
		require.ErrorContains(t, err, want, bad)
		require.NotContains(t, err.Error(), "\n")
		require.Less(t, len(err.Error()), 240, "it stands in one line of the page or two: %s", err)
		require.Equal(t, before, p.Snapshot(), bad)
	}
}

func TestALinkToARecordingAsksForItsFileAndRefusesAnother(t *testing.T) {
	data, err := os.ReadFile(filepath.Join("..", "..", "tests", "recordings", "01-v3-tcp-mount-read", "trace.txt.gz"))
	require.NoError(t, err)
	other, err := os.ReadFile(filepath.Join("..", "..", "tests", "recordings", "02-mount-udp-loss", "trace.txt.gz"))
	require.NoError(t, err)
	p := NewPlayer()
	require.NoError(t, p.OpenRecording("mine.txt.gz", data))
	do(t, p, "seek", "instant=200")
	do(t, p, "select", "kind=task", "num=3")
	text := linkOf(t, p)

	q, r := NewPlayer(), &Reporter{}
	collect(r, q, 0)
	do(t, q, "open-link", "value="+text)
	messages := collect(r, q, time.Second)
	m := the(t, "wanted", messages)
	require.Equal(t, "recording", m.Get("id"))
	require.Equal(t, "mine.txt.gz", m.Get("name"))
	require.Equal(t, hashOf(data), m.Get("hash"))
	require.Contains(t, the(t, "error", messages).Get("message"), "open that file to see it")

	err = q.OpenRecording("other.gz", other)
	require.ErrorContains(t, err, "other.gz is not the recording that the link speaks of")
	require.Equal(t, Nothing, q.Source().Kind)
	do(t, q, "open-link", "value="+text)
	require.NoError(t, q.OpenRecording("renamed.gz", data), "the name does not matter, the bytes do")
	require.Equal(t, 200, q.Instant())
	require.Equal(t, scene.Ref{Kind: scene.RefTask, Num: 3}, q.Selected())
	require.True(t, reflect.DeepEqual(picture(p), picture(q)))

	do(t, q, "home")
	do(t, q, "open-link", "value="+text)
	require.Equal(t, 200, q.Instant(), "it is open already")
	do(t, q, "undo")
	require.Equal(t, -1, q.Instant())

	again := NewPlayer()
	do(t, again, "open-link", "value="+text)
	require.Error(t, again.OpenRecording("other.gz", other))
	require.NoError(t, again.OpenRecording("other.gz", other), "a reader who insists sees it")
}

func TestALinkWarnsOfAnotherRunOnlyIfItSaysHowLongItsOwnWas(t *testing.T) {
	for link, warns := range map[string]bool{
		"v=1&s=two-slots&seed=42&i=40": false, "v=1&s=two-slots&seed=42&n=663&i=40": false, "v=1&s=two-slots&seed=42&n=600&i=40": true,
	} {
		p := NewPlayer()
		require.NoError(t, p.OpenLink(link))
		var why string
		for _, n := range p.Notes() {
			why += n.Why
		}
		require.Equal(t, warns, strings.Contains(why, "where this run has 600 events; here it has 663"), link)
		require.Equal(t, warns, why != "", why)
	}
}

func TestThereIsNoLinkWithoutARun(t *testing.T) {
	p := NewPlayer()
	_, err := p.Link()
	require.ErrorContains(t, err, "nothing is open")
	p.ShowLive("pipe")
	p.Feed(oneSlot(2))
	_, err = p.Link()
	require.ErrorContains(t, err, "a live run is in no file yet")
}

func TestThePageGetsTheLink(t *testing.T) {
	p, r := NewPlayer(), &Reporter{}
	do(t, p, "scenario", "name=two-slots", "seed=42")
	collect(r, p, 0)
	do(t, p, "key", "key=u")
	require.Equal(t, linkOf(t, p), the(t, "link", collect(r, p, time.Second)).Get("value"))
}

func FuzzOpenLinkNeverPanics(f *testing.F) {
	p := NewPlayer()
	_ = p.OpenScenario("two-slots", 42)
	text, _ := p.Link()
	f.Add(text + "&t=5&w=1,2&sel=task,2,&p=map&f=task:1&b=status%3C0&fo=1&top=2&room=1&q=read")
	f.Add("v=1&r=x&h=" + strings.Repeat("a", 32) + "&i=4")
	f.Fuzz(func(t *testing.T, text string) {
		if p.OpenLink(text) == nil {
			require.NotNil(t, p.Layout(800, 600))
		}
	})
}

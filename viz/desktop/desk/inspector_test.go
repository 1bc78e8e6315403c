package desk

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/viz/scene"
)

// texts are the texts of the inspector, one a line.
func texts(d *Desk) string {
	d.Pictures()
	var b strings.Builder
	for _, it := range d.inspect.list.Front {
		if it.Op == scene.OpText {
			b.WriteString(it.Text + "\n")
		}
	}
	return b.String()
}

func TestTheInspectorTellsTheStoryOfATask(t *testing.T) {
	d, _ := deskOf(t, Options{Open: recording})
	d.Do("seek event=rpc_task_sleep")
	d.Do("select kind=task num=9")
	d.Resize(1440, 20000)
	text := texts(d)
	for _, want := range []string{"Where its time went", "What happened to it", "runs call_start"} {
		require.Contains(t, text, want)
	}
	line := d.Player.Life().Line(5)
	press(t, d, "seek instant="+strconv.Itoa(line.Ordinal))
	require.Equal(t, line.Ordinal, d.Player.Instant())
	marked := 0
	for _, it := range d.inspect.list.Front {
		if it.Op == scene.OpRect && it.Fill == scene.StationLit && it.Stroke == scene.Hover {
			marked++
		}
	}
	require.Equal(t, 1, marked, "the present line")
}

func TestALongStoryIsLaidOutInPieces(t *testing.T) {
	d, _ := deskOf(t, Options{Open: recording})
	d.Do("end")
	d.Do("select kind=xprt num=2")
	d.Resize(1440, 20000)
	require.Contains(t, texts(d), " earlier")
	from, _ := d.Player.LifeWindow()
	press(t, d, "story at="+strconv.Itoa(from-20))
	was := from
	from, to := d.Player.LifeWindow()
	require.Less(t, from, was)
	d.Resize(1440, 900)
	d.Do("story-now")
	d.Pictures()
	marked := false
	for _, it := range d.inspect.list.Front {
		if it.Op == scene.OpRect && it.Fill == scene.StationLit && it.Stroke == scene.Hover {
			marked = it.Y > 38 && it.Y+it.H < d.areas.Below.H
		}
	}
	require.True(t, marked, "the present line is in sight")
	d.Resize(1440, 20000)
	d.Do("story at=" + strconv.Itoa(from))
	_, to = d.Player.LifeWindow()
	require.Contains(t, texts(d), "▼ "+strconv.Itoa(d.Player.Life().Len()-to)+" later")
}

func TestKeysGoThroughThePacketsFieldsAndScrollToThem(t *testing.T) {
	d, _ := deskOf(t, Options{})
	log := d.Player.Story().Log()
	for i := range log.Len() {
		if log.KindAt(i) == trace.WireSend && d.Player.Story().Item(i) == "read[1]" {
			d.Do("seek instant=" + strconv.Itoa(i))
			break
		}
	}
	packets := d.Player.State().Packets
	d.Do("select kind=packet num=" + strconv.Itoa(int(packets[len(packets)-1].ID)))
	d.Pictures()
	fields := d.Player.Inspection().Fields
	for i := range fields {
		d.Do("field-next")
		require.Equal(t, i, d.Player.Field())
		d.Pictures()
		name := ""
		for _, it := range d.inspect.list.Front {
			if it.Op == scene.OpText && it.Fill == scene.OnMessage && it.Font == scene.Sans && it.Size == 12 {
				name = it.Text
				require.Greater(t, it.Y, float32(38), "below the title")
				require.Less(t, it.Y, d.areas.Below.H, "in sight")
			}
		}
		require.Equal(t, fields[i].Name, name)
	}
	d.Do("field-next")
	require.Equal(t, len(fields)-1, d.Player.Field(), "there is none after the last")
	d.Resize(1440, 20000)
	press(t, d, "field n=3")
	require.Equal(t, 3, d.Player.Field(), "a byte chooses the innermost field")
	d.Do("field n=-1")
	require.Equal(t, -1, d.Player.Field())
}

func TestTheProcViewIsATabBesideTheInspector(t *testing.T) {
	d, _ := deskOf(t, Options{Open: recording})
	d.Do("seek event=rpc_task_sleep")
	d.Do("proc")
	for range 200 {
		d.Player.Advance(time.Second / 60)
	}
	d.Resize(1440, 20000)
	text := texts(d)
	for _, want := range []string{"/proc at this instant", "/proc/net/rpc/nfs", "/proc/self/mountstats", "rpc_clnt/", "netid: "} {
		require.Contains(t, text, want)
	}
	marked := 0
	for range 30 {
		d.Do("step")
		marked += strings.Count(texts(d), "•\n")
	}
	require.Positive(t, marked, "the margin marks what has changed")
	d.Do("select kind=task num=" + strconv.Itoa(int(d.Player.State().Tasks[0].ID)))
	require.Contains(t, texts(d), "tk_pid", "who selects something wants to see it")
	press(t, d, "tab value=proc")
	require.Contains(t, texts(d), "/proc/net/rpc/nfs")
	press(t, d, "tab value=inspector")
	require.Contains(t, texts(d), "tk_pid")
	press(t, d, "tab value=proc")
	press(t, d, "proc")
	require.False(t, d.Player.ProcOpen())
	require.Contains(t, texts(d), "tk_pid")
}

package stage

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/time"
	"sunscope/viz/scene"
)

// line is a palette's or a menu's line as one word: "theme value=dark".
func line(e Entry) string {
	text := e.Cmd
	for _, f := range e.Args.message().Fields {
		text += " " + f.Name + "=" + f.Value.(string)
	}
	return text
}

func linesOfEntries(list []Entry) []string {
	var all []string
	for _, e := range list {
		all = append(all, line(e))
	}
	return all
}

func TestEveryCommandBelongsToOneGroup(t *testing.T) {
	in := map[string]string{}
	for _, g := range Groups() {
		require.NotEmpty(t, g.Name("en"))
		require.NotEmpty(t, g.Name("zh"))
		for _, id := range g.ids {
			require.Empty(t, in[id], "%s is in %s and in %s", id, in[id], g.ID)
			in[id] = g.ID
		}
	}
	for _, c := range Commands() {
		require.NotEmpty(t, in[c.ID], "%s: name it in the groups of group.go", c.ID)
	}
}

// needsWords are the commands whose argument only the reader can say: each has a field of its own in the page and the
// native viewer, or is what the palette makes of a query.
var needsWords = []string{"seek", "zoom", "recording"}

func TestEveryCommandCanBeReachedWithTheKeyboard(t *testing.T) {
	p := predicting(t)
	do(t, p, "end")
	two := forked(t) // what needs a simulation, and another run of it
	do(t, two, "fault", "do=reset")
	all := append(p.Palette(""), two.Palette("")...)
	for _, c := range Commands() {
		if g := c.Group(); g.ID == wiring || len(c.Keys) > 0 || slices.Contains(needsWords, c.ID) {
			continue
		}
		i := slices.IndexFunc(all, func(e Entry) bool { return e.Cmd == c.ID })
		if c.ID == "answer" { // only while something is asked
			do(t, p, "home")
			do(t, p, "speed", "value=max")
			do(t, p, "play")
			watchFor(p, time.Second)
			list := p.Palette("answer")
			i = slices.IndexFunc(list, func(e Entry) bool { return e.Cmd == c.ID })
			require.Positive(t, i+1, "the palette offers no answer at a question")
			continue
		}
		require.Positive(t, i+1, "%s has neither a key nor a line in the palette", c.ID)
	}
}

func TestEveryLineOfThePaletteWorks(t *testing.T) {
	for _, e := range playerOf(t).Palette("") {
		p := playerOf(t)
		do(t, p, "seek", "instant=7")
		require.NoError(t, p.Do(e.Cmd, e.Args), line(e))
		require.NotEmpty(t, e.Label, line(e))
		require.NotEmpty(t, e.Group, line(e))
	}
}

func TestEveryLineAboutKnobsFaultsAndRunsWorks(t *testing.T) {
	p := forked(t)
	do(t, p, "fault", "do=reset")
	tried := map[string]int{}
	for _, e := range p.Palette("") {
		if e.Group == p.command("knob").Group().Name("en") {
			q := forked(t)
			do(t, q, "fault", "do=reset")
			require.NoError(t, q.Do(e.Cmd, e.Args), line(e))
			tried[e.Cmd]++
		}
	}
	require.Greater(t, tried["knob"], 20)
	require.Greater(t, tried["fault"], 8)
	require.Equal(t, []int{1, 1}, []int{tried["run"], tried["run-drop"]})
}

func TestAPacketAndATaskHaveFaultsInTheirMenus(t *testing.T) {
	p := forked(t)
	span := p.story.WireSpans()[4]
	do(t, p, "seek", "instant="+itoa(int(span.From)+1))
	menu := linesOfEntries(p.Menu(scene.Ref{Kind: scene.RefPacket, Num: int64(span.Packet)}))
	require.Contains(t, menu, "fault at="+itoa(p.Instant())+" do=packet "+itoa(int(span.Packet))+" drop")
	do(t, p, "seek", "event=xprt_transmit item=read[2]")
	do(t, p, "select", "item=read[2]")
	require.Contains(t, strings.Join(linesOfEntries(p.Menu(p.Selected())), "\n"), "do=signal 3 1")
}

func TestAFewLettersFindACommand(t *testing.T) {
	p := playerOf(t)
	for query, want := range map[string]string{
		"dark":            "theme value=dark",
		"DARK":            "theme value=dark",
		"theme proj":      "theme value=projector",
		"chin":            "lang value=zh",
		"浅色":              "theme value=light",
		"two-slots":       "scenario name=two-slots",
		"two sl":          "scenario name=two-slots",
		"zoom in":         "zoom-in",
		"call_bind":       "select kind=state name=call_bind",
		"xprt_backlog":    "select kind=queue name=xprt_backlog",
		"stt":             "step-task",
		"read[2]":         "select kind=task num=2",
		"5":               "",
		"qqqqzzzz vvvvvv": "",
	} {
		do(t, p, "seek", "instant=12")
		list := p.Palette(query)
		switch {
		case query == "5":
			require.Contains(t, linesOfEntries(list), "seek instant=5", "a number is an instant")
		case want == "":
			require.Equal(t, "find", list[0].Cmd, "no command fits: it can still be searched for")
		default:
			require.NotEmpty(t, list, query)
			require.Equal(t, want, line(list[0]), query)
		}
	}
}

func TestThePaletteSpeaksTheReadersLanguageAndShowsWhatHolds(t *testing.T) {
	p := playerOf(t)
	do(t, p, "lang", "value=zh")
	do(t, p, "theme", "value=dark")
	e := p.Palette("dark")[0]
	require.Equal(t, "深色主题", e.Label)
	require.Equal(t, "外观", e.Group)
	require.True(t, e.On)
	require.Equal(t, "Space", p.Palette("toggle")[0].Key)
}

func TestThePaletteIsMovedInAndRunWithCommands(t *testing.T) {
	p := playerOf(t)
	do(t, p, "key", "key=Ctrl+k")
	open, query, chosen := p.PaletteOpen()
	require.True(t, open)
	require.Empty(t, query)
	require.Zero(t, chosen)
	do(t, p, "palette", "query=theme")
	n := len(p.Palette("theme"))
	do(t, p, "palette", "go=previous")
	_, _, chosen = p.PaletteOpen()
	require.Equal(t, n-1, chosen)
	do(t, p, "palette", "go=next")
	do(t, p, "palette", "query=projector")
	do(t, p, "palette", "go=run")
	require.Equal(t, "projector", p.ThemeName())
	open, _, _ = p.PaletteOpen()
	require.False(t, open)
	do(t, p, "palette")
	do(t, p, "deselect")
	open, _, _ = p.PaletteOpen()
	require.False(t, open, "Escape closes it")
	require.Error(t, p.Do("palette", Args{"go": "up"}))
}

func TestThePageHearsOfPaletteAndMenuWhenTheyOpenAndClose(t *testing.T) {
	p, r := playerOf(t), &Reporter{}
	for _, kind := range types(collect(r, p, 0)) {
		require.NotContains(t, []string{"palette", "menu"}, kind, "neither was ever open")
	}
	do(t, p, "palette", "query=dark")
	m := the(t, "palette", collect(r, p, time.Second))
	require.Equal(t, true, m.Get("open"))
	require.Equal(t, "dark", m.Get("query"))
	first := m.Get("entries").([]Message)[0]
	require.Equal(t, "theme", first.Get("cmd"))
	require.Equal(t, "dark", first.Get("args").(Message).Get("value"))
	do(t, p, "palette", "go=close")
	require.Equal(t, false, the(t, "palette", collect(r, p, 2*time.Second)).Get("open"))
	do(t, p, "menu", "kind=queue", "name=xprt_backlog")
	m = the(t, "menu", collect(r, p, 3*time.Second))
	require.Equal(t, "xprt_backlog", m.Get("of").(Message).Get("name"))
	require.NotEmpty(t, m.Get("title"))
	require.NotEmpty(t, m.Get("entries"))
	do(t, p, "step")
	require.Equal(t, false, the(t, "menu", collect(r, p, 4*time.Second)).Get("open"), "any command closes it")
}

func TestEveryLineOfAMenuWorks(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=12")
	p.Layout(1400, 900)
	seen := map[scene.RefKind]bool{}
	for _, h := range p.list.Hits {
		if seen[h.Ref.Kind] || h.Ref.Kind == scene.RefNone {
			continue
		}
		seen[h.Ref.Kind] = true
		for _, e := range p.Menu(h.Ref) {
			q := playerOf(t)
			do(t, q, "seek", "instant=12")
			if err := q.Do(e.Cmd, e.Args); err != nil {
				require.Regexp(t, "no event of this run matches|nothing matches", err.Error(), line(e))
			}
			require.NotEmpty(t, e.Label)
		}
	}
	require.Greater(t, len(seen), 4)
}

func TestAMenuOpensWhereThePointerOrTheSelectionIs(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=12")
	l := p.Layout(1400, 900)
	i := slices.IndexFunc(l.Hits, func(h scene.Hit) bool { return h.Ref.Kind == scene.RefTask })
	h := l.Hits[i]
	do(t, p, "select", "kind=task", "num="+itoa(int(h.Ref.Num)))
	p.Layout(1400, 900)
	do(t, p, "key", "key=Shift+F10")
	open, ref, x, y := p.MenuOpen()
	require.True(t, open)
	require.Equal(t, h.Ref, ref)
	require.True(t, x > h.X && x < h.X+h.W && y > h.Y && y < h.Y+h.H)
	p.OpenMenuAt(1, 1)
	_, ref, _, _ = p.MenuOpen()
	require.Equal(t, scene.Ref{Kind: scene.RefTimeline, Num: 12}, ref, "on nothing: what can be done at this instant")
}

func TestAFingerThatRestsOpensTheMenuAndIsNoClick(t *testing.T) {
	p := playerOf(t)
	do(t, p, "seek", "instant=12")
	l := p.Layout(1400, 900)
	h := l.Hits[slices.IndexFunc(l.Hits, func(h scene.Hit) bool { return h.Ref.Kind == scene.RefTask })]
	for _, touch := range []bool{false, true} {
		p.PointerDown(1, h.X+2, h.Y+2)
		if touch {
			p.PointerIsTouch(1)
		}
		for range 40 {
			p.Advance(time.Second / 60)
		}
		open, _, _, _ := p.MenuOpen()
		require.Equal(t, touch, open, "a mouse has a right button")
		p.PointerUp(1, h.X+2, h.Y+2)
		require.Equal(t, !touch, p.Selected() == h.Ref)
		do(t, p, "deselect")
	}
}

func TestKeysHaveOneName(t *testing.T) {
	for _, c := range []struct {
		key         string
		ctrl, shift bool
		want        string
	}{
		{" ", false, false, "Space"}, {"?", false, true, "?"}, {"N", false, true, "N"}, {"k", true, false, "Ctrl+k"}, {"K", true, false, "Ctrl+k"},
		{"Z", true, true, "Ctrl+Shift+z"}, {"F10", false, true, "Shift+F10"}, {"ArrowLeft", false, true, "Shift+ArrowLeft"}, {"Home", false, true, "Home"},
		{"+", false, true, "+"}, {" ", false, true, "Space"},
	} {
		require.Equal(t, c.want, KeyName(c.key, c.ctrl, c.shift))
	}
}

func TestWhatFitsBetterStandsFirst(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringMatching(`[a-z]{1,8}([ -][a-z]{1,8}){0,4}`).Draw(rt, "text")
		words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == '-' })
		word := words[rapid.IntRange(0, len(words)-1).Draw(rt, "word")]
		score, ok := fuzzy(word, text)
		require.True(rt, ok)
		require.GreaterOrEqual(rt, score, earnsStart-loses)
		_, ok = fuzzy(word+"#", text)
		require.False(rt, ok)
	})
}

package prose

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/lessons"
	"sunscope/viz/scene"
	"sunscope/viz/scene/face"
)

func view(w, h float32, p *Progress) *View { return &View{W: w, H: h, Progress: p} }

func TestEveryKindOfBlockIsSet(t *testing.T) {
	told := &Progress{Told: map[string]bool{"await-1": true, "await-2": true}, Now: "await-1", Questions: map[string]Question{"who": {Come: true, Asked: true}}}
	golden(t, "told", pageOf(t, "en/all.md").Layout(view(360, 3000, told)))
}

func TestAPassageThatWaitsIsVeiledAndTheFirstSaysForWhat(t *testing.T) {
	l := pageOf(t, "en/all.md").Layout(view(360, 3000, &Progress{}))
	golden(t, "waits", l)
	text := texts(l)
	require.Equal(t, 1, strings.Count(text, "Goes on at"), "only the first of them")
	require.Contains(t, text, "rpc_task_sleep queue=xprt_backlog")
	require.NotContains(t, text, "It sleeps", "that would tell how the run goes on")
	require.NotContains(t, text, "call_retry_reserve")
	require.NotContains(t, text, "Over.")
	require.Contains(t, text, "A paragraph")
}

func TestAPassageTakesTheSameRoomBeforeAndAfterItIsTold(t *testing.T) {
	p := pageOf(t, "en/all.md")
	height := func(told bool) float32 {
		top, bottom, ok := p.Place(view(360, 800, &Progress{Told: map[string]bool{"await-1": true, "await-2": told}}), "await-2")
		require.True(t, ok)
		return bottom - top
	}
	gate := height(false) - height(true)
	require.InDelta(t, 80, gate, 30, "but for the line that says what it waits for")
}

func TestAReaderWhoWantsAllTextHasIt(t *testing.T) {
	p := pageOf(t, "en/all.md")
	closed := p.Layout(view(360, 3000, &Progress{}))
	require.Contains(t, describe(closed), "show-all")
	open := p.Layout(view(360, 3000, &Progress{Open: true}))
	require.Contains(t, texts(open), "It sleeps")
	require.Contains(t, texts(open), "Over.")
	require.NotContains(t, describe(open), "show-all")
}

func TestWithoutAReadersProgressAllTextIsThere(t *testing.T) {
	l := pageOf(t, "en/all.md").Layout(view(360, 3000, nil))
	require.NotContains(t, texts(l), "Goes on at")
	for _, it := range l.Front {
		require.Equal(t, uint8(255), it.Alpha, it.Text)
	}
	require.Empty(t, l.Hits, "and there is nothing to answer or to go to")
}

func TestWhileARecordingIsPlayedThePassagesStayAsTheyWereAndANoteSaysSo(t *testing.T) {
	p := pageOf(t, "en/all.md")
	l := p.Layout(view(360, 3000, &Progress{Away: true, Played: "trace.txt.gz", Told: map[string]bool{"await-1": true}}))
	require.Contains(t, texts(l), "It sleeps", "this was told")
	require.NotContains(t, texts(l), "Over.", "this was not")
	require.Contains(t, texts(l), "Goes on at")
	require.Contains(t, strings.ReplaceAll(texts(l), " ", ""), "isplayingtrace.txt.gz")
	var acts []string
	for _, h := range l.Hits {
		acts = append(acts, h.Ref.Name)
	}
	require.Equal(t, []string{"return", "show-all"}, acts, "back, or all text; no moment of this run to go to")
}

func TestAQuestionShowsTheChoicesOfTheRun(t *testing.T) {
	l := pageOf(t, "en/all.md").Layout(view(360, 3000, &Progress{Questions: map[string]Question{"who": {Come: true, Choices: "read[1],read[7]"}}}))
	require.Contains(t, texts(l), "read[7]")
	require.Contains(t, describe(l), "answer id=who choice=read[7]")
}

func TestAQuestionAnswersFromItsMomentOnUntilItIsAnswered(t *testing.T) {
	p := pageOf(t, "en/all.md")
	acts := func(q Question) (acts []string) {
		l := p.Layout(&View{W: 360, H: 3000, Progress: &Progress{Questions: map[string]Question{"who": q}}})
		for _, h := range l.Hits {
			require.Equal(t, Act, h.Ref.Kind)
			if !strings.HasPrefix(h.Ref.Name, "go ") && h.Ref.Name != "show-all" {
				acts = append(acts, h.Ref.Name)
			}
		}
		return acts
	}
	require.Empty(t, acts(Question{}))
	require.Equal(t, []string{"answer id=who choice=read[1]", "answer id=who choice=read[2]", "skip id=who"}, acts(Question{Come: true, Asked: true}))
	require.Equal(t, []string{"answer id=who choice=read[1]", "answer id=who choice=read[2]"}, acts(Question{Come: true, Skipped: true}))
	require.Equal(t, []string{"see id=who"}, acts(Question{Come: true, Choice: "read[1]", Truth: "read[2]"}))
}

func TestTheVerdictNamesTheTruthAndTheEvent(t *testing.T) {
	p := pageOf(t, "en/all.md")
	show := func(q Question) string {
		return texts(p.Layout(&View{W: 360, H: 3000, Progress: &Progress{Questions: map[string]Question{"who": q}}}))
	}
	wrong := Question{Come: true, Choice: "read[1]", Truth: "read[2]", Why: "rpc_task_wakeup"}
	require.Contains(t, show(wrong), "Not read[1]: it is read[2].")
	require.Contains(t, show(wrong), "rpc_task_wakeup")
	require.NotContains(t, show(wrong), "past that moment")
	wrong.Seen = true
	require.Contains(t, strings.ReplaceAll(show(wrong), " ", ""), "pastthatmoment")
	require.Contains(t, show(Question{Come: true, Choice: "read[2]", Truth: "read[2]", Right: true}), "Right: it is read[2].")
}

func TestNoLineOfALessonIsWiderThanItsColumn(t *testing.T) {
	library, err := lessons.Open()
	require.NoError(t, err)
	for _, lang := range lessons.Langs {
		for _, lesson := range library.In(lang) {
			for _, w := range []float32{220, 300, 430, 700} {
				p := New(lesson)
				v := view(w, 0, nil)
				v.H = p.Height(v)
				l := p.Layout(v)
				require.NotEmpty(t, l.Front)
				for i := range l.Front {
					if it := &l.Front[i]; it.Op == scene.OpText && it.Align == scene.Left {
						require.LessOrEqual(t, right(it), w-Margin+0.5, "%s at width %v: %q", lesson.File, w, it.Text)
						require.GreaterOrEqual(t, it.Size, float32(11), it.Text)
					}
				}
			}
		}
	}
}

func TestALessonIsSetWholeInBothLanguages(t *testing.T) {
	library, err := lessons.Open()
	require.NoError(t, err)
	squeeze := func(s string) string {
		return strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, s)
	}
	for slug, words := range map[string][]string{
		"en": {"**", "::: await", "Whoever has none waits.", "call_retry_reserve", "no slot was free for a single moment"},
		"zh": {"**", "::: await", "没有槽位，就只能等。", "call_retry_reserve"},
	} {
		p := New(library.Find(slug, "next-slot"))
		v := view(400, 0, nil)
		v.H = p.Height(v)
		got := squeeze(texts(p.Layout(v)))
		for i, w := range words {
			if i < 2 {
				require.NotContains(t, got, squeeze(w), "markup is not text")
			} else {
				require.Contains(t, got, squeeze(w))
			}
		}
	}
}

func TestChineseBreaksBetweenCharactersButNotBeforePunctuation(t *testing.T) {
	p := pageOf(t, "zh/all.md")
	l := p.Layout(view(260, 2000, nil))
	lines := map[float32][]*scene.Item{}
	for i := range l.Front {
		if it := &l.Front[i]; it.Op == scene.OpText {
			lines[it.Y] = append(lines[it.Y], it)
		}
	}
	require.Greater(t, len(lines), 5)
	full := 0
	for _, line := range lines {
		first, _ := utf8.DecodeRuneInString(line[0].Text)
		require.NotContains(t, "，。：；）、？", string(first))
		if right(line[len(line)-1]) > 260-Margin-2*sizeBody {
			full++
		}
	}
	require.GreaterOrEqual(t, 2*full, len(lines), "lines are filled, not broken at spaces only")
	require.Contains(t, texts(l), "这次调用的XID", "a line break in the file is no space after Chinese")
}

func TestWrappingLosesNothingAndKeepsToTheWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`([a-z_]{1,30} |[读写槽位，。]{1,8}|[0-9a-f]{60} )*`).Draw(t, "text")
		width := rapid.Float32Range(-5, 400).Draw(t, "width")
		lines := Wrap(scene.Sans, 13, text, width)
		bare := func(s string) string { return strings.Join(strings.Fields(s), "") }
		require.Equal(t, bare(text), bare(strings.Join(lines, "")))
		for _, l := range lines {
			if utf8.RuneCountInString(l) > 1 {
				require.LessOrEqual(t, face.Advance(scene.Sans, 13, l), max(width, 1)+0.01)
			}
		}
	})
}

func TestScrollingShowsWhatIsBelow(t *testing.T) {
	p := pageOf(t, "en/all.md")
	v := view(360, 200, &Progress{Told: map[string]bool{"await-1": true}, Questions: map[string]Question{"who": {Come: true}}})
	require.Greater(t, p.Height(v), float32(600))
	require.Contains(t, texts(p.Layout(v)), "One of everything")
	require.Empty(t, p.Layout(v).Hits, "buttons that are not seen cannot be pressed")
	top, bottom, ok := p.Place(v, "predict-who")
	require.True(t, ok)
	v.Scroll = top - 10
	l := p.Layout(v)
	require.NotContains(t, texts(l), "One of everything")
	require.NotEmpty(t, l.Hits)
	for _, h := range l.Hits {
		if strings.HasPrefix(h.Ref.Name, "answer") {
			require.True(t, h.Y > 0 && h.Y < bottom-top+10)
		}
	}
	_, _, ok = p.Place(v, "nothing")
	require.False(t, ok)
}

func TestTheSameViewIsNotSetAgain(t *testing.T) {
	p := pageOf(t, "en/all.md")
	progress := &Progress{}
	v := view(360, 500, progress)
	p.Layout(v)
	progress.Told = map[string]bool{"await-1": true}
	require.Contains(t, texts(p.Layout(view(360, 3000, progress))), "Goes on at", "the revision is the same")
	again := view(360, 3000, progress)
	again.Revision = 1
	require.Contains(t, texts(p.Layout(again)), "rpc_task_end", "now it waits for the next")
}

func TestThePointerLightsAButtonUp(t *testing.T) {
	p := pageOf(t, "en/all.md")
	v := view(360, 3000, &Progress{})
	plain := describe(p.Layout(v))
	v.Hover = p.Layout(v).Hits[0].Ref
	l := p.Layout(v)
	require.Equal(t, plain, describe(l), "nothing moves")
	lit := 0
	for _, it := range l.Front {
		if it.Stroke == scene.Hover {
			lit++
		}
	}
	require.Equal(t, 1, lit)
}

func TestEveryWordHasItsGlyphs(t *testing.T) {
	for _, lang := range lessons.Langs {
		w := wordsOf(lang)
		for _, text := range []string{w.waits, w.goThere, w.away, w.goBack, w.showAll, w.predict, w.early, w.asked, w.skip, w.skipped, w.right, w.wrong, w.seen, w.why, w.see} {
			require.NotEmpty(t, text)
			for _, r := range text {
				require.True(t, face.Has(r), "%q", r)
			}
		}
	}
}

func BenchmarkLayout(b *testing.B) {
	library, err := lessons.Open()
	require.NoError(b, err)
	p := New(library.Find("zh", "next-slot"))
	v := view(400, 850, nil)
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			v.Revision++
			p.Layout(v)
		}
	})
	b.Run("scrolling", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			v.Scroll = float32(int(v.Scroll+7) % 900)
			p.Layout(v)
		}
	})
}

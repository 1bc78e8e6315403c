package lessons

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const aFront = "---\ntitle: T\nscenario: two-slots\nseed: 42\n---\n"

func parse(t *testing.T, body string) *Lesson {
	t.Helper()
	l, err := Parse("lessons/en/t.md", []byte(aFront+body))
	require.NoError(t, err)
	return l
}

func complaint(t *testing.T, file string) string {
	t.Helper()
	_, err := Parse("lessons/en/t.md", []byte(file))
	require.Error(t, err)
	return err.Error()
}

func TestTheFrontMatterSaysWhatIsPlayed(t *testing.T) {
	l, err := Parse("lessons/zh/next-slot.md", []byte("---\r\ntitle: 标题: 副题\r\nscenario: two-slots\r\nseed: 7\r\norder: 4\r\n---\r\nHello\r\n"))
	require.NoError(t, err)
	require.Equal(t, "next-slot", l.Slug)
	require.Equal(t, "zh", l.Lang)
	require.Equal(t, "标题: 副题", l.Title)
	require.Equal(t, "two-slots", l.Scenario)
	require.Equal(t, uint64(7), l.Seed)
	require.Equal(t, 4, l.Order)
}

func TestBlocksComeInTheOrderOfTheFileWithTheirLines(t *testing.T) {
	l := parse(t, "one\n\ntwo\n\n::: await rpc_task_sleep queue=xprt_backlog\npassage\n\n- a list\n:::\n\n::: check rpc_task_end\n:::\nthree\n")
	require.Len(t, l.Blocks, 3)
	require.Equal(t, []BlockKind{Prose, Await, Prose}, []BlockKind{l.Blocks[0].Kind, l.Blocks[1].Kind, l.Blocks[2].Kind})
	require.Equal(t, []int{6, 10, 18}, []int{l.Blocks[0].Line, l.Blocks[1].Line, l.Blocks[2].Line})
	require.Len(t, l.Blocks[0].Nodes, 2, "two paragraphs in one stretch of prose")
	require.Len(t, l.Blocks[1].Nodes, 2, "a paragraph and a list")
	require.Equal(t, "await-1", l.Blocks[1].ID)
	require.Equal(t, "rpc_task_sleep queue=xprt_backlog", l.Blocks[1].When)
	require.Equal(t, 16, l.Checks[0].Line)
}

func TestACheckDoesNotCutTheProseAroundIt(t *testing.T) {
	l := parse(t, "one\n\n::: check rpc_task_end\n:::\n\ntwo\n")
	require.Len(t, l.Blocks, 1)
	require.Len(t, l.Blocks[0].Nodes, 2)
}

func TestAQuestionKnowsItsMomentsAndChoices(t *testing.T) {
	l := parse(t, "::: predict next-up\nask: rpc_task_end\nabout: rpc_task_wakeup\nchoices: read[3], read[4]\n\nWhich: one?\n:::\n")
	q := l.Questions[0]
	require.Equal(t, "next-up", q.ID)
	require.Equal(t, "rpc_task_end", q.Ask)
	require.Equal(t, []string{"read[3]", "read[4]"}, q.Choices)
	require.Equal(t, 6, q.Line)
	require.Equal(t, q, *l.Blocks[0].Question)
	require.Len(t, l.Blocks[0].Nodes, 1, "the question itself, a colon in it or not")
}

func TestColonsInsideACodeBlockCloseNothing(t *testing.T) {
	l := parse(t, "::: await rpc_task_end\n```\n:::\n```\nafter\n:::\n")
	require.Len(t, l.Blocks, 1)
	require.Contains(t, string(l.HTML(Words{})), "<pre><code>:::\n</code></pre>\n<p>after</p>\n</div>")
}

func TestEveryFaultOfALessonIsOneLineWithItsPlace(t *testing.T) {
	for name, c := range map[string]struct{ file, says string }{
		"no front matter":      {"# Hello\n", "lessons/en/t.md:1: no front matter: expected ---"},
		"empty file":           {"", "lessons/en/t.md:1: no front matter"},
		"open front matter":    {"---\ntitle: T\n", "lessons/en/t.md:1: the front matter is not closed"},
		"missing scenario":     {"---\ntitle: T\nseed: 1\n---\n", "lessons/en/t.md:1: the front matter lacks scenario: it needs title, scenario, seed"},
		"bad seed":             {"---\ntitle: T\nscenario: x\nseed: many\n---\n", `lessons/en/t.md:4: seed: "many": expected a number`},
		"seed twice":           {"---\ntitle: T\nscenario: x\nseed: 1\nseed: 2\n---\n", "lessons/en/t.md:5: seed stands in the front matter twice"},
		"unknown front matter": {"---\ntitle: T\nscenario: x\nseed: 1\nauthor: me\n---\n", `lessons/en/t.md:5: unknown front matter "author": expected one of title`},
		"unknown directive":    {aFront + "\n::: wait rpc_task_end\nx\n:::\n", "lessons/en/t.md:7: unknown directive ::: wait: expected one of await, predict, check"},
		"unclosed block":       {aFront + "text\n\n::: await rpc_task_end\nx\n", "lessons/en/t.md:8: ::: await is not closed"},
		"block in a block":     {aFront + "::: await rpc_task_end\nx\n::: await rpc_task_end\ny\n:::\n", "lessons/en/t.md:8: ::: await stands inside another block"},
		"block in a list":      {aFront + "- ::: await rpc_task_end\n", "lessons/en/t.md:6: ::: await stands inside a list"},
		"stray end":            {aFront + "x\n\n:::\n", "lessons/en/t.md:8: ::: closes nothing"},
		"bad predicate":        {aFront + "::: await rpc_task_slep\nx\n:::\n", "lessons/en/t.md:6: await: "},
		"bad field":            {aFront + "::: check rpc_task_sleep bench=xprt_backlog\n:::\n", "lessons/en/t.md:6: check: "},
		"no predicate":         {aFront + "::: await\nx\n:::\n", "lessons/en/t.md:6: await: expected an event"},
		"empty passage":        {aFront + "::: await rpc_task_end\n:::\n", "lessons/en/t.md:6: await rpc_task_end is empty"},
		"question without ask": {aFront + "::: predict q\nabout: rpc_task_end\nchoices: a, b\n\nx\n:::\n", `lessons/en/t.md:6: predict q lacks a line "ask: …"`},
		"bad ask":              {aFront + "::: predict q\nask: nothing\nabout: rpc_task_end\nchoices: a, b\n\nx\n:::\n", "lessons/en/t.md:7: ask: "},
		"choice twice":         {aFront + "::: predict q\nask: rpc_task_end\nabout: rpc_task_end\nchoices: a, a\n\nx\n:::\n", "lessons/en/t.md:9: question q: choices: a stands there twice"},
		"nameless question":    {aFront + "::: predict\nask: rpc_task_end\nabout: rpc_task_end\nchoices: a\n\nx\n:::\n", `lessons/en/t.md:6: predict "": expected a name`},
		"unasked question":     {aFront + "::: predict q\nask: rpc_task_end\nabout: rpc_task_end\nchoices: a\n:::\n", "lessons/en/t.md:6: predict q has no question"},
		"unknown line":         {aFront + "::: predict q\nask: rpc_task_end\nabout: rpc_task_end\nchoices: a\nanswer: a\n\nx\n:::\n", `lessons/en/t.md:10: predict q: unknown line "answer"`},
	} {
		t.Run(name, func(t *testing.T) {
			says := complaint(t, c.file)
			require.True(t, strings.HasPrefix(says, c.says), "got: %s", says)
		})
	}
}

func TestAllFaultsAreToldAtOnceInTheOrderOfTheirLines(t *testing.T) {
	says := complaint(t, aFront+"::: one\n:::\n::: two\n:::\n")
	lines := strings.Split(says, "\n")
	require.Len(t, lines, 2)
	require.Contains(t, lines[0], "t.md:6: unknown directive ::: one")
	require.Contains(t, lines[1], "t.md:8: unknown directive ::: two")
}

func FuzzParseNeverPanics(f *testing.F) {
	f.Add("---\ntitle: T\nscenario: x\nseed: 1\n---\n::: await rpc_task_end\nx\n:::\n")
	f.Add(aFront + "::: predict q\nask: rpc_task_end\n\n> ::: x\n:::\n```\n:::\n")
	f.Fuzz(func(t *testing.T, file string) {
		l, err := Parse("lessons/en/t.md", []byte(file))
		if err == nil {
			l.HTML(Words{})
		}
	})
}

package lessons

import (
	"regexp"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/world"
	"sunscope/lessons/grade"
)

func library(t *testing.T) *Library {
	t.Helper()
	lib, err := Open()
	require.NoError(t, err)
	return lib
}

func TestEveryLessonExistsInEveryLanguageWithTheSameShape(t *testing.T) {
	lib := library(t)
	require.NotEmpty(t, lib.In("en"))
	for _, lang := range Langs {
		require.Len(t, lib.In(lang), len(lib.In("en")), lang)
		for _, l := range lib.In(lang) {
			en := lib.Find("en", l.Slug)
			require.NotNil(t, en, "%s has no English original", l.File)
			require.Equal(t, en.Shape(), l.Shape(), l.File)
			require.Equal(t, []any{en.Scenario, en.Seed, en.Order}, []any{l.Scenario, l.Seed, l.Order}, l.File)
		}
	}
}

func TestEveryLessonIsTrueOfTheRunItIsAbout(t *testing.T) {
	for _, lang := range Langs {
		for _, l := range library(t).In(lang) {
			t.Run(lang+"/"+l.Slug, func(t *testing.T) {
				sc, err := yaml.Builtin(l.Scenario)
				require.NoError(t, err)
				log, err := world.Run(sc, l.Seed)
				require.NoError(t, err)
				require.NoError(t, l.Verify(story.New(log)))
			})
		}
	}
}

func TestUnderEverySeedTheTruthIsAmongTheChoicesShown(t *testing.T) {
	for _, l := range library(t).In("en") {
		sc, err := yaml.Builtin(l.Scenario)
		require.NoError(t, err)
		replaced := 0
		for seed := uint64(1); seed <= 80; seed++ {
			log, err := world.Run(sc, seed)
			require.NoError(t, err)
			s := story.New(log)
			for _, q := range l.Questions {
				m, err := grade.Locate(s, q.Question)
				require.NoError(t, err, "seed %d", seed)
				offered := q.Offered(m)
				require.Contains(t, offered, m.Truth, "seed %d, question %s", seed, q.ID)
				require.Len(t, offered, len(q.Choices))
				v, err := grade.Grade(s, q.Question, m.Truth)
				require.NoError(t, err)
				require.True(t, v.Right)
				if !slices.Equal(q.Choices, offered) {
					require.NotEqual(t, l.Seed, seed, "the lesson's own seed shows the lesson's choices")
					replaced++
				}
			}
		}
		t.Logf("%s: %d times the lesson's choices lacked the truth", l.Slug, replaced)
	}
}

func TestALessonOfAnUnknownScenarioIsRefusedWithItsLine(t *testing.T) {
	lib, err := OpenFS(fstest.MapFS{"en/a.md": {Data: []byte("---\ntitle: T\nseed: 1\nscenario: two-slotz\n---\nx\n")}}, "lessons")
	require.NoError(t, err)
	err = lib.checkScenarios([]string{"two-slots", "reconnect"})
	require.EqualError(t, err, `lessons/en/a.md:4: scenario: there is no "two-slotz": expected one of two-slots, reconnect`)
	require.NoError(t, lib.checkScenarios([]string{"two-slotz"}))
}

func TestALibraryTellsTheFaultsOfAllItsLessonsTogether(t *testing.T) {
	_, err := OpenFS(fstest.MapFS{
		"en/a.md": {Data: []byte("x")},
		"zh/b.md": {Data: []byte("y")},
	}, "lessons")
	require.ErrorContains(t, err, "lessons/en/a.md:1: no front matter")
	require.ErrorContains(t, err, "lessons/zh/b.md:1: no front matter")
}

func TestLessonsComeInTheirOrder(t *testing.T) {
	file := func(order string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte("---\ntitle: T\nscenario: s\nseed: 1\norder: " + order + "\n---\nx\n")}
	}
	lib, err := OpenFS(fstest.MapFS{"en/a.md": file("2"), "en/b.md": file("1"), "zh/a.md": file("2")}, "lessons")
	require.NoError(t, err)
	require.Equal(t, "b", lib.In("en")[0].Slug)
	require.Equal(t, "a", lib.In("en")[1].Slug)
	require.Nil(t, lib.Find("zh", "b"))
}

func TestNoMarkIsLeftStandingInTheText(t *testing.T) {
	code := regexp.MustCompile(`(?s)<pre>.*?</pre>|<code>.*?</code>`)
	for _, lang := range Langs {
		for _, l := range library(t).In(lang) {
			text := code.ReplaceAllString(string(l.HTML(Words{})), "")
			require.NotRegexp(t, "[*`]|:::|\\[.*\\]\\(", text, "%s: emphasis that goldmark does not take for one", l.File)
		}
	}
}

package lessons

import (
	"regexp"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"sunscope/core/scenario/yaml"
	"sunscope/core/story"
	"sunscope/core/world"
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

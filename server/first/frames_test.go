package first

import (
	"encoding/xml"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/lessons"
	"sunscope/server/site"
)

func lesson(t *testing.T) *lessons.Lesson {
	t.Helper()
	lib, err := lessons.Open()
	require.NoError(t, err)
	return lib.Find("en", "next-slot")
}

func TestAFirstFrameIsTheStageOfTheLessonAsSVG(t *testing.T) {
	var f Frames
	svg, err := f.Draw(lesson(t), site.Frame{W: 1000, H: 700, Lang: "en", Theme: "light"})
	require.NoError(t, err)
	d := xml.NewDecoder(strings.NewReader(string(svg)))
	for {
		if _, err = d.Token(); err != nil {
			break
		}
	}
	require.ErrorIs(t, err, io.EOF, "well-formed XML")
	require.Contains(t, string(svg), "reserve", "the map of states is on it")
}

func TestLanguageThemeAndSizeMakeDifferentFrames(t *testing.T) {
	var f Frames
	base := site.Frame{W: 1000, H: 700, Lang: "en", Theme: "light"}
	was, err := f.Draw(lesson(t), base)
	require.NoError(t, err)
	again, err := f.Draw(lesson(t), base)
	require.NoError(t, err)
	require.Equal(t, was, again)
	for _, other := range []site.Frame{
		{W: 390, H: 340, Lang: "en", Theme: "light"}, {W: 1000, H: 700, Lang: "zh", Theme: "light"}, {W: 1000, H: 700, Lang: "en", Theme: "dark"},
	} {
		svg, err := f.Draw(lesson(t), other)
		require.NoError(t, err)
		require.NotEqual(t, was, svg)
	}
}

func TestALessonOfAnUnknownScenarioSaysSo(t *testing.T) {
	var f Frames
	_, err := f.Draw(&lessons.Lesson{Scenario: "none"}, site.Frame{W: 1000, H: 700})
	require.ErrorContains(t, err, "none")
}

func TestSizesWithoutEndDoNotFillTheMemory(t *testing.T) {
	var f Frames
	for w := range 3 * keptPictures {
		_, err := f.Draw(lesson(t), site.Frame{W: 400 + w, H: 300, Lang: "en", Theme: "light"})
		require.NoError(t, err)
	}
	require.LessOrEqual(t, len(f.pictures), keptPictures)
}

func TestAFirstFrameDoesNotTellWhatTheLessonAsks(t *testing.T) {
	var f Frames
	frame := site.Frame{W: 1000, H: 700, Lang: "en", Theme: "light"}
	l := lesson(t)
	svg, err := f.Draw(l, frame)
	require.NoError(t, err)
	plain := *l
	plain.Slug, plain.Questions = "without-questions", nil
	whole, err := f.Draw(&plain, frame)
	require.NoError(t, err)
	require.Less(t, len(svg), len(whole)-3500, "most of the timeline is still to come")
}

func TestAFrameWithinAPageHasNoStyleOfItsOwnAndNoTheme(t *testing.T) {
	var f Frames
	svg, err := f.Inline(lesson(t), site.Frame{W: 1004, H: 762, Lang: "en", Theme: "dark"})
	require.NoError(t, err)
	text := string(svg)
	require.True(t, strings.HasPrefix(text, "<svg ") && strings.HasSuffix(text, "</svg>"))
	for _, no := range []string{"style=", "font-family", `="#`} {
		require.NotContains(t, text, no)
	}
	colours := string(Colours())
	for _, m := range roleColour.FindAllStringSubmatch(text, -1) {
		require.Fail(t, "a colour is left", m[0])
	}
	for _, part := range strings.Split(text, "var(")[1:] {
		role, _, _ := strings.Cut(part, ")")
		require.Equal(t, 2, strings.Count(colours, "  "+role+": "), "in light and dark, and for projectors")
	}
	small, err := f.Inline(lesson(t), site.Frame{W: 374, H: 354, Lang: "en", Part: "slots"})
	require.NoError(t, err)
	require.NotContains(t, string(small), "call_transmit", "a phone sees the slots first")
}

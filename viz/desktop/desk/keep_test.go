package desk

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADeskRemembersHowItWasSetUp(t *testing.T) {
	d, _ := deskOf(t, Options{})
	require.Equal(t, Kept{Theme: "light", Lang: "en"}, d.Kept())
	d.setSplit(500)
	d.Key("l", false)
	d.Key("t", false)
	d.Key("L", false)
	require.NoError(t, d.openFile(recording))
	kept := d.Kept()
	full, err := filepath.Abs(recording)
	require.NoError(t, err)
	require.Equal(t, Kept{"dark", "zh", 500, true, []string{full}}, kept)

	again, _ := deskOf(t, Options{Lang: kept.Lang, Theme: kept.Theme})
	again.Remember(kept)
	again.Pictures()
	require.Equal(t, kept, again.Kept())
	require.Zero(t, again.Areas().Column.W)
	pressKeys(again, "l")
	require.Equal(t, float32(500), again.Areas().Column.W)
	press(t, again, "menubar id=file")
	require.Contains(t, said(again), "06-slot-contention/trace.txt.gz")
}

func TestARecordingThatHidTheLessonDoesNotHideItNextTime(t *testing.T) {
	d, _ := deskOf(t, Options{Open: recording})
	require.True(t, d.lessonHidden)
	require.False(t, d.Kept().LessonHidden)
}

func TestTheLatestRecordingIsTheFirstOfTheRecentOnes(t *testing.T) {
	d, _ := deskOf(t, Options{})
	for _, name := range []string{"/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9", "/3"} {
		d.opened(name)
	}
	require.Equal(t, []string{"/3", "/9", "/8", "/7", "/6", "/5", "/4", "/2"}, d.Kept().Recent)
}

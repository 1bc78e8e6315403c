package main

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain goes to the project's folder, where the command is run.
func TestMain(m *testing.M) {
	if err := os.Chdir(filepath.Join("..", "..")); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}

func TestEveryMomentCanStillBeReached(t *testing.T) {
	names := map[string]bool{}
	for _, s := range chosen(regexp.MustCompile("-390-dark$")) {
		require.False(t, names[s.name()], "two pictures are called %s", s.name())
		names[s.name()] = true
		_, err := s.draw(0)
		require.NoError(t, err, s.name())
	}
	require.Len(t, names, len(moments))
}

func TestAPictureIsWrittenAndAMomentThatDoesNotExistIsNot(t *testing.T) {
	dir := t.TempDir()
	good := shot{&moment{name: "good", scenario: "two-slots", do: []string{"step"}}, size{200, 100}, "dark"}
	require.NoError(t, good.write(dir, 1))
	info, err := os.Stat(filepath.Join(dir, "good-200-dark.png"))
	require.NoError(t, err)
	require.Greater(t, info.Size(), int64(200))
	bad := shot{&moment{name: "bad", scenario: "two-slots", do: []string{"seek event=rpc_task_sleep nth=5000"}}, size{200, 100}, "dark"}
	require.ErrorContains(t, bad.write(dir, 1), "no event of this run matches")
	bad = shot{&moment{name: "bad", window: true, do: []string{"no-such-command"}}, size{800, 600}, "dark"}
	require.ErrorContains(t, bad.write(dir, 1), "unknown command")
}

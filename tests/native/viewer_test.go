//go:build e2e

package native

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const root = "../.."

// program is the viewer, built once.
var program string

// withViewer builds the viewer and runs the tests.
func withViewer(do func() int) int {
	dir, err := os.MkdirTemp("", "sunscope-native")
	if err == nil {
		defer os.RemoveAll(dir)
		program = filepath.Join(dir, "sunscope")
		build := exec.Command("go", "build", "-o", program, "./viz/desktop")
		build.Dir = root
		var out []byte
		if out, err = build.CombinedOutput(); err == nil {
			return do()
		}
		err = fmt.Errorf("go build ./viz/desktop: %w\n%s", err, out)
	}
	fmt.Fprintln(os.Stderr, "native tests:", err)
	return 1
}

// viewer is a running viewer.
type viewer struct {
	t      *testing.T
	cmd    *exec.Cmd
	dir    string // where it saves pictures
	window string
	stderr bytes.Buffer
	shots  int
}

// start opens the viewer's window, and closes it when the test ends.
func start(t *testing.T, args ...string) *viewer {
	t.Helper()
	return startWith(t, nil, args...)
}

// startWith is start for a viewer that reads from its standard input.
func startWith(t *testing.T, stdin io.Reader, args ...string) *viewer {
	t.Helper()
	return startIn(t, t.TempDir(), stdin, args...)
}

// startIn is startWith for a viewer whose folder, where it saves pictures and what it remembers, may be another's.
func startIn(t *testing.T, dir string, stdin io.Reader, args ...string) *viewer {
	t.Helper()
	v := &viewer{t: t, dir: dir}
	v.cmd = exec.Command(program, args...)
	v.cmd.Dir, v.cmd.Stderr, v.cmd.Stdin = v.dir, &v.stderr, stdin
	v.cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+v.dir)
	require.NoError(t, v.cmd.Start())
	t.Cleanup(func() {
		_ = v.cmd.Process.Kill()
		_ = v.cmd.Wait()
		if t.Failed() {
			t.Logf("the viewer said: %s", v.stderr.String())
		}
	})
	require.Eventually(t, func() bool {
		out, err := exec.Command("xdotool", "search", "--pid", strconv.Itoa(v.cmd.Process.Pid), "--onlyvisible", "--name", "Sunscope").Output()
		v.window = strings.TrimSpace(string(out))
		return err == nil && v.window != ""
	}, 30*time.Second, 100*time.Millisecond, "no window: %s", &v.stderr)
	v.do("windowfocus", v.window)
	time.Sleep(time.Second) // the first frames
	return v
}

func (v *viewer) do(args ...string) {
	v.t.Helper()
	out, err := exec.Command("xdotool", args...).CombinedOutput()
	require.NoError(v.t, err, "xdotool %v: %s", args, out)
}

// keys presses keys as a person does, slower than the viewer's ticks.
func (v *viewer) keys(names ...string) {
	v.t.Helper()
	for _, name := range names {
		v.do("keydown", name)
		time.Sleep(80 * time.Millisecond)
		v.do("keyup", name)
		time.Sleep(80 * time.Millisecond)
	}
}

// click presses and releases the mouse at a point of the window.
func (v *viewer) click(x, y int) {
	v.t.Helper()
	v.do("mousemove", "--window", v.window, strconv.Itoa(x), strconv.Itoa(y))
	time.Sleep(120 * time.Millisecond)
	v.do("mousedown", "1")
	time.Sleep(120 * time.Millisecond)
	v.do("mouseup", "1")
	time.Sleep(200 * time.Millisecond)
}

// picture is what the window shows, saved by the viewer itself.
func (v *viewer) picture(name string) *image.RGBA {
	v.t.Helper()
	v.shots++
	file := filepath.Join(v.dir, fmt.Sprintf("sunscope-%d.png", v.shots))
	v.keys("ctrl+s")
	var got *image.RGBA
	require.Eventually(v.t, func() bool {
		var err error
		got, err = read(file)
		return err == nil
	}, 20*time.Second, 100*time.Millisecond, "no picture; the viewer said: %s", &v.stderr)
	keep(v.t, name, got)
	v.keys("Escape") // the line that says so
	return got
}

func read(file string) (*image.RGBA, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := png.Decode(f)
	if err != nil {
		return nil, err
	}
	out := image.NewRGBA(p.Bounds())
	for y := range out.Rect.Dy() {
		for x := range out.Rect.Dx() {
			out.Set(x, y, p.At(x, y))
		}
	}
	return out, nil
}

// keep puts a picture where people look.
func keep(t *testing.T, name string, p *image.RGBA) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Join(root, "tests/artifacts"), 0o755))
	f, err := os.Create(filepath.Join(root, "tests/artifacts", "native-"+strings.NewReplacer(" ", "-", ",", "").Replace(name)+".png"))
	require.NoError(t, err)
	require.NoError(t, png.Encode(f, p))
	require.NoError(t, f.Close())
}

// colours counts the different ones in a part of a picture.
func colours(p *image.RGBA, in image.Rectangle) int {
	seen := map[color.RGBA]bool{}
	for y := in.Min.Y; y < in.Max.Y; y++ {
		for x := in.Min.X; x < in.Max.X; x++ {
			seen[p.RGBAAt(x, y)] = true
		}
	}
	return len(seen)
}

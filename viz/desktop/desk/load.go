package desk

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"

	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// loading is a recording that is being read, in a goroutine of its own: the window goes on meanwhile, with what it showed
// before, and shows the new one when all of it has been read.
type loading struct {
	name string
	path string // "" for a file without one, which no list of recent files can name
	size int64  // bytes of the file

	read     atomic.Int64 // bytes of it that were read
	canceled atomic.Bool
	done     chan loaded
	shown    int // percent that the window shows
}

// loaded is what came of it.
type loaded struct {
	recording *stage.Loaded
	err       error
}

// patience is how large a file may be that is read while the window waits: it is there within a few frames.
const patience = 1 << 20

// patienceAtStart is the same before the window opens: a bad file then ends the program.
const patienceAtStart = 8 << 20

var errCanceled = errors.New("reading was given up")

// counted counts what is read.
type counted struct {
	from io.Reader
	l    *loading
}

// Read implements io.Reader.
func (c counted) Read(p []byte) (int, error) {
	if c.l.canceled.Load() {
		return 0, errCanceled
	}
	n, err := c.from.Read(p)
	c.l.read.Add(int64(n))
	return n, err
}

// work reads all of it.
func (l *loading) work(from io.ReadCloser) loaded {
	defer from.Close()
	r, err := stage.Load(l.name, counted{from, l})
	if l.canceled.Load() {
		return loaded{nil, errCanceled}
	}
	return loaded{r, err}
}

// largestFile is as much as is read of a recording: a trace file of a million events has some 150 MB.
const largestFile = 2 << 30

// openFile plays a recording; a large one appears when it has been read.
func (d *Desk) openFile(path string) error {
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return pathError(path, err)
	case info.IsDir():
		return errors.New(path + ": a folder; expected a trace file")
	case info.Size() > largestFile:
		return errors.New(path + ": " + strconv.FormatInt(info.Size()>>20, 10) + " MB; files of up to " + strconv.Itoa(largestFile>>20) + " MB are opened")
	}
	f, err := os.Open(path)
	if err != nil {
		return pathError(path, err)
	}
	return d.load(&loading{name: filepath.Base(path), path: path, size: info.Size()}, f)
}

// OpenReader plays a recording of that size: a file that was dropped on the window.
func (d *Desk) OpenReader(name string, size int64, from io.ReadCloser) error {
	d.path = "" // nobody knows its folder
	return d.load(&loading{name: name, size: size}, from)
}

// OpenBytes plays a recording that is in memory already.
func (d *Desk) OpenBytes(name string, data []byte) error {
	l := &loading{name: name, size: int64(len(data))}
	return d.take(l, l.work(io.NopCloser(bytes.NewReader(data))))
}

func (d *Desk) load(l *loading, from io.ReadCloser) error {
	d.cancelLoading()
	if l.size <= d.patience {
		got := l.work(from)
		return d.take(l, got)
	}
	l.done = make(chan loaded, 1)
	go func() { l.done <- l.work(from) }()
	d.loading = l
	d.browser, d.chooser = nil, nil
	d.touch()
	return nil
}

// take shows what was read. On an error what was shown before stays.
func (d *Desk) take(l *loading, got loaded) error {
	if got.err != nil {
		return got.err
	}
	if err := d.Player.ShowLoaded(got.recording); err != nil {
		return err
	}
	if l.path != "" {
		d.opened(l.path)
	}
	d.browser, d.chooser = nil, nil
	d.forgetAnswers()
	d.takeStock()
	return nil
}

// Loading reports whether a recording is being read.
func (d *Desk) Loading() bool { return d.loading != nil }

// pollLoading looks after a recording that is being read.
func (d *Desk) pollLoading() {
	l := d.loading
	if l == nil {
		return
	}
	select {
	case got := <-l.done:
		d.loading = nil
		d.touch()
		if err := d.take(l, got); err != nil {
			d.Say(err)
			d.Failed = err
		}
	default:
		if now := l.percent(); now != l.shown {
			l.shown = now
			d.touch()
		}
	}
}

func (l *loading) percent() int { return int(l.read.Load() * 100 / max(1, l.size)) }

// cancelLoading gives up what is being read.
func (d *Desk) cancelLoading() {
	if d.loading != nil {
		d.loading.canceled.Store(true)
		d.loading = nil
		d.touch()
	}
}

// layLoading shows how far reading has come.
func (d *Desk) layLoading(s *sheet) {
	l := d.loading
	all := d.areas.Window
	w := min(all.W-24, 460)
	r := Rect{float32(int((all.W - w) / 2)), float32(int(all.H/2 - 50)), w, 96}
	s.card(r, 10, scene.Panel, scene.InsetEdge)
	s.hit(r, act("box"))
	what := d.either("Reading", "正在读取") + " " + l.name
	if l.shown >= 100 {
		what = d.either("Putting in order", "正在整理") + " " + l.name
	}
	s.text(r.X+18, r.Y+30, scene.SansBold, 14, scene.Ink, fit(scene.SansBold, 14, what, w-100))
	s.add(scene.Item{Op: scene.OpText, X: r.X + w - 18, Y: r.Y + 30, Font: scene.Mono, Size: 12.5, Align: scene.Right, Fill: scene.InkDim,
		Text: strconv.Itoa(l.shown) + " % " + d.either("of", "/") + " " + megabytes(l.size)})
	bar := Rect{r.X + 18, r.Y + 46, w - 36, 8}
	s.add(scene.Item{Op: scene.OpRect, X: bar.X, Y: bar.Y, W: bar.W, H: bar.H, R: 4, Fill: scene.Rail})
	s.add(scene.Item{Op: scene.OpRect, X: bar.X, Y: bar.Y, W: max(8, bar.W*float32(l.shown)/100), H: bar.H, R: 4, Fill: scene.Call})
	s.label(Rect{r.X + w - 18 - 84, r.Y + 62, 84, 26}, "cancel-load", d.either("Give up", "放弃"))
}

func megabytes(n int64) string {
	return strconv.FormatFloat(float64(n)/1e6, 'f', 1, 64) + " MB"
}

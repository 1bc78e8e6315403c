package desk

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/lessons"
	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// Options say what a desk begins with.
type Options struct {
	Lesson string // slug; "" is the first
	Lang   string // "en" or "zh"
	Theme  string // "light", "dark" or "projector"
	Seed   string // instead of the lesson's; "" keeps that
	Open   string // a recording to play instead of the lesson's scenario; "" for none
}

// Desk is everything in the window.
type Desk struct {
	Player *stage.Player
	// Complain is told of every error that is also shown in the window, as one line.
	Complain func(string)

	library *lessons.Library
	page    *prose.Page
	seed    string // asked for on the command line

	progress prose.Progress
	told     uint64 // revision of progress
	seen     uint64 // revision of the player at which progress was taken

	areas    Areas
	hover    hover
	pressed  pressed
	scroll   scrolling // of the lesson
	inspect  inspecting
	browser  *browser // open while a file is chosen
	notice   notice
	shooting bool // a picture of the window was asked for

	bar, column, over scene.List
	drawn             drawn
	redraw            uint64 // grows with every change that the player does not know of
}

// New is a desk that shows a lesson and its run, or a recording beside it.
func New(library *lessons.Library, o Options) (*Desk, error) {
	d := &Desk{Player: stage.NewPlayer(), library: library, seed: o.Seed, Complain: func(string) {}}
	for cmd, value := range map[string]string{"lang": o.Lang, "theme": o.Theme} {
		if err := d.Player.Do(cmd, stage.Args{"value": value}); err != nil {
			return nil, err
		}
	}
	all := library.In(o.Lang)
	slug := o.Lesson
	if slug == "" && len(all) > 0 {
		slug = all[0].Slug
	}
	if err := d.openLesson(slug, o.Open == ""); err != nil {
		return nil, err
	}
	if o.Open != "" {
		if err := d.openFile(o.Open); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// openLesson puts a lesson on the desk, and plays its scenario if run says so.
func (d *Desk) openLesson(slug string, run bool) error {
	l := d.library.Find(d.Player.Lang(), slug)
	if l == nil {
		var have []string
		for _, l := range d.library.In(d.Player.Lang()) {
			have = append(have, l.Slug)
		}
		return errors.New("there is no lesson " + strconv.Quote(slug) + "; there are: " + strings.Join(have, ", "))
	}
	d.page = prose.New(l)
	d.Player.Forget()
	if run {
		if err := d.playLesson(); err != nil {
			return err
		}
	}
	for _, b := range l.Blocks {
		if b.Kind == lessons.Await {
			if err := d.Player.Watch(b.ID, b.When); err != nil {
				return err
			}
		}
	}
	for _, q := range l.Questions {
		if err := d.Player.Watch(askMark+q.ID, q.Ask); err != nil {
			return err
		}
		if err := d.Player.Predict(q.Question); err != nil && run && d.seed == "" {
			return err // with another seed a question may not fit the run, and stays silent
		}
	}
	d.scroll = scrolling{}
	d.takeStock()
	return nil
}

// playLesson simulates the lesson's scenario.
func (d *Desk) playLesson() error {
	l := d.page.Lesson()
	seed := d.seed
	if seed == "" {
		seed = strconv.FormatUint(l.Seed, 10)
	}
	d.forgetAnswers()
	return d.Player.Do("scenario", stage.Args{"name": l.Scenario, "seed": seed})
}

// largestFile is as much as is read of a recording: a trace file of a million events has some 150 MB.
const largestFile = 512 << 20

// openFile plays a recording.
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
	data, err := os.ReadFile(path)
	if err != nil {
		return pathError(path, err)
	}
	return d.OpenBytes(filepath.Base(path), data)
}

// pathError is an error about a file with the file's name once, in front.
func pathError(path string, err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return errors.New(path + ": " + err.Error())
}

// OpenBytes plays a recording that is in memory already: a file that was dropped on the window.
func (d *Desk) OpenBytes(name string, data []byte) error {
	if err := d.Player.OpenRecording(name, data); err != nil {
		return err
	}
	d.forgetAnswers()
	d.takeStock()
	return nil
}

// OpenLive shows a run that begins now; Player.Feed makes it grow.
func (d *Desk) OpenLive(name string) {
	d.Player.ShowLive(name)
	d.forgetAnswers()
	d.takeStock()
}

// Say shows an error in the window and hands it to Complain.
func (d *Desk) Say(err error) {
	if err != nil {
		d.notice = notice{text: err.Error(), left: noticeTime}
		d.touch()
		d.Complain(err.Error())
	}
}

// Tell shows a line in the window that is no error.
func (d *Desk) Tell(text string) {
	d.notice = notice{text: text, calm: true, left: noticeTime / 3}
	d.touch()
}

func (d *Desk) touch() { d.redraw++ }

// Advance lets a tick of wall time pass for everything but the player's clock, which the stage advances.
func (d *Desk) Advance(dt time.Duration) {
	d.takeStock()
	d.scroll.step(d, dt)
	if d.notice.left > 0 {
		if d.notice.left -= dt; d.notice.left <= 0 {
			d.touch()
		}
	}
}

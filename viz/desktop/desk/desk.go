package desk

import (
	"errors"
	"os"
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
	// Scenario is a built-in scenario to play instead of the lesson's; "" for none. Seed is then its seed.
	Scenario string
	// Link is a moment to begin with: a URL, or its fragment. A recording that it speaks of is what Open names.
	Link string
	Wait bool // until what is opened has been read, however large it is
}

// Desk is everything in the window.
type Desk struct {
	Player *stage.Player
	// Complain is told of every error that is also shown in the window, as one line.
	Complain func(string)

	// Print is given what is to be copied out of the window: a link.
	Print func(string)
	// Wanted are files that the player wants made and that need a painter: "export-png", "export-apng".
	Wanted []string

	library *lessons.Library
	page    *prose.Page
	seed    string // of the lesson's scenario, asked for on the command line
	apart   bool   // a scenario is played by itself, not the lesson's run

	progress prose.Progress
	told     uint64 // revision of progress
	seen     uint64 // revision of the player at which progress was taken

	areas          Areas
	lessonHidden   bool     // the stage has its room
	hiddenByChoice bool     // the reader wanted that, and not a file that was opened
	recent         []string // recordings that were opened, the latest first
	FullScreen     bool     // what the window is; package main keeps it
	quit           bool
	split          float32 // width of the column that the reader chose; 0: the usual one

	hover    hover
	pressed  pressed
	scroll   scrolling // of the lesson
	inspect  inspecting
	browser  *browser // open while a file is chosen
	folder   string   // that it showed last
	loading  *loading // a recording that is being read
	patience int64    // how large a file may be that the window waits for
	Failed   error    // what a file that was read meanwhile ended with
	chooser  *chooser // open while something is chosen from a list
	menu     menubar
	path     string        // of the recording that was opened last; "" for one without
	wall     time.Duration // that has passed since the desk was made
	looked   scene.Hit     // where on the stage the keyboard came to
	pan      scrolling     // of the stage's picture, in a narrow window
	find     finding
	dock     docked
	context  context
	focus    scene.Ref // what Tab came to
	keys     struct {  // the sheet of keys
		scroll scrolling
		most   float32
	}
	notice   notice
	inStrip  bool // the notice stands in the strip
	shooting bool // a picture of the window was asked for

	strip, bar, column, edge, over scene.List
	drawn                          drawn
	redraw                         uint64 // grows with every change that the player does not know of
}

// New is a desk that shows a lesson and its run, or a recording beside it.
func New(library *lessons.Library, o Options) (*Desk, error) {
	d := &Desk{Player: stage.NewPlayer(), library: library, seed: o.Seed, patience: patience, Complain: func(string) {}, Print: func(string) {}}
	for cmd, value := range map[string]string{"lang": o.Lang, "theme": o.Theme} {
		if err := d.Player.Do(cmd, stage.Args{"value": value}); err != nil {
			return nil, err
		}
	}
	if o.Scenario != "" {
		d.seed = "" // it is that scenario's, not the lesson's
	}
	all := library.In(o.Lang)
	slug := o.Lesson
	if slug == "" && len(all) > 0 {
		slug = all[0].Slug
	}
	other := o.Open != "" || o.Scenario != "" || o.Link != ""
	if err := d.openLesson(slug, !other); err != nil {
		return nil, err
	}
	if other && o.Lesson == "" {
		d.hideLesson()
	}
	if o.Link != "" {
		d.Player.Forget() // the link's run is none of the lesson's
		d.apart = true
		if err := d.Player.OpenLink(o.Link); err != nil {
			return nil, err
		}
	}
	switch {
	case o.Open != "":
		if d.patience = patienceAtStart; o.Wait {
			d.patience = largestFile
		}
		err := d.openFile(o.Open)
		if d.patience = patience; o.Link != "" {
			d.notice = notice{} // that a link waits for its file
		}
		return d, err
	case o.Scenario != "":
		return d, d.playScenario(o.Scenario, o.Seed)
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
	d.page, d.apart = prose.New(l), false
	d.Player.Forget()
	if run {
		if err := d.playLesson(); err != nil {
			return err
		}
	}
	d.scroll = scrolling{}
	return d.listen(run)
}

// listen lets the player watch for what the lesson speaks of and asks. strict: the lesson's own run is played, so that
// a question that does not fit it is an error.
func (d *Desk) listen(strict bool) error {
	l := d.page.Lesson()
	d.Player.Forget()
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
		if err := d.Player.Predict(q.Question); err != nil && strict && d.seed == "" {
			return err // with another seed a question may not fit the run, and stays silent
		}
	}
	d.takeStock()
	return nil
}

// playScenario simulates a built-in scenario that is none of the lesson's.
func (d *Desk) playScenario(name, seed string) error {
	if err := d.Player.Do("scenario", stage.Args{"name": name, "seed": seed}); err != nil {
		return err
	}
	d.Player.Forget() // the lesson's questions are about its own run
	d.apart = true
	d.forgetAnswers()
	d.takeStock()
	return nil
}

// backToLesson plays the lesson's run again.
func (d *Desk) backToLesson() error {
	d.browser, d.chooser = nil, nil
	d.apart = false
	if err := d.playLesson(); err != nil {
		return err
	}
	return d.listen(true)
}

// away reports whether something else than the lesson's run is played.
func (d *Desk) away() bool {
	from := d.Player.Source()
	return d.apart || from.Kind != stage.Simulation || from.Name != d.page.Lesson().Scenario
}

// hideLesson leaves the lesson's room to the stage, and says how it comes back.
func (d *Desk) hideLesson() {
	d.lessonHidden = true
	d.Tell(d.words().lessonBack)
	d.notice.left = noticeTime / 5
}

// toggleLesson hides the lesson or shows it.
func (d *Desk) toggleLesson() {
	if d.hiddenByChoice = !d.lessonHidden; d.hiddenByChoice {
		d.hideLesson()
		return
	}
	d.notice = notice{}
	d.showLesson()
}

func (d *Desk) showLesson() {
	if d.lessonHidden {
		d.lessonHidden = false
		d.touch()
		d.Resize(d.areas.Window.W, d.areas.Window.H)
	}
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

// pathError is an error about a file with the file's name once, in front.
func pathError(path string, err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return errors.New(path + ": " + err.Error())
}

// OpenLive shows a run that begins now; Player.Feed makes it grow.
func (d *Desk) OpenLive(name string) {
	d.path = ""
	d.Player.ShowLive(name)
	d.hideLesson()
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
	d.wall += dt
	d.pollLoading()
	d.takeStock()
	d.scroll.step(d, dt)
	if d.notice.left > 0 {
		if d.notice.left -= dt; d.notice.left <= 0 {
			d.touch()
		}
	}
}

package desk

import (
	"errors"
	"strconv"
	"strings"

	"sunscope/lessons"
	"sunscope/viz/prose"
	"sunscope/viz/scene"
	"sunscope/viz/stage"
)

// Do carries out a command line: "step", "answer id=next-up choice=read[3]". The desk's own commands come first, what
// it does not know is the player's. Errors are shown; see Say.
func (d *Desk) Do(line string) { d.Say(d.Try(line)) }

// Try is Do for a caller who deals with the error himself.
func (d *Desk) Try(line string) (err error) {
	id, args := parse(line)
	if c := own(id); c != nil {
		err = c.do(d, args)
	} else {
		err = d.Player.Do(id, args)
	}
	d.touch()
	d.takeStock()
	return err
}

// answer remembers the choice, which the verdict does not repeat.
func (d *Desk) answer(a stage.Args) error {
	id := a["id"]
	q, ok := d.progress.Questions[id]
	if !ok {
		return errors.New("answer: there is no question " + strconv.Quote(id))
	}
	was := q
	q.Choice, q.Skipped = a["choice"], false
	d.progress.Questions[id] = q
	if err := d.Player.Do("answer", a); err != nil {
		d.progress.Questions[id] = was
		return err
	}
	return nil
}

// AnswerAsked answers the question that is asked just now with its n-th choice, from 1. It is false if there is none.
func (d *Desk) AnswerAsked(n int) bool {
	id := d.Player.Asking()
	offered := d.Player.Choices(id)
	if n < 1 || n > len(offered) {
		return false
	}
	d.Do("answer id=" + id + " choice=" + offered[n-1])
	return true
}

func (d *Desk) skip(a stage.Args) error {
	id := a["id"]
	if id == "" {
		id = d.Player.Asking()
	}
	if err := d.Player.Do("skip", a); err != nil || id == "" {
		return err
	}
	if q, ok := d.progress.Questions[id]; ok {
		q.Skipped = true
		d.progress.Questions[id] = q
		d.told++
	}
	return d.Player.Do("play", nil)
}

// lesson opens the lesson of that slug; without one it hides the lesson or shows it again.
func (d *Desk) lesson(a stage.Args) error {
	if slug := a["slug"]; slug != "" {
		d.showLesson()
		return d.openLesson(slug, true)
	}
	d.toggleLesson()
	return nil
}

// goTo goes to the event of a passage.
func (d *Desk) goTo(a stage.Args) error {
	for _, m := range d.Player.Marks() {
		if m.ID == a["id"] && m.Instant >= 0 {
			return d.Player.Do("seek", stage.Args{"instant": strconv.Itoa(m.Instant)})
		}
	}
	return errors.New("go: " + a["id"] + ": this run has no such moment")
}

// see goes to the event that decided a question.
func (d *Desk) see(a stage.Args) error {
	return d.Player.Do("seek", stage.Args{"instant": strconv.Itoa(d.progress.Questions[a["id"]].Decided)})
}

func (d *Desk) setLang(lang string) error {
	l := d.library.Find(lang, d.page.Lesson().Slug)
	if l == nil {
		return errors.New("lang: there is no language " + strconv.Quote(lang) + " of this lesson; there are: " + strings.Join(lessons.Langs, ", "))
	}
	if err := d.Player.Do("lang", stage.Args{"value": lang}); err != nil {
		return err
	}
	d.page = prose.New(l)
	d.seen = 0
	return nil
}

func (d *Desk) nextLang() error {
	if d.Player.Lang() == "en" {
		return d.setLang("zh")
	}
	return d.setLang("en")
}

func (d *Desk) nextTheme() error {
	next := map[string]string{"light": "dark", "dark": "projector", "projector": "light"}[d.Player.ThemeName()]
	return d.Player.Do("theme", stage.Args{"value": next})
}

// Escape closes what lies on top; if nothing does, it deselects.
func (d *Desk) Escape() {
	d.touch()
	switch {
	case d.notice.left > 0:
		d.notice = notice{}
	case d.loading != nil:
		d.cancelLoading()
	case d.browser != nil:
		d.browser = nil
	case d.chooser != nil:
		d.chooser = nil
	case d.dock.which != "" && !d.escapes():
		d.Say(d.doPanel(stage.Args{}))
	default:
		d.Say(d.Player.Do("deselect", nil))
	}
}

// escapes reports whether Escape ends something of the player's that goes before what is docked: its help, a run to a
// condition, a search.
func (d *Desk) escapes() bool {
	when, _ := d.Player.RunningTo()
	return d.Player.Help() || when != "" || d.Player.Found().Text != ""
}

// click does what stands under the pointer.
func (d *Desk) click(ref scene.Ref) {
	switch ref.Kind {
	case scene.RefNone:
	case prose.Act:
		d.Do(ref.Name)
	default:
		d.Player.Select(ref)
		d.touch()
	}
}

// number reads an argument that numbers a line of a list.
func number(cmd string, a stage.Args, name string, count int) (int, error) {
	n, err := strconv.Atoi(a[name])
	if err != nil || n < 0 || n >= count {
		return 0, errors.New(cmd + ": " + name + "=" + strconv.Quote(a[name]) + ": expected the number of a line")
	}
	return n, nil
}

// Quit reports whether the window is to close.
func (d *Desk) Quit() bool { return d.quit }

// Shoot reports whether a picture of the window was asked for, once.
func (d *Desk) Shoot() bool {
	asked := d.shooting
	d.shooting = false
	return asked
}

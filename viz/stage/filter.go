package stage

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/story"
	"sunscope/viz/scene"
)

// filter is what a task must be to be shown in lanes, pills and seats.
type filter struct {
	cond *Condition // nil: all tasks are shown
	set  scene.TaskSet
	seen int // so many lanes from the first on have ended and were looked at
}

// Filter is the text of the filter; "" without.
func (p *Player) Filter() string {
	if p.filter.cond == nil {
		return ""
	}
	return p.filter.cond.text
}

// filterText shows only tasks of which a condition is true: task:9 item:read[3] proc:READ prog:nfs xprt:1 client:4, or a
// text of its name, procedure or program; ! before a word turns it round. An empty text shows all.
func (p *Player) filterText(text string) error {
	f, err := p.filterOf(text)
	if err != nil {
		return err
	}
	if f.cond != nil && len(p.story.Lanes()) > 0 && f.set.Len() == 0 {
		return errors.New("filter: no task of this run matches " + strconv.Quote(clip(text)))
	}
	p.setFilter(f)
	return nil
}

// setFilter uses a filter, also one that lets nothing through: it was made for another run.
func (p *Player) setFilter(f filter) {
	p.filter, p.view.Only = f, nil
	if f.cond != nil {
		p.view.Only = &p.filter.set
	}
	p.touch()
}

// filterOf reads a filter and holds it against the tasks of the run.
func (p *Player) filterOf(text string) (f filter, err error) {
	if f.cond, err = filterCondition(text); f.cond != nil {
		f.look(p.story)
	}
	return f, err
}

// filterCondition reads what a filter may say; nil for one that lets all through.
func filterCondition(text string) (*Condition, error) {
	if strings.TrimSpace(text) == "" || text == "off" {
		return nil, nil
	}
	c, err := ParseCondition(text)
	if err != nil {
		return nil, errors.New("filter: " + err.Error())
	}
	ofTasks := []pulseKind{pulseText, pulseAny, pulseTask, pulseItem, pulseProc, pulseProg, pulseXprt, pulseClient, pulseTook}
	bad := len(c.levels) > 0
	for i := range c.pulses {
		bad = bad || !slices.Contains(ofTasks, c.pulses[i].kind)
	}
	if bad {
		return nil, errors.New("filter: " + strconv.Quote(clip(text)) + " speaks of events; expected what a task is: task: item: proc: prog: xprt: client: took>= or a text of its name, with ! before for all others")
	}
	return c, nil
}

// filterAgain looks at the tasks of another run, or at those that have come since.
func (p *Player) filterAgain(anew bool) {
	f := &p.filter
	if f.cond == nil {
		p.view.Only = nil
		return
	}
	if anew {
		*f = filter{cond: f.cond}
	}
	f.look(p.story)
	p.view.Only = &f.set
}

func (f *filter) look(s *story.Story) {
	lanes := s.Lanes()
	ended := true
	for i := f.seen; i < len(lanes); i++ {
		if f.cond.ofTask(&lanes[i]) {
			f.set.Add(lanes[i].Task)
		} else {
			f.set.Drop(lanes[i].Task)
		}
		if ended = ended && lanes[i].Ended; ended {
			f.seen = i + 1
		}
	}
}

// ofTask reports whether every word of the condition is true of a task.
func (c *Condition) ofTask(l *story.Lane) bool {
	for i := range c.pulses {
		p := &c.pulses[i]
		is := false
		switch p.kind {
		case pulseAny:
			is = true
		case pulseText:
			text := strings.ToLower(l.Label + "\n" + l.Item + "\n" + l.Proc + "\n" + l.Prog)
			is = strings.Contains(text, strings.ToLower(p.text))
		default:
			is = p.about(l)
		}
		if is == p.not {
			return false
		}
	}
	return true
}

func doFilter(p *Player, a Args) error {
	text, given := a["text"]
	switch {
	case given:
		return p.filterText(text)
	case p.filter.cond != nil:
		return p.filterText("")
	}
	return p.ask("filter")
}

// followTask keeps to one task: it stays selected, the timeline shows its life, and a step is a step of it. If it does not
// live at the instant, the stage goes to its beginning.
func (p *Player) followTask(id story.TaskID) error {
	l := p.story.Lane(id)
	if l == nil {
		return errors.New("follow: select a task first")
	}
	if p.instant < int(l.From) || p.instant > int(l.To) {
		_ = p.seek(int(l.From)) // it does not live now
	}
	p.following = id
	p.view.Selected = scene.Ref{Kind: scene.RefTask, Num: int64(id)}
	p.windowOn(l)
	p.touch()
	return nil
}

// windowOn shows a task's life on the timeline, with a little before and after.
func (p *Player) windowOn(l *story.Lane) {
	life := l.End - l.Start
	width := max(life+life/4, narrowest)
	if whole := p.End() - p.start(); width >= whole {
		p.view.From, p.view.To = 0, 0
	} else {
		p.setWindow(l.Start-(width-life)/2, width)
	}
	p.follow()
}

func doFollow(p *Player, a Args) error {
	if text, ok := a["num"]; ok {
		n, err := strconv.ParseInt(text, 10, 32)
		if err != nil || p.story.Lane(story.TaskID(n)) == nil {
			return expected("follow", "num", text, "the number of a task of this run")
		}
		return p.followTask(story.TaskID(n))
	}
	id := p.taskOf(p.view.Selected)
	if p.following != 0 && (id == p.following || id == 0) {
		p.following = 0
		p.touch()
		return nil
	}
	if id == 0 {
		return errors.New("follow: select a task first")
	}
	return p.followTask(id)
}

// Following is the task that the stage keeps to; 0 without.
func (p *Player) Following() story.TaskID { return p.following }

// focusPart shows one part of the stage alone; once more shows what was shown before.
func (p *Player) focusPart(part string) error {
	i := slices.Index(partNames[:], part)
	if i < 0 {
		return expected("focus", "part", part, "one of "+strings.Join(partNames[:], ","))
	}
	one := scene.Parts(1) << i
	if p.view.Parts == one {
		p.view.Parts, p.unfocused = p.unfocused, 0
	} else {
		if p.unfocused == 0 && !single(p.view.Parts) {
			p.unfocused = p.view.Parts
		}
		p.view.Parts = one
	}
	p.touch()
	return nil
}

func single(parts scene.Parts) bool { return parts != 0 && parts&(parts-1) == 0 }

func doFocus(p *Player, a Args) error {
	part, ok := a["part"]
	if !ok {
		return p.ask("focus")
	}
	return p.focusPart(part)
}

// digit does what a digit stands for: the answer of that number while something is asked, else a part of the stage alone.
func (p *Player) digit(n int) error {
	if id := p.Asking(); id != "" {
		if c := p.Choices(id); n <= len(c) {
			return p.Do("answer", Args{"id": id, "choice": c[n-1]})
		}
		return nil
	}
	if n <= len(partNames) {
		return p.Do("focus", Args{"part": partNames[n-1]})
	}
	return nil
}

// parts are the lines of the palette for showing one part alone.
func (p *Player) partChoices() []Entry {
	var list []Entry
	for i, name := range partNames {
		words, ok := partWords[name]
		if !ok {
			words = [2]string{name, name}
		}
		e := p.entry("focus", Args{"part": name}, "show only the "+words[0], "只显示"+words[1])
		if i < 9 {
			e.Key = strconv.Itoa(i + 1)
		}
		e.On = p.view.Parts == 1<<i
		list = append(list, e)
	}
	return list
}

// followLines are the lines of a menu about one task, or what belongs to one.
func (m *menuList) followLines() {
	p := m.p
	id := m.task()
	l := p.story.Lane(id)
	if l == nil {
		return
	}
	if p.following == id {
		m.add("follow", nil, "do not follow "+l.Label+" any more", "不再跟随 "+l.Label)
	} else {
		m.add("follow", Args{"num": strconv.Itoa(int(id))}, "follow "+l.Label, "跟随 "+l.Label)
	}
	task := "task:" + strconv.FormatUint(uint64(l.PID), 10) + "@" + strconv.FormatUint(uint64(l.Clid), 16)
	m.add("find", Args{"text": task}, "find its events", "查找它的事件")
	m.add("filter", Args{"text": task}, "show only this task", "只显示这个任务")
	if l.Proc != "" {
		m.add("filter", Args{"text": "proc:" + l.Proc}, "show only "+l.Proc, "只显示 "+l.Proc)
	}
}

// stopLines are the lines of a menu about a state or a queue.
func (m *menuList) stopLines() {
	word := ""
	switch m.ref.Kind {
	case scene.RefState:
		word = "state:" + stateName(m.ref)
	case scene.RefQueue:
		word = "queue:" + m.ref.Name
		if strings.Contains(word, " ") {
			word = `"` + word + `"`
		}
	default:
		return
	}
	m.add("find", Args{"text": word}, "find "+word, "查找 "+word)
	m.add("run-to", Args{"when": word}, "run to "+word, "运行到 "+word)
	m.add("run-back", Args{"when": word}, "run back to "+word, "向后运行到 "+word)
	m.add("break-add", Args{"when": word}, "always stop at "+word, "总在此停下："+word)
}

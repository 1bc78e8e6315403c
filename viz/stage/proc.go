package stage

import (
	"strings"

	"sunscope/core/procfs"
	"sunscope/core/story"
)

// ProcSection is a file of /proc or debugfs as it would read at the present instant.
type ProcSection struct {
	Name  string
	Lines []ProcLine
}

// ProcLine is one of its lines. Gone lines were there at the instant shown before, and are no more; a Note says what no
// event tells.
type ProcLine struct {
	Text    string
	Changed []Stretch // what differs from the instant shown before
	Guessed []Stretch // what is inferred
	Gone    bool
	Note    bool
}

// Stretch is a part of a line, in bytes.
type Stretch struct{ From, To int }

// procShown is the /proc view.
type procShown struct {
	on      bool
	watch   *procfs.Watch
	of      *story.Story
	instant int // that sections are of
	ready   bool
	now     []ProcSection // as it reads
	marked  []ProcSection // with what has changed
}

// procPiece is how many events are counted a tick, until all are: some 5 ms.
const procPiece = 4000

// ProcOpen reports whether the /proc view is shown.
func (p *Player) ProcOpen() bool { return p.proc.on }

func (p *Player) toggleProc() error {
	p.proc.on = !p.proc.on
	p.touch()
	return nil
}

// countOn counts a piece of the run for the /proc view.
func (p *Player) countOn() {
	c := &p.proc
	if !c.on {
		return
	}
	if c.of != p.story {
		*c = procShown{on: true, of: p.story, watch: procfs.NewWatch(p.story)}
	}
	if was := c.watch.Counted(); was < p.story.Len() {
		c.watch.Read(procPiece)
		if !c.ready && c.watch.Counted() > p.instant {
			p.touch()
		}
	}
}

// Proc is the /proc view at the present instant: what changed against the instant that was shown before is marked. Until
// the run was counted as far as that it is empty. It stays the same while the instant does.
func (p *Player) Proc() []ProcSection {
	c := &p.proc
	if !c.on {
		return nil
	}
	if c.of != p.story {
		p.countOn()
	}
	if c.ready && c.instant == p.instant {
		return c.marked
	}
	if c.watch.Counted() <= p.instant {
		c.ready = false
		return nil
	}
	now := p.start()
	if p.instant >= 0 {
		now = p.log().TimeAt(p.instant)
	}
	m := c.watch.At(p.instant, now)
	m.Marked = true
	var list []ProcSection
	for _, text := range [...]string{m.Client(), m.NFSD(), m.MountStats(), m.Clients(), m.Transports()} {
		list = appendSections(list, text)
	}
	c.marked = markChanges(c.now, list)
	c.now, c.instant, c.ready = list, p.instant, true
	return c.marked
}

// appendSections takes a text of sections "== NAME" apart.
func appendSections(list []ProcSection, text string) []ProcSection {
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(line, "\n")
		if name, is := strings.CutPrefix(line, "== "); is {
			list = append(list, ProcSection{Name: name})
			continue
		}
		if len(list) == 0 {
			list = append(list, ProcSection{})
		}
		s := &list[len(list)-1]
		s.Lines = append(s.Lines, procLine(line))
	}
	return list
}

// procLine takes the marks of what is inferred out of a line.
func procLine(text string) ProcLine {
	l := ProcLine{Note: strings.HasPrefix(text, "# ")}
	var b strings.Builder
	from := 0
	for i := range len(text) {
		switch text[i] {
		case procfs.GuessBegins:
			from = b.Len()
		case procfs.GuessEnds:
			l.Guessed = append(l.Guessed, Stretch{from, b.Len()})
		case '\t':
			b.WriteString("  ")
		default:
			b.WriteByte(text[i])
		}
	}
	l.Text = b.String()
	return l
}

// markChanges sets the sections beside those shown before.
func markChanges(was, now []ProcSection) []ProcSection {
	if was == nil {
		return now
	}
	list := make([]ProcSection, 0, len(now))
	for _, s := range now {
		before := section(was, s.Name)
		list = append(list, ProcSection{s.Name, markLines(before, s.Lines)})
	}
	for _, s := range was {
		if section(now, s.Name) == nil && len(s.Lines) > 0 {
			list = append(list, ProcSection{s.Name, markLines(s.Lines, nil)})
		}
	}
	return list
}

func section(list []ProcSection, name string) []ProcLine {
	for i := range list {
		if list[i].Name == name {
			return list[i].Lines
		}
	}
	return nil
}

// markLines marks what differs: lines with the same beginning are the same line.
func markLines(was, now []ProcLine) []ProcLine {
	seen := map[string][]int{}
	for i, l := range was {
		k := lineKey(l.Text)
		seen[k] = append(seen[k], i)
	}
	list := make([]ProcLine, 0, len(now))
	for _, l := range now {
		k := lineKey(l.Text)
		if of := seen[k]; len(of) > 0 {
			seen[k] = of[1:]
			l.Changed = changes(was[of[0]].Text, l.Text)
		} else {
			l.Changed = []Stretch{{0, len(l.Text)}}
		}
		list = append(list, l)
	}
	for _, l := range was {
		k := lineKey(l.Text)
		if of := seen[k]; len(of) > 0 && was[of[0]].Text == l.Text {
			seen[k] = of[1:]
			list = append(list, ProcLine{Text: l.Text, Gone: true, Note: l.Note})
		}
	}
	return list
}

// lineKey is what names a line: its first word, and of a task's line all up to the client.
func lineKey(text string) string {
	words := strings.Fields(text)
	switch {
	case len(words) == 0:
		return ""
	case words[0] == "#":
		return text
	case len(words) > 8 && strings.HasPrefix(words[3], "0x"):
		return words[0] + " " + words[3]
	}
	return words[0]
}

// changes are the words of a line that differ from those in the same place of another.
func changes(was, now string) []Stretch {
	if was == now {
		return nil
	}
	before := strings.Fields(was)
	var list []Stretch
	for at, n := 0, 0; at < len(now); n++ {
		for at < len(now) && now[at] == ' ' {
			at++
		}
		end := at
		for end < len(now) && now[end] != ' ' {
			end++
		}
		if end > at && (n >= len(before) || before[n] != now[at:end]) {
			list = append(list, Stretch{at, end})
		}
		at = end
	}
	return list
}

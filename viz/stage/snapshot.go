package stage

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene"
)

// snapshotVersion is the first field of every snapshot.
const snapshotVersion = "1"

// Snapshot is the moment and how it is looked at, as one line of printable ASCII: enough to return there after the
// document was loaded again. Watches and questions are the page's, and come again with its commands; the answers are here.
// A recording's bytes are not in it: open the recording first, then Restore.
func (p *Player) Snapshot() string {
	var b strings.Builder
	put := func(key, value string) {
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(key + "=")
		escape(&b, value)
	}
	put("v", snapshotVersion)
	put("source", p.source.Kind.String())
	put("name", p.source.Name)
	put("seed", strconv.FormatUint(p.source.Seed, 10))
	if p.source.Commands != "" {
		put("commands", p.source.Commands)
	}
	if o := p.runs.other; o != nil && len(o.source.Commands)+len(p.source.Commands) < mostBeside {
		put("beside", strconv.FormatUint(o.source.Seed, 10)+","+o.source.Commands)
	}
	if p.source.Hash != "" {
		put("hash", p.source.Hash)
	}
	put("count", strconv.Itoa(p.story.Len()))
	put("instant", strconv.Itoa(p.instant))
	put("time", strconv.FormatInt(int64(p.at), 10))
	put("furthest", strconv.Itoa(p.furthest))
	put("speed", p.speed.String())
	put("theme", p.theme)
	put("lang", p.view.Lang)
	put("reduced", strconv.FormatBool(p.view.Reduced))
	put("selected", KindName(p.view.Selected.Kind)+","+strconv.FormatInt(p.view.Selected.Num, 10)+","+p.view.Selected.Name)
	put("window", p.windowText())
	if p.view.Room != 0 {
		put("room", strconv.Itoa(int(p.view.Room)))
	}
	for _, q := range p.questions {
		if q.choice != "" {
			put("answer", q.ID+","+q.choice)
		} else if q.skipped {
			put("answer", q.ID+",")
		}
	}
	return b.String()
}

// saved is a snapshot read back.
type saved struct {
	source            Source
	count             int
	instant, furthest int
	at                time.Duration
	speed             Speed
	theme, lang       string
	reduced           bool
	selected          scene.Ref
	from, to          time.Duration
	top               int64 // of the lanes
	answers           [][2]string
	beside            Source // the run that it is compared with; Nothing: none
	room              story.HostID
}

// mostBeside bounds the commands of two runs together: a moment fits into a link.
const mostBeside = 1000

// Restore returns to a moment that Snapshot described. A simulation is run again if need be. On an error everything
// stays as it was.
func (p *Player) Restore(text string) error {
	s, err := readSnapshot(text)
	if err != nil {
		return errors.New("restore: " + err.Error())
	}
	if s.source != p.source {
		if s.source.Kind != Simulation {
			return errors.New("restore: the moment lies in the recording " + strconv.Quote(clip(s.source.Name)) + ", which is not open")
		}
		if err := p.OpenRun(s.source); err != nil {
			return err
		}
	}
	if err := p.layBeside(s.beside); err != nil {
		return err
	}
	if p.story.Len() != s.count {
		return errors.New("restore: the run has " + strconv.Itoa(p.story.Len()) + " events, the moment was saved in one of " + strconv.Itoa(s.count))
	}
	p.playing = false
	p.speed, p.ownSpeed, p.theme, p.view.Lang, p.view.Reduced = s.speed, true, s.theme, s.lang, s.reduced
	p.view.Selected, p.view.From, p.view.To, p.view.Room, p.view.Top = s.selected, s.from, s.to, s.room, int32(s.top)
	for _, a := range s.answers {
		if q := p.question(a[0]); q != nil {
			q.choice, q.skipped = a[1], a[1] == ""
		}
	}
	p.furthest = min(s.furthest, s.count-1)
	p.settle(s.instant)
	p.at = max(p.at, min(s.at, p.gapEnds()))
	p.touch()
	return nil
}

// layBeside lays a run beside the present one, which is simulated if need be; Nothing takes away what lies there.
func (p *Player) layBeside(from Source) error {
	if from.Kind == Nothing {
		p.compareWith(nil)
		return nil
	}
	r, err := p.make(from, nil)
	if err == nil {
		p.compareWith(r)
	}
	return err
}

// gapEnds is the time of the next event, or of the last.
func (p *Player) gapEnds() time.Duration {
	if p.instant+1 < p.story.Len() {
		return p.log().TimeAt(p.instant + 1)
	}
	return p.End()
}

// readSnapshot takes a snapshot apart. Every field must be there and make sense; only answers may be absent.
func readSnapshot(text string) (*saved, error) {
	fields := map[string]string{}
	s := &saved{}
	for pair := range strings.SplitSeq(text, "&") {
		key, value, _ := strings.Cut(pair, "=")
		value, err := unescape(value)
		if err != nil {
			return nil, err
		}
		if key == "answer" {
			id, choice, _ := strings.Cut(value, ",")
			s.answers = append(s.answers, [2]string{id, choice})
			continue
		}
		fields[key] = value
	}
	if fields["v"] != snapshotVersion {
		return nil, errors.New("version " + strconv.Quote(clip(fields["v"])) + ": expected " + snapshotVersion)
	}
	return s, s.fill(fields)
}

func (s *saved) fill(fields map[string]string) error {
	var bad error
	number := func(key, text string) int64 {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil && bad == nil {
			bad = expected("restore", key, text, "a whole number")
		}
		return n
	}
	s.source.Name = fields["name"]
	switch fields["source"] {
	case "simulation":
		s.source.Kind = Simulation
	case "recording":
		s.source.Kind = Recording
	case "":
	default:
		return expected("restore", "source", fields["source"], "simulation or recording")
	}
	seed, err := strconv.ParseUint(fields["seed"], 10, 64)
	if err != nil {
		return expected("restore", "seed", fields["seed"], "a whole number")
	}
	s.source.Seed, s.source.Commands, s.source.Hash = seed, fields["commands"], fields["hash"]
	if text, ok := fields["beside"]; ok {
		seed, commands, _ := strings.Cut(text, ",")
		s.beside = Source{Kind: Simulation, Name: s.source.Name, Commands: commands}
		if s.beside.Seed, err = strconv.ParseUint(seed, 10, 64); err != nil || s.source.Kind != Simulation {
			return expected("restore", "beside", text, "the seed and the commands of a run")
		}
	}
	s.count, s.instant = int(number("count", fields["count"])), int(number("instant", fields["instant"]))
	s.furthest, s.at = int(number("furthest", fields["furthest"])), time.Duration(number("time", fields["time"]))
	from, to, _ := strings.Cut(fields["window"], ",")
	to, top, scrolled := strings.Cut(to, ",")
	s.from, s.to = time.Duration(number("window", from)), time.Duration(number("window", to))
	if scrolled {
		s.top = number("window", top)
	}
	if fields["room"] != "" {
		s.room = story.HostID(number("room", fields["room"]))
	}
	kind, rest, _ := strings.Cut(fields["selected"], ",")
	num, name, _ := strings.Cut(rest, ",")
	s.selected = scene.Ref{Kind: scene.RefKind(max(0, slices.Index(kindNames[:], kind))), Num: number("selected", num), Name: name}
	if bad != nil {
		return bad
	}
	if s.speed, err = ParseSpeed(fields["speed"]); err != nil {
		return err
	}
	return s.look(fields)
}

func (s *saved) look(fields map[string]string) error {
	s.theme, s.lang, s.reduced = fields["theme"], fields["lang"], fields["reduced"] == "true"
	if _, ok := themes[s.theme]; !ok {
		return expected("restore", "theme", s.theme, "light, dark or projector")
	}
	if s.lang != "en" && s.lang != "zh" {
		return expected("restore", "lang", s.lang, "en or zh")
	}
	if s.from < 0 || s.to < s.from || s.top < 0 || s.top >= 1<<31 {
		return expected("restore", "window", fields["window"], "two times in order")
	}
	return nil
}

// escape writes text so that it holds no separator: %XX for whatever is not a plain letter, digit or mark.
func escape(b *strings.Builder, text string) {
	const hex = "0123456789ABCDEF"
	for i := range len(text) {
		c := text[i]
		if c > ' ' && c < 0x7f && c != '%' && c != '&' && c != '=' && c != '#' && c != '+' {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
}

func unescape(text string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '%' {
			b.WriteByte(text[i])
			continue
		}
		if i+2 >= len(text) {
			return "", errors.New("a snapshot ends in the middle of %XX")
		}
		c, err := strconv.ParseUint(text[i+1:i+3], 16, 8)
		if err != nil {
			return "", errors.New("expected two hexadecimal digits after %, found " + strconv.Quote(text[i+1:i+3]))
		}
		b.WriteByte(byte(c))
		i += 2
	}
	return b.String(), nil
}

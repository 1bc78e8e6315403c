package stage

import (
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/scenario"
	"sunscope/core/story"
	"sunscope/core/time"
	"sunscope/viz/scene"
)

// A link is a moment as the fragment of a URL, key=value pairs with & between them:
//
//	v=1                     the version of all this
//	s=NAME  seed=N  c=…     a scenario, its seed, and what was done to it, as scenario.CommandsText writes it
//	r=NAME  h=HASH          or a recording: its file's name, and the first 32 hexadecimal digits of its SHA-256
//	n=COUNT                 how many events the run has
//	i=ORDINAL  t=NS         the instant, and how long after its event
//	sel=KIND,NUM,NAME       what is selected
//	w=NS,NS                 the timeline's window: its begin after the first event, and its width; without it the whole run
//	top=TASK  room=HOST  p=PART,…  f=FILTER  fo=TASK  q=SEARCH  b=CONDITION (each breakpoint)
//	os=SEED  oc=…           the run that it is compared with
//
// Theme, language and size are the reader's own and not in it. What is as in a fresh player is left out.
const linkVersion = "1"

const (
	mostLink   = 2000 // bytes
	hashDigits = 32   // of SHA-256, in hexadecimal: nobody makes another file with these 128 bits
)

// hashOf names a file by its bytes.
func hashOf(data []byte) string {
	s := newSHA256()
	s.Write(data)
	return hashText(s.Sum())
}

// hashText writes as much of a SHA-256 as a link carries.
func hashText(sum [32]byte) string { return hex.EncodeToString(sum[:hashDigits/2]) }

// Link is the present moment as the fragment of a URL, without #. An error says why there is none.
func (p *Player) Link() (string, error) {
	switch {
	case p.source.Kind == Nothing:
		return "", errors.New("link: nothing is open")
	case p.source.Kind == Recording && p.source.Hash == "":
		return "", errors.New("link: a live run is in no file yet; end it and save it first")
	}
	// What is least missed goes first if it would be too long.
	for less := range 4 {
		if text := p.linkText(less); len(text) <= mostLink {
			return text, nil
		}
	}
	return "", errors.New("link: what was done to this run does not fit into " + strconv.Itoa(mostLink) + " bytes; export the run instead")
}

// linkText is the link, from less 1 on without the search, from 2 on without breakpoints, at 3 without the filter.
func (p *Player) linkText(less int) string {
	var b strings.Builder
	put := func(key, value string) {
		if value == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte('&')
		}
		b.WriteString(key + "=")
		escapeLink(&b, value)
	}
	number := func(key string, n int64) {
		if n != 0 {
			put(key, strconv.FormatInt(n, 10))
		}
	}
	put("v", linkVersion)
	s, v := &p.source, &p.view
	if s.Kind == Simulation {
		put("s", s.Name)
		put("seed", strconv.FormatUint(s.Seed, 10))
		put("c", s.Commands)
	} else {
		put("r", s.Name)
		put("h", s.Hash)
	}
	number("n", int64(p.story.Len()))
	put("i", strconv.Itoa(p.instant))
	number("t", int64(p.at-p.gapFrom()))
	if r := v.Selected; r.Kind != scene.RefNone {
		put("sel", KindName(r.Kind)+","+strconv.FormatInt(r.Num, 10)+","+r.Name)
	}
	if p.zoomed() {
		put("w", strconv.FormatInt(int64(v.From-p.start()), 10)+","+strconv.FormatInt(int64(v.To-v.From), 10))
	}
	number("top", int64(v.Top))
	number("room", int64(v.Room))
	if parts := partsName(v.Parts); parts != "all" {
		put("p", parts)
	}
	number("fo", int64(p.following))
	if less < 3 {
		put("f", p.Filter())
	}
	if less < 1 {
		put("q", p.search.text)
	}
	for _, stop := range p.stops.list {
		if less < 2 {
			put("b", stop.When)
		}
	}
	if o := p.runs.other; o != nil {
		put("os", strconv.FormatUint(o.source.Seed, 10))
		put("oc", o.source.Commands)
	}
	return b.String()
}

// gapFrom is the time of the instant's event; of the first one before it.
func (p *Player) gapFrom() time.Duration {
	if p.instant < 0 {
		return p.start()
	}
	return p.log().TimeAt(p.instant)
}

// linked is a link read back.
type linked struct {
	source   Source
	other    *Source
	count    int
	instant  int
	after    time.Duration
	selected scene.Ref
	from, to time.Duration // since the first event, and the width
	top      int32
	room     story.HostID
	parts    scene.Parts
	follow   story.TaskID
	filter   string
	search   string
	breaks   []string
}

// OpenLink shows the moment that a link speaks of; the link may be a whole URL. For a recording that is not open it waits
// for the file, and a note says which. On an error everything stays as it was.
func (p *Player) OpenLink(text string) error {
	if _, fragment, ok := strings.Cut(text, "#"); ok {
		text = fragment
	}
	l, err := readLink(text)
	if err != nil {
		return errors.New("open-link: " + err.Error())
	}
	if l.source.Kind == Simulation && !slices.Contains(Scenarios(), l.source.Name) {
		return errors.New("open-link: there is no scenario " + strconv.Quote(clip(l.source.Name))) // one line: no list of them all
	}
	p.waiting = nil
	switch {
	case l.source.Kind == Simulation:
		if l.source != p.source || p.runs.now == nil {
			if err := p.OpenRun(l.source); err != nil {
				return errors.New("open-link: " + err.Error())
			}
		}
	case p.source.Kind != Recording || p.source.Hash != l.source.Hash:
		p.waiting = l
		p.note(Note{Kind: WantedFile, ID: l.source.Hash, Why: l.source.Name})
		p.note(Note{Kind: Warned, Why: "the link speaks of a moment in the recording " + strconv.Quote(clip(l.source.Name)) +
			" (SHA-256 " + l.source.Hash[:12] + "…); open that file to see it"})
		p.touch()
		return nil
	}
	return p.goLinked(l)
}

// refuses is the error of a recording that is not the one that a link waits for. The next one is opened whatever it is.
func (p *Player) refuses(name, hash string) error {
	l := p.waiting
	if l == nil || l.source.Hash == hash {
		return nil
	}
	p.waiting = nil
	return errors.New(name + " is not the recording that the link speaks of: that is " + strconv.Quote(clip(l.source.Name)) + " with SHA-256 " +
		l.source.Hash[:12] + "…, this one has " + hash[:12] + "…; open it again to look at it all the same")
}

// goLinked shows a link's moment in its run, which is open.
func (p *Player) goLinked(l *linked) error {
	p.pause()
	v := &p.view
	v.Selected, v.Top, v.Room, v.Parts, p.unfocused = l.selected, l.top, l.room, l.parts, 0
	v.From, v.To = 0, 0
	if l.to > 0 {
		v.From, v.To = p.start()+l.from, p.start()+l.from+l.to
	}
	f, _ := p.filterOf(l.filter) // it was read already
	p.setFilter(f)
	p.stops.list, p.stops.on, p.stops.hunt = nil, nil, nil
	for _, when := range l.breaks {
		_ = p.addBreak(when) // it was read already
	}
	p.search = search{text: l.search}
	p.searchAgain()
	p.settle(min(l.instant, p.story.Len()-1))
	p.at = max(p.at, min(p.at+l.after, p.gapEnds()))
	p.following = l.follow
	if l.other != nil {
		if r, err := p.make(*l.other, p.runs.now); err == nil {
			p.compareWith(r)
		}
	} else {
		p.compareWith(nil)
	}
	if l.count != 0 && l.count != p.story.Len() { // a link that somebody wrote by hand may leave n out
		p.note(Note{Kind: Warned, Why: "the link was made where this run has " + strconv.Itoa(l.count) + " events; here it has " +
			strconv.Itoa(p.story.Len()) + ", and the moment may be another one"})
	}
	p.touch()
	return nil
}

// readLink takes a link apart. Every value must make sense.
func readLink(text string) (*linked, error) {
	if len(text) > 4*mostLink {
		return nil, errors.New("a link is at most " + strconv.Itoa(mostLink) + " bytes long; this has " + strconv.Itoa(len(text)))
	}
	l := &linked{instant: -1}
	seen := map[string]bool{}
	for pair := range strings.SplitSeq(text, "&") {
		key, value, _ := strings.Cut(pair, "=")
		value, err := unescape(value)
		if err != nil {
			return nil, err
		}
		if !seen["v"] && (key != "v" || value != linkVersion) {
			return nil, errors.New("this is no link to a moment of version " + linkVersion + ": it begins with " + strconv.Quote(clip(pair)))
		}
		if seen[key] && key != "b" {
			return nil, errors.New(key + " stands in the link twice")
		}
		seen[key] = true
		if err := l.set(key, value); err != nil {
			return nil, err
		}
	}
	if l.source.Kind == Nothing || !seen["i"] || l.source.Kind == Recording && len(l.source.Hash) != hashDigits {
		return nil, errors.New("a part of the link is missing: expected a scenario (s) or a recording (r, h), and the instant (i)")
	}
	if l.other != nil {
		l.other.Kind, l.other.Name = Simulation, l.source.Name
	}
	return l, nil
}

func (l *linked) set(key, value string) (err error) {
	number := func(least, most int64) int64 {
		n, bad := strconv.ParseInt(value, 10, 64)
		if bad != nil || n < least || n > most {
			err = expected("link", key, value, "a number from "+strconv.FormatInt(least, 10)+" to "+strconv.FormatInt(most, 10))
		}
		return n
	}
	const most32, most64 = 1<<31 - 1, 1<<62 - 1
	switch key {
	case "s":
		l.source.Kind, l.source.Name = Simulation, value
	case "r":
		l.source.Kind, l.source.Name = Recording, value
	case "h":
		if l.source.Hash = value; strings.Trim(value, "0123456789abcdef") != "" || len(value) != hashDigits {
			err = expected("link", key, value, strconv.Itoa(hashDigits)+" hexadecimal digits")
		}
	case "seed":
		if l.source.Seed, err = strconv.ParseUint(value, 10, 64); err != nil {
			err = expected("link", key, value, "a number")
		}
	case "c":
		l.source.Commands, err = commandsOf(value)
	case "n":
		l.count = int(number(0, most32))
	case "i":
		l.instant = int(number(-1, most32))
	case "t":
		l.after = time.Duration(number(0, most64))
	case "sel":
		err = l.setSelected(value)
	case "w":
		from, width, _ := strings.Cut(value, ",")
		value = from
		l.from = time.Duration(number(0, most64))
		if value = width; err == nil {
			l.to = time.Duration(number(1, most64))
		}
	case "top":
		l.top = int32(number(0, most32))
	case "room":
		l.room = story.HostID(number(0, most32))
	case "fo":
		l.follow = story.TaskID(number(0, most32))
	default:
		return l.setMore(key, value)
	}
	return err
}

func (l *linked) setMore(key, value string) (err error) {
	switch key {
	case "v":
	case "p":
		l.parts, err = partsFrom("link", value)
	case "f":
		l.filter = value
		_, err = filterCondition(value)
	case "q", "b":
		if _, err = ParseCondition(value); key == "q" {
			l.search = value
		} else {
			l.breaks = append(l.breaks, value)
		}
	case "os", "oc":
		if l.other == nil {
			l.other = &Source{}
		}
		if key == "oc" {
			l.other.Commands, err = commandsOf(value)
		} else if l.other.Seed, err = strconv.ParseUint(value, 10, 64); err != nil {
			err = expected("link", key, value, "a number")
		}
	default:
		err = errors.New("the link has a part that this version does not know: " + strconv.Quote(clip(key)))
	}
	return err
}

func (l *linked) setSelected(value string) error {
	kind, rest, _ := strings.Cut(value, ",")
	num, name, _ := strings.Cut(rest, ",")
	k := slices.Index(kindNames[:], kind)
	n, err := strconv.ParseInt(num, 10, 64)
	if k <= 0 || err != nil {
		return expected("link", "sel", value, "a kind, a number and a name")
	}
	l.selected = scene.Ref{Kind: scene.RefKind(k), Num: n, Name: name}
	return nil
}

// commandsOf reads commands and writes them as a run's source has them.
func commandsOf(text string) (string, error) {
	list, err := scenario.ParseCommands(text)
	if err != nil {
		return "", err
	}
	return scenario.CommandsText(list), nil
}

// escapeLink writes text so that it can stand in the fragment of a URL and in running text: %XX for whatever is not a
// letter, a digit or one of a few marks.
func escapeLink(b *strings.Builder, text string) {
	const hexDigits = "0123456789ABCDEF"
	for i := range len(text) {
		c := text[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("-._~:@/,*!", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hexDigits[c>>4])
		b.WriteByte(hexDigits[c&15])
	}
}

func doLink(p *Player, _ Args) error {
	text, err := p.Link()
	if err == nil {
		p.note(Note{Kind: Linked, Why: text})
		p.touch()
	}
	return err
}

func doOpenLink(p *Player, a Args) error {
	if strings.TrimSpace(a["value"]) == "" {
		return p.ask("open-link")
	}
	return p.OpenLink(strings.TrimSpace(a["value"]))
}

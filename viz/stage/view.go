package stage

import (
	"slices"
	"strings"

	"sunscope/core/time"
	"sunscope/viz/scene"
)

// themes are the themes by name.
var themes = map[string]scene.Theme{"light": scene.Light, "dark": scene.Dark, "projector": scene.Projector}

// Layout is the picture for a view of that size in CSS pixels. While nothing changes it is the same list again; it is
// valid until the next call.
func (p *Player) Layout(w, h float32) *scene.List {
	if p.list == nil {
		p.list, p.listed = &scene.List{}, p.revision-1
	}
	if p.listed != p.revision || p.view.W != w || p.view.H != h {
		p.view.W, p.view.H, p.view.Now, p.view.Until = w, h, p.at, p.secret()
		p.showFound()
		scene.LayoutInto(p.list, p.story, p.State(), &p.view)
		p.listed = p.revision
	}
	return p.list
}

// glide lets pills travel from where they are on screen to where the new instant has them. A leap of the reader's hand
// along the timeline is shown as a leap.
func (p *Player) glide() {
	if p.list != nil && !p.view.Reduced && !p.hand.scrubbing {
		p.view.Glide.Start(p.list, scene.GlideTime)
	}
}

// settleGlide lets things that glide arrive, also while the run is paused.
func (p *Player) settleGlide(dt time.Duration) {
	if p.view.Glide.Left > 0 {
		p.view.Glide.Step(dt)
		p.touch()
	}
}

// A picture of this size has room for everything that there is to say.
const wordsWide, wordsHigh = 2400, 2000

// Said is the picture in words: the whole stage, however small the picture is and whatever parts of it are shown. It is
// valid until the next call.
func (p *Player) Said() []scene.Phrase {
	v := p.view
	v.W, v.H, v.Parts, v.Glide, v.Reduced = wordsWide, wordsHigh, 0, scene.Glide{}, true
	v.Now, v.Until = p.at, p.secret()
	scene.LayoutInto(&p.words, p.story, p.State(), &v)
	return p.words.Said
}

// Inspection is what the inspector shows of the selected thing.
func (p *Player) Inspection() scene.Inspection {
	return scene.InspectUntil(p.story, p.State(), p.view.Selected, p.view.Lang, p.secret())
}

// timeAt is the time under a point of the timeline.
func (p *Player) timeAt(x float32) (time.Duration, bool) {
	if p.list == nil || p.story.Len() == 0 {
		return 0, false
	}
	for i := range p.list.Hits {
		if h := &p.list.Hits[i]; h.Ref.Kind == scene.RefTimeline && h.W > 0 {
			from, to := p.Window()
			part := max(0, min((x-h.X)/h.W, 1))
			return from + time.Duration(float64(part)*float64(to-from)), true
		}
	}
	return 0, false
}

// partNames are the words for the parts of the stage, in the order of their bits.
var partNames = [...]string{"map", "slots", "queues", "work", "wire", "demux", "server", "counters", "timeline", "callbacks", "sessions"}

// partWords are the words for the parts in the palette, in the two languages; the names of others stand for themselves.
var partWords = map[string][2]string{
	"map": {"state map", "状态图"}, "slots": {"slot table", "槽位表"}, "queues": {"wait queues", "等待队列"}, "work": {"work queues", "工作队列"},
	"wire": {"wire", "线路"}, "demux": {"demultiplexer", "分拣"}, "server": {"server", "服务器"}, "counters": {"counters", "计数器"},
	"timeline": {"timeline", "时间线"}, "callbacks": {"callbacks", "回调"},
}

// partsName is the set of parts as the parts command takes it.
func partsName(parts scene.Parts) string {
	if parts == 0 || parts == scene.AllParts {
		return "all"
	}
	var list []string
	for i, name := range partNames {
		if parts&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	return strings.Join(list, ",")
}

// doParts shows only some parts; "all" shows everything.
func doParts(p *Player, a Args) error {
	parts, err := partsFrom("parts", a["value"])
	if err == nil {
		p.view.Parts = parts
		p.touch()
	}
	return err
}

// partsFrom reads a set of parts.
func partsFrom(cmd, value string) (parts scene.Parts, err error) {
	for name := range strings.SplitSeq(value, ",") {
		i := slices.Index(partNames[:], strings.TrimSpace(name))
		switch {
		case i >= 0:
			parts |= 1 << i
		case name != "all":
			return 0, expected(cmd, "value", value, "all, or some of "+strings.Join(partNames[:], ","))
		}
	}
	return parts, nil
}

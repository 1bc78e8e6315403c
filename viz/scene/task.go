package scene

import (
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/viz/scene/face"
)

// Parts of a Place: the places at which one task may be shown at once.
const (
	onMap uint8 = iota
	onBench
	inBay
	inQueue
	onWire
	inSession
)

// short adds the few letters that a pill has room for: "r3" for read[3], "2r3" for dd[2].read[3], the task's number
// without an item.
func (b *builder) short(t *story.Task) *builder {
	if item := t.Item.Value; item != "" {
		owner := ""
		if i := strings.LastIndexByte(item, '.'); i >= 0 {
			_, owner, _ = strings.Cut(item[:i], "[")
			item = item[i+1:]
		}
		name, rest, ok := strings.Cut(item, "[")
		if ok && name != "" {
			if owner = strings.TrimSuffix(owner, "]"); owner != "1" {
				b.s(owner)
			}
			return b.s(name[:1]).s(strings.TrimSuffix(rest, "]"))
		}
		return b.s(item[:min(3, len(item))])
	}
	return b.n(int(t.PID))
}

// name adds what a lesson calls the task: its workload item, or else "task 9 READ".
func (b *builder) name(t *story.Task) *builder {
	if t.Item.Value != "" {
		return b.s(t.Item.Value)
	}
	b.s(b.tr.task).s(" ").n(int(t.PID))
	if t.Proc != 0 {
		b.s(" ").s(b.log.Text(t.Proc))
	}
	return b
}

func taskRef(t *story.Task) Ref { return Ref{Kind: RefTask, Num: int64(t.ID)} }

// whereabouts is the state whose station a task stands at. Before its first step it is at none.
func whereabouts(t *story.Task) fsm.State {
	if t.Finished {
		return fsm.RPCExitTask
	}
	return t.Action
}

// coat is how a pill looks: body and text by whether the task is awake, edge by what its message is doing.
type coat struct {
	body, ink, edge Color
	width           float32
	alpha           uint8
	dash            float32
}

func coatOf(t *story.Task) coat {
	c := coat{body: Awake, ink: AwakeInk, alpha: 255}
	switch {
	case t.Finished:
		return coat{body: Panel, ink: InkFaint, edge: InsetEdge, width: 1, alpha: 255}
	case t.Asleep:
		c = coat{body: Asleep, ink: AsleepInk, alpha: 255}
	case !t.Running:
		c = coat{body: Station, ink: Ink, edge: Awake, width: 1.5, alpha: 255}
	}
	switch {
	case t.Ntrans > 1:
		c.edge, c.width = Retrans, 2
	case t.Received.Value:
		c.edge, c.width = Reply, 2
	case t.Ntrans > 0 && t.Slot >= 0:
		c.edge, c.width = Call, 2
	}
	if t.Action == fsm.None && !t.Finished {
		c.dash = 3
		c.edge, c.width = Inferred, 1.5
	}
	return c
}

var pillText = style{MonoBold, small, AwakeInk, Center}

const pillHeight = 18

// pillWidth is the width of the task's pill.
func (b *builder) pillWidth(t *story.Task) float32 {
	b.say().short(t)
	w := face.AdvanceBytes(pillText.font, pillText.size, b.said()) + 12
	b.l.scratch.buf = b.l.scratch.buf[:b.start]
	return max(w, 26)
}

// pill draws a task at (x, y), the middle of its left edge, and returns its width.
func (b *builder) pill(t *story.Task, x, y float32, part uint8) float32 {
	w := b.pillWidth(t)
	ref := taskRef(t)
	x, y = b.glide(ref, part, x, y)
	r := box{x, y - pillHeight/2, w, pillHeight}
	c := coatOf(t)
	it := b.frame(r, pillHeight/2, c.body, c.edge, c.width)
	it.Alpha, it.Dash = c.alpha, c.dash
	b.say().short(t).put(r.midX(), middle(y, small), pillText.in(c.ink))
	b.ring(r, pillHeight/2, ref)
	b.hit(r, ref)
	return w
}

// mote draws a task among so many that there is no room for numbers.
func (b *builder) mote(t *story.Task, x, y, d float32, part uint8) {
	ref := taskRef(t)
	x, y = b.glide(ref, part, x, y)
	r := box{x, y - d/2, d, d}
	c := coatOf(t)
	b.frame(r, d/2, c.body, c.edge, min(c.width, d/5))
	b.ring(r, d/2, ref)
	b.hit(r.inset(-1), ref)
}

// glide notes where the thing belongs and returns where it is drawn on its way there.
func (b *builder) glide(ref Ref, part uint8, x, y float32) (float32, float32) {
	if b.done < 1 {
		if was, ok := b.v.Glide.find(ref, part); ok {
			fromX, fromY := b.zoom.from(was.X, was.Y)
			x, y = lerp(fromX, x, b.done), lerp(fromY, y, b.done)
		}
	}
	b.l.Places = append(b.l.Places, Place{ref, part, x, y})
	return x, y
}

// crowd shows the tasks of scratch.tasks in r: as pills if they fit; or else the first as pills and the others as motes
// below them, and a number for the rest.
func (b *builder) crowd(r box, part uint8, a Align) {
	tasks := b.l.scratch.tasks
	if len(tasks) == 0 {
		return
	}
	for rows := int((r.h + 3) / pillPitch); rows > 0; rows-- {
		n := b.pillsIn(r.w, rows, tasks)
		low := box{r.x, r.y + float32(rows)*pillPitch, r.w, r.h - float32(rows)*pillPitch}
		if n == len(tasks) || low.h >= motePitch-2 && grains(low, motePitch) >= len(tasks)-n {
			b.pills(r, tasks[:n], part, a)
			b.motes(low, tasks[n:], part, a)
			return
		}
	}
	b.motes(r, tasks, part, a)
}

const (
	pillPitch = 21
	motePitch = 10
)

// pillsIn is how many of the tasks fit as pills into that many rows.
func (b *builder) pillsIn(width float32, rows int, tasks []int32) int {
	row, x := 1, float32(0)
	for n, i := range tasks {
		w := b.pillWidth(&b.st.Tasks[i])
		if x > 0 && x+w > width {
			if row == rows {
				return n
			}
			row++
			x = 0
		}
		x += w + 3
	}
	return len(tasks)
}

func (b *builder) pills(r box, tasks []int32, part uint8, a Align) {
	y := r.y + 9
	for len(tasks) > 0 {
		n, w := 0, float32(0)
		for n < len(tasks) {
			pw := b.pillWidth(&b.st.Tasks[tasks[n]])
			if n > 0 && w+pw > r.w {
				break
			}
			w += pw + 3
			n++
		}
		x := r.x
		if a == Center {
			x += (r.w - w + 3) / 2
		}
		for _, i := range tasks[:n] {
			x += b.pill(&b.st.Tasks[i], x, y, part) + 3
		}
		tasks = tasks[n:]
		y += pillPitch
	}
}

// motes fill r with dots, as large as their number allows; the last row says how many are not shown.
func (b *builder) motes(r box, tasks []int32, part uint8, a Align) {
	if len(tasks) == 0 {
		return
	}
	pitch := float32(motePitch)
	for pitch > 6 && grains(r, pitch) < len(tasks) {
		pitch -= 2
	}
	cols := max(1, int((r.w+2)/pitch))
	show := len(tasks)
	if show > grains(r, pitch) {
		show, cols = b.rest(r, pitch, show)
	}
	left := r.x
	if a == Center && show == len(tasks) {
		left += (r.w - float32(min(cols, len(tasks)))*pitch + 2) / 2
	}
	for n, i := range tasks[:show] {
		b.mote(&b.st.Tasks[i], left+float32(n%cols)*pitch, r.y+(float32(n/cols)+0.5)*pitch-1, pitch-2, part)
	}
}

// grains is how many motes r has room for.
func grains(r box, pitch float32) int {
	return max(1, int((r.w+2)/pitch)) * max(1, int((r.h+2)/pitch))
}

// rest writes at the end of r how many of n tasks are not shown, and returns how many are, and in how many columns.
func (b *builder) rest(r box, pitch float32, n int) (show, cols int) {
	cols = max(1, int((r.w+2)/pitch))
	rows := max(1, int((r.h+2)/pitch))
	need := int(14/pitch) + 1 // rows that the number takes
	if rows > 2*need {
		show = cols * (rows - need)
		b.say().s("+").n(n-show).put(r.midX(), middle(r.y+float32(rows-need)*pitch+7, small), mono.to(Center))
		return show, cols
	}
	cols = max(1, cols-int(34/pitch)-1)
	show = min(n, rows*cols)
	b.say().s("+").n(n-show).put(r.x+float32(cols)*pitch+3, middle(r.midY(), small), mono)
	return show, cols
}

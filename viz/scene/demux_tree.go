package scene

import (
	"math/bits"
	"slices"

	"sunscope/core/story"
)

// tree draws the receive tree: the tasks that wait for a reply on x, in the order in which the tree has their XIDs. The
// kernel's is a red-black tree, whose shape no event tells; its order is known.
func (b *builder) tree(r box, x *story.Xprt, rd *story.Read) {
	if r.h < 34 || x == nil {
		return
	}
	tasks := b.waiting(x)
	b.line(InsetEdge, 1, 0, Point{r.x, r.y}, Point{r.right(), r.y})
	ref := Ref{Kind: RefRead, Num: int64(x.ID)}
	b.hit(box{r.x - 3, r.y + 2, r.w, 16}, ref)
	b.say().s(b.tw().tree).put(r.x, r.y+14, style{SansBold, small, InkDim, Left})
	if len(tasks) > 0 {
		b.say().n(len(tasks)).put(r.right(), r.y+14, mono.to(Right))
	}
	b.treeSaid(tasks, x)
	r.cutTop(20)
	if rd != nil && rd.To == story.ToTree && r.h >= 36 {
		b.foundRow(r.cutTop(18), rd)
	}
	if len(tasks) == 0 {
		if r.h >= 14 {
			b.say().s(b.tw().treeEmpty).fit(faint, r.w).put(r.x, r.y+12, faint)
		}
		return
	}
	b.treeRows(r, tasks)
}

// foundRow says whose reply was found last.
func (b *builder) foundRow(r box, rd *story.Read) {
	t := style{SansBold, small, ReplyText, Left}
	b.say().s("✓ ").x(rd.XID)
	at := r.x + b.fit(mono.in(ReplyText), r.w).put(r.x, r.y+12, mono.in(ReplyText)) + 6
	task := b.st.Task(rd.Task)
	if task == nil || r.right()-at < 20 {
		return
	}
	b.hit(r, taskRef(task))
	b.say().short(task).fit(t, r.right()-at).put(at, r.y+12, t)
}

// waiting are x's tasks in the receive tree, as indexes into Tasks, in the order of the tree: by XID, lowest byte first as
// it counts.
func (b *builder) waiting(x *story.Xprt) []int32 {
	list := b.l.scratch.tasks[:0]
	for _, id := range x.RecvQueue {
		if i := b.taskIndex(id); i >= 0 {
			list = append(list, int32(i))
		}
	}
	b.l.scratch.tasks = list
	tasks := b.st.Tasks
	slices.SortFunc(list, func(p, q int32) int {
		m, n := bits.ReverseBytes32(tasks[p].XID), bits.ReverseBytes32(tasks[q].XID)
		switch {
		case m < n:
			return -1
		case m > n:
			return 1
		}
		return int(p - q)
	})
	return list
}

// taskIndex is where a task lies in Tasks, which ascend by id; -1 without.
func (b *builder) taskIndex(id story.TaskID) int {
	i, ok := slices.BinarySearchFunc(b.st.Tasks, id, func(t story.Task, id story.TaskID) int { return int(t.ID - id) })
	if !ok {
		return -1
	}
	return i
}

const (
	treeRow  = 20
	treeCell = 112
)

// treeRows lists the tree with XIDs if there is room for all, and else as pills and motes.
func (b *builder) treeRows(r box, tasks []int32) {
	cols := max(1, int((r.w+10)/(treeCell+10)))
	rows := int((r.h + 3) / treeRow)
	if rows*cols < len(tasks) {
		b.crowd(box{r.x, r.y + 2, r.w, r.h - 2}, inTree, Left)
		return
	}
	rows = min(rows, (len(tasks)+cols-1)/cols)
	for n, i := range tasks {
		t := &b.st.Tasks[i]
		at := r.x + float32(n/rows)*(treeCell+10)
		y := r.y + float32(n%rows)*treeRow + 10
		w := b.say().x(t.XID).put(at, middle(y, small), monoDim)
		if at+w+8+b.pillWidth(t) <= r.right() {
			b.pill(t, at+w+8, y, inTree)
		} else {
			b.hit(box{at, y - 9, w, 18}, taskRef(t))
		}
	}
}

func (b *builder) treeSaid(tasks []int32, x *story.Xprt) {
	b.say().s(b.tw().tree).s(": ")
	for n, i := range tasks {
		if n > 0 {
			b.s(", ")
		}
		if n == 12 {
			b.n(len(tasks) - n).s(" ").s(b.tr.more)
			break
		}
		t := &b.st.Tasks[i]
		b.name(t).s(" 0x").x(t.XID)
	}
	if len(tasks) == 0 {
		b.s(b.tw().treeEmpty)
	}
	b.phrase(0, Ref{Kind: RefXprt, Num: int64(x.ID)})
}

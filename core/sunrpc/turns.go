package sunrpc

// list is a doubly linked list of what its nodes hold. Leaving it costs the same however long it is: ten thousand tasks
// may sleep on one queue.
type list[T any] struct {
	first, last *node[T]
	n           int
}

// node is a place in a list. It lies in what it holds, so that joining a list allocates nothing.
type node[T any] struct {
	item       T
	prev, next *node[T]
}

// insert puts p before next, or at the end if next is nil.
//
//go:noinline
func (l *list[T]) insert(p, next *node[T]) {
	p.next, p.prev = next, l.last
	if next != nil {
		p.prev, next.prev = next.prev, p
	} else {
		l.last = p
	}
	if p.prev != nil {
		p.prev.next = p
	} else {
		l.first = p
	}
	l.n++
}

//go:noinline
func (l *list[T]) remove(p *node[T]) {
	if p.prev != nil {
		p.prev.next = p.next
	} else {
		l.first = p.next
	}
	if p.next != nil {
		p.next.prev = p.prev
	} else {
		l.last = p.prev
	}
	p.prev, p.next = nil, nil
	l.n--
}

// all is what the list holds, in order.
//
//go:noinline
func (l *list[T]) all() []T { return l.appendTo(make([]T, 0, l.n)) }

// appendTo appends it to items.
//
//go:noinline
func (l *list[T]) appendTo(items []T) []T {
	for p := l.first; p != nil; p = p.next {
		items = append(items, p.item)
	}
	return items
}

// turns is a queue whose users take turns: every owner has one turn in it, and whatever else is that owner's stands in a
// chain behind. When the first of a chain leaves, the owner's turn goes to the end of the queue: that is how the kernel
// keeps a busy process from being served twice while another waits (tk_wait.links, rq_xmit2).
type turns[T any] struct {
	list   list[*turn[T]]
	owners map[int32]*turn[T] // only looked up; nil while there are few turns
	spare  []*turn[T]         // that are free to be used again
	// several: insert was called, and an owner may have more than one turn. Others of that owner join the first.
	several bool
}

type turn[T any] struct {
	at    node[*turn[T]]
	owner int32
	named bool // it is its owner's turn, and others of that owner join it
	chain list[T]
}

// place is a task's or request's place in a queue of turns.
type place[T any] struct {
	node[T]
	turn *turn[T]
}

// join puts p into its owner's turn, or makes it one at the end.
func (q *turns[T]) join(p *place[T], owner int32) {
	t := q.turnOf(owner)
	if t == nil {
		t = q.newTurn(nil, owner)
		t.named = true
		q.name(t)
	}
	p.turn = t
	t.chain.insert(&p.node, nil)
}

// With so many turns they are looked up in a map; with fewer, looking at all of them is faster.
const manyTurns = 16

// name notes whose turn t is.
func (q *turns[T]) name(t *turn[T]) {
	switch {
	case q.owners != nil:
		q.owners[t.owner] = t
	case q.list.n > manyTurns:
		q.owners = map[int32]*turn[T]{}
		for p := q.list.first; p != nil; p = p.next {
			if p.item.named {
				q.owners[p.item.owner] = p.item
			}
		}
	}
}

func (q *turns[T]) turnOf(owner int32) *turn[T] {
	if !q.several && q.owners != nil {
		return q.owners[owner]
	}
	for p := q.list.first; p != nil; p = p.next {
		if p.item.owner == owner && (q.several || p.item.named) {
			return p.item
		}
	}
	return nil
}

// insert gives p a turn of its own before another one, or at the end.
func (q *turns[T]) insert(p *place[T], owner int32, next *turn[T]) {
	q.several = true
	p.turn = q.newTurn(next, owner)
	p.turn.chain.insert(&p.node, nil)
}

func (q *turns[T]) newTurn(next *turn[T], owner int32) *turn[T] {
	var t *turn[T]
	if n := len(q.spare); n > 0 {
		t, q.spare = q.spare[n-1], q.spare[:n-1]
	} else {
		t = &turn[T]{}
		t.at.item = t
	}
	t.owner, t.named = owner, false
	var before *node[*turn[T]]
	if next != nil {
		before = &next.at
	}
	q.list.insert(&t.at, before)
	return t
}

// leave takes p out. p is in no queue afterwards.
func (q *turns[T]) leave(p *place[T]) {
	t := p.turn
	wasFirst := t.chain.first == &p.node
	t.chain.remove(&p.node)
	p.turn = nil
	if !wasFirst {
		return
	}
	q.list.remove(&t.at)
	if t.chain.n > 0 {
		q.list.insert(&t.at, nil)
		return
	}
	if t.named && q.owners != nil {
		delete(q.owners, t.owner)
		if q.list.n < manyTurns/4 {
			q.owners = nil
		}
	}
	if len(q.spare) < mostSpare {
		q.spare = append(q.spare, t)
	}
}

// head is whose turn it is; the zero value if the queue is empty.
func (q *turns[T]) head() (item T) {
	if q.list.first != nil {
		item = q.list.first.item.chain.first.item
	}
	return item
}

func (q *turns[T]) empty() bool { return q.list.first == nil }

// all is what is in the queue: each turn with its chain.
//
//go:noinline
func (q *turns[T]) all() []T {
	var items []T
	for p := q.list.first; p != nil; p = p.next {
		items = append(items, p.item.chain.all()...)
	}
	return items
}

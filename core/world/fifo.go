package world

// fifo is a queue: first in, first out. Its memory is used again.
type fifo[T any] struct {
	items []T
	taken int // of them, from the front
}

func (q *fifo[T]) empty() bool { return q.taken == len(q.items) }

//go:noinline
func (q *fifo[T]) add(x T) {
	if q.taken > 32 && 2*q.taken > len(q.items) {
		n := copy(q.items, q.items[q.taken:])
		clear(q.items[n:])
		q.items, q.taken = q.items[:n], 0
	}
	q.items = append(q.items, x)
}

func (q *fifo[T]) take() T {
	x := q.items[q.taken]
	q.taken++
	if q.empty() {
		q.items, q.taken = q.items[:0], 0
	}
	return x
}

func (q *fifo[T]) len() int { return len(q.items) - q.taken }

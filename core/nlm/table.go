package nlm

import (
	"cmp"
	"math"
	"slices"
)

// Owner is who holds locks on a host's files: an owner on another host, or a process of this one (whose Host is "").
type Owner struct {
	Host string // address
	Svid int32
	Oh   string // what the client calls its owner; the name of a local process
}

// Local says that the owner is a process of the server itself.
func (o *Owner) Local() bool { return o.Host == "" }

// Range is bytes of a file, First to Last.
type Range struct{ First, Last uint64 }

// rangeOf is the range that a lock of the protocol means; length 0, and one that reaches too far, go to the end.
func rangeOf(off, length uint64) Range {
	if length == 0 || off+length < off {
		return Range{off, math.MaxUint64}
	}
	return Range{off, off + length - 1}
}

func (r Range) overlaps(o Range) bool { return r.First <= o.Last && o.First <= r.Last }

// Held is a lock that somebody has (struct file_lock).
type Held struct {
	Owner     Owner
	Exclusive bool
	At        Range
}

// Table is who holds which bytes of which files, with the rules of POSIX: an owner's own locks never stand in its way,
// a new one replaces what it had of the same bytes, and neighbours of the same kind are one.
type Table struct {
	files map[string][]Held // by handle; sorted by First; only looked up
	order []string          // the handles, in the order in which they were first locked
	// Elsewhere is a lock in the way that somebody has who is not in the table, as NFSv4's clients; nil: there are none.
	Elsewhere func(fh string, exclusive bool, at Range) *Held
	// Freed hears of a file of which some is locked no more; nil: nobody does.
	Freed func(fh string)
}

// Conflict is a lock of somebody else that stands in the way; nil if there is none.
func (t *Table) conflict(fh string, who Owner, exclusive bool, at Range) *Held {
	for i := range t.files[fh] {
		h := &t.files[fh][i]
		if h.Owner != who && h.At.overlaps(at) && (exclusive || h.Exclusive) {
			return h
		}
	}
	if t.Elsewhere != nil {
		return t.Elsewhere(fh, exclusive, at)
	}
	return nil
}

// Conflict is a lock in the table that stands in the way of somebody who is not in it; nil if there is none.
func (t *Table) Conflict(fh string, exclusive bool, at Range) *Held {
	for i := range t.files[fh] {
		if h := &t.files[fh][i]; h.At.overlaps(at) && (exclusive || h.Exclusive) {
			return h
		}
	}
	return nil
}

// freed tells whoever is not in the table.
func (t *Table) freed(fh string) {
	if t.Freed != nil {
		t.Freed(fh)
	}
}

// lock takes a range if nobody is in the way (posix_lock_file).
func (t *Table) lock(fh string, who Owner, exclusive bool, at Range) bool {
	if t.conflict(fh, who, exclusive, at) != nil {
		return false
	}
	t.cut(fh, who, at)
	t.put(fh, Held{who, exclusive, at})
	t.join(fh, who)
	return true
}

// unlock gives a range up; what the owner has beside it stays.
func (t *Table) unlock(fh string, who Owner, at Range) {
	t.cut(fh, who, at)
	t.freed(fh)
}

// cut takes a range out of an owner's locks.
func (t *Table) cut(fh string, who Owner, at Range) {
	all := t.files[fh]
	var keep []Held
	for _, h := range all {
		if h.Owner != who || !h.At.overlaps(at) {
			keep = append(keep, h)
			continue
		}
		if h.At.First < at.First {
			keep = append(keep, Held{who, h.Exclusive, Range{h.At.First, at.First - 1}})
		}
		if h.At.Last > at.Last {
			keep = append(keep, Held{who, h.Exclusive, Range{at.Last + 1, h.At.Last}})
		}
	}
	slices.SortStableFunc(keep, func(a, b Held) int { return cmp.Compare(a.At.First, b.At.First) }) // what is left begins later
	t.set(fh, keep)
}

func (t *Table) set(fh string, all []Held) {
	if t.files == nil {
		t.files = map[string][]Held{}
	}
	_, known := t.files[fh]
	switch {
	case len(all) == 0 && known:
		delete(t.files, fh)
		t.order = slices.DeleteFunc(t.order, func(o string) bool { return o == fh })
		return
	case len(all) == 0:
		return
	case !known:
		t.order = append(t.order, fh)
	}
	t.files[fh] = all
}

func (t *Table) put(fh string, h Held) {
	all := t.files[fh]
	i := 0
	for i < len(all) && all[i].At.First < h.At.First {
		i++
	}
	t.set(fh, slices.Insert(all, i, h))
}

// join makes one lock of an owner's neighbours of the same kind.
func (t *Table) join(fh string, who Owner) {
	var out []Held
	last := -1 // of the owner's, in out
	for _, h := range t.files[fh] {
		if h.Owner == who {
			if last >= 0 && out[last].Exclusive == h.Exclusive && out[last].At.Last+1 == h.At.First {
				out[last].At.Last = h.At.Last
				continue
			}
			last = len(out)
		}
		out = append(out, h)
	}
	t.files[fh] = out
}

// drop takes away the locks of every owner that match says, on all files.
func (t *Table) drop(match func(*Owner) bool) {
	for _, fh := range slices.Clone(t.order) {
		t.set(fh, slices.DeleteFunc(t.files[fh], func(h Held) bool { return match(&h.Owner) }))
		t.freed(fh)
	}
}

// Held is who holds what of a file, by first byte.
func (t *Table) Held(fh []byte) []Held { return slices.Clone(t.files[string(fh)]) }

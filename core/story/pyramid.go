package story

import "math"

// pyramid keeps numbers of a growing list with the maxima of pairs, of pairs of pairs, and so on above them, so that
// what is the greatest of a stretch, and where the next great one stands, is answered without reading the stretch.
type pyramid struct {
	levels [][]int64 // levels[0] is the list; each next one has half as many, rounded up
}

// set makes v number i of the list; numbers that were skipped are the least there is.
func (p *pyramid) set(i int, v int64) {
	if len(p.levels) == 0 {
		p.levels = [][]int64{nil}
	}
	for k := 0; ; k++ {
		for len(p.levels[k]) <= i {
			p.levels[k] = append(p.levels[k], math.MinInt64)
		}
		if p.levels[k][i] == v && k > 0 && k+1 < len(p.levels) && len(p.levels[k+1]) > i>>1 {
			return
		}
		p.levels[k][i] = v
		if i == 0 && len(p.levels[k]) == 1 {
			return
		}
		if k+1 == len(p.levels) {
			p.levels = append(p.levels, nil)
			p.grow(k + 1)
		}
		j := i &^ 1
		v = p.levels[k][j]
		if j+1 < len(p.levels[k]) {
			v = max(v, p.levels[k][j+1])
		}
		i >>= 1
	}
}

// grow fills a level that is new, from the one below it.
func (p *pyramid) grow(k int) {
	below := p.levels[k-1]
	for j := 0; j < len(below); j += 2 {
		v := below[j]
		if j+1 < len(below) {
			v = max(v, below[j+1])
		}
		p.levels[k] = append(p.levels[k], v)
	}
}

func (p *pyramid) len() int {
	if len(p.levels) == 0 {
		return 0
	}
	return len(p.levels[0])
}

// next is the first place from i on whose number is at least v; -1 if there is none.
func (p *pyramid) next(i int, v int64) int {
	if i < 0 {
		i = 0
	}
	for k := 0; k < len(p.levels) && i < len(p.levels[k]); {
		if p.levels[k][i] >= v {
			if k == 0 {
				return i
			}
			k, i = k-1, 2*i
			continue
		}
		if i++; i&1 == 0 && k+1 < len(p.levels) {
			k, i = k+1, i>>1
		}
	}
	return -1
}

// prev is the last place up to i whose number is at least v; -1 if there is none.
func (p *pyramid) prev(i int, v int64) int {
	i = min(i, p.len()-1)
	for k := 0; i >= 0; {
		if p.levels[k][i] >= v {
			if k == 0 {
				return i
			}
			k, i = k-1, min(2*i+1, len(p.levels[k-1])-1)
			continue
		}
		if i&1 == 0 && k+1 < len(p.levels) {
			k, i = k+1, i>>1
		}
		i--
	}
	return -1
}

// most is the greatest of the numbers from i up to, not with, j.
func (p *pyramid) most(i, j int) int64 {
	best := int64(math.MinInt64)
	i, j = max(i, 0), min(j, p.len())
	for k := 0; i < j; k++ {
		if i&1 == 1 {
			best = max(best, p.levels[k][i])
			i++
		}
		if j&1 == 1 {
			j--
			best = max(best, p.levels[k][j])
		}
		i, j = i>>1, j>>1
	}
	return best
}

// kindSets is a pyramid of sets of kinds: which kinds occur in a stretch, and where the first of one is.
type kindSets struct {
	levels [][]uint16
}

// add puts kinds into the set of element i, which may be new.
func (s *kindSets) add(i int, kinds uint16) {
	for k := 0; ; k++ {
		if k == len(s.levels) {
			s.levels = append(s.levels, nil)
			if k > 0 { // what stands below it already
				below := s.levels[k-1]
				s.levels[k] = make([]uint16, (len(below)+1)/2)
				for j, v := range below {
					s.levels[k][j>>1] |= v
				}
			}
		}
		for len(s.levels[k]) <= i {
			s.levels[k] = append(s.levels[k], 0)
		}
		s.levels[k][i] |= kinds
		if len(s.levels[k]) == 1 {
			return
		}
		i >>= 1
	}
}

// in is the union of the sets from i up to, not with, j.
func (s *kindSets) in(i, j int) (kinds uint16) {
	if len(s.levels) == 0 {
		return 0
	}
	i, j = max(i, 0), min(j, len(s.levels[0]))
	for k := 0; i < j; k++ {
		if i&1 == 1 {
			kinds |= s.levels[k][i]
			i++
		}
		if j&1 == 1 {
			j--
			kinds |= s.levels[k][j]
		}
		i, j = i>>1, j>>1
	}
	return kinds
}

// first is the first element from i on that has one of the kinds; -1 if there is none.
func (s *kindSets) first(i int, kinds uint16) int {
	for k := 0; k < len(s.levels) && i < len(s.levels[k]); {
		if s.levels[k][i]&kinds != 0 {
			if k == 0 {
				return i
			}
			k, i = k-1, 2*i
			continue
		}
		if i++; i&1 == 0 && k+1 < len(s.levels) {
			k, i = k+1, i>>1
		}
	}
	return -1
}

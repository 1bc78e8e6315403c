package trace

import (
	"errors"
	"strings"
)

// unknown is the error for a word that is none of those known, with those that resemble it.
func unknown(what, word string, known []string) error {
	near := resembling(word, known)
	msg := what + " " + word + " is unknown"
	if len(near) > 0 {
		msg += "; near matches: " + strings.Join(near, ", ")
	}
	return wrong(msg)
}

// near is a word that may have been meant, and the letters by which it differs.
type near struct {
	word string
	far  int
}

func (n *near) before(o *near) bool { return n.far < o.far || n.far == o.far && n.word < o.word }

// resembling lists at most four of the known words that contain word, or differ from it by few letters; best first.
func resembling(word string, known []string) []string {
	var found []near
	for _, k := range known {
		d := distance(word, k)
		if word != "" && strings.Contains(k, word) {
			d = min(d, 2)
		}
		if d <= max(2, len(word)/3) {
			found = append(found, near{k, d})
			for i := len(found) - 1; i > 0 && found[i].before(&found[i-1]); i-- {
				found[i], found[i-1] = found[i-1], found[i]
			}
		}
	}
	var list []string
	for _, f := range found[:min(4, len(found))] {
		list = append(list, f.word)
	}
	return list
}

// distance is how many letters must be changed, added or taken away to get from a to b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		diag := row[0]
		row[0] = i
		for j := 1; j <= len(b); j++ {
			d := diag
			if a[i-1] != b[j-1] {
				d = 1 + min(diag, row[j], row[j-1])
			}
			diag, row[j] = row[j], d
		}
	}
	return row[len(b)]
}

// wrong is errors.New, which inlined in so many places would make the engine's module larger.
//
//go:noinline
func wrong(text string) error { return errors.New(text) }

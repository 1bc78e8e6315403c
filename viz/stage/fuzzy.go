package stage

import "strings"

// fuzzy says how well what somebody typed fits a text: every word of the query must be in it, as it stands or at least
// letter by letter in order. Greater is better; false if it does not fit at all.
func fuzzy(query, text string) (score int, fits bool) {
	text = strings.ToLower(text)
	for word := range strings.FieldsSeq(strings.ToLower(query)) {
		n := fuzzyWord(word, text)
		if n == 0 {
			return 0, false
		}
		score += n
	}
	return score, true
}

// What one word of a query can earn. Texts are short: what is lost by standing late or far apart stays below the steps.
const (
	earnsStart  = 900 // at the beginning of a word
	earnsInside = 600
	earnsSpread = 300 // letter by letter
	loses       = 200 // at most, by position or spread
)

func fuzzyWord(word, text string) int {
	best := 0
	for from := 0; from < len(text); {
		i := strings.Index(text[from:], word)
		if i < 0 {
			break
		}
		at := from + i
		earns := earnsInside
		if startsWord(text, at) {
			earns = earnsStart
		}
		best = max(best, earns-min(at, loses))
		from = at + 1
	}
	if best > 0 {
		return best
	}
	return spread(word, text)
}

// startsWord reports whether a word of the text begins at a byte; every Chinese character is one.
func startsWord(text string, at int) bool {
	if at == 0 || text[at] >= 0x80 {
		return true
	}
	c := text[at-1]
	return !(c >= 'a' && c <= 'z' || c >= '0' && c <= '9')
}

// spread is what a word earns whose letters all stand in the text, in order and close together, the first at the
// beginning of a word: 0 if they do not. Letters that begin words earn more: "stt" is step-task.
func spread(word, text string) int {
	best := 0
	for from := range len(text) {
		if text[from] != word[0] || !startsWord(text, from) {
			continue
		}
		k, end, starts := 0, from, 0
		for ; end < len(text) && k < len(word); end++ {
			if text[end] != word[k] {
				continue
			}
			if k++; startsWord(text, end) {
				starts++
			}
		}
		if span := end - from; k == len(word) && span <= 3*len(word)+2 {
			best = max(best, earnsSpread+20*starts-min(span, loses))
		}
	}
	return best
}

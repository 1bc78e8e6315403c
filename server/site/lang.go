package site

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"sunscope/lessons"
)

// langCookie holds the language that the reader chose.
const langCookie = "sunscope-lang"

// langName is how a language calls itself.
var langName = map[string]string{"en": "English", "zh": "中文"}

// preferred is the reader's language: the chosen one, or the first of the browser's that there is.
func preferred(r *http.Request) string {
	if c, err := r.Cookie(langCookie); err == nil && slices.Contains(lessons.Langs, c.Value) {
		return c.Value
	}
	best, bestQ := lessons.Langs[0], 0.0
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		tag, q := weighed(part)
		if slices.Contains(lessons.Langs, tag) && q > bestQ {
			best, bestQ = tag, q
		}
	}
	return best
}

// weighed takes "zh-CN;q=0.8" apart into the primary language and its weight.
func weighed(part string) (lang string, q float64) {
	tag, params, _ := strings.Cut(strings.TrimSpace(part), ";")
	q = 1
	if text, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
		q, _ = strconv.ParseFloat(text, 64)
	}
	lang, _, _ = strings.Cut(tag, "-")
	return strings.ToLower(lang), q
}

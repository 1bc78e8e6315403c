package site

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"sunscope/lessons"
)

// Frame is how a first frame is to look: size in CSS pixels, language and theme.
type Frame struct {
	W, H  int
	Lang  string
	Theme string // light, dark, projector
}

// Limits of a first frame's size; a size outside is brought inside.
const (
	smallestFrame = 200
	largestFrame  = 4000
)

func readFrame(q url.Values) Frame {
	f := Frame{W: 1040, H: 720, Lang: lessons.Langs[0], Theme: "light"}
	if lang := q.Get("lang"); slices.Contains(lessons.Langs, lang) {
		f.Lang = lang
	}
	if theme := q.Get("theme"); slices.Contains([]string{"light", "dark", "projector"}, theme) {
		f.Theme = theme
	}
	for _, side := range []struct {
		name string
		to   *int
	}{{"w", &f.W}, {"h", &f.H}} {
		if n, err := strconv.Atoi(q.Get(side.name)); err == nil {
			*side.to = min(max(n, smallestFrame), largestFrame)
		}
	}
	return f
}

// first serves the stage at the beginning of a lesson's run.
func (s *site) first(w http.ResponseWriter, r *http.Request) {
	slug, ok := strings.CutSuffix(r.PathValue("file"), ".svg")
	f := readFrame(r.URL.Query())
	l := s.Lessons.Find(f.Lang, slug)
	if !ok || l == nil || s.First == nil {
		s.missing(w, r)
		return
	}
	svg, err := s.First(l, f)
	if err != nil {
		http.Error(w, "the first frame of "+slug+" cannot be drawn: "+err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'") // a picture styles itself
	content("first.svg", svg).ServeHTTP(w, r)
}

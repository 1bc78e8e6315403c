package site

import (
	"html/template"
	"net/http"
	"slices"
	"strings"

	"sunscope/lessons"
)

// page is what every template gets.
type page struct {
	Lang    string
	Langs   []langLink
	Lessons []*lessons.Lesson

	Lesson         *lessons.Lesson
	Text           template.HTML
	Previous, Next *lessons.Lesson
	First          template.HTML // the stage at the beginning, as an svg element

	Missing string
}

type langLink struct {
	Lang, Name, Path string
	Here             bool
}

// newPage is a page in lang; rest is its path after the language.
func (s *site) newPage(lang, rest string) *page {
	p := &page{Lang: lang, Lessons: s.Lessons.In(lang)}
	for _, l := range lessons.Langs {
		p.Langs = append(p.Langs, langLink{l, langName[l], "/" + l + "/" + rest, l == lang})
	}
	return p
}

func (s *site) home(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Vary", "Accept-Language, Cookie")
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, "/"+preferred(r)+"/", http.StatusFound)
}

func (s *site) index(lang string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		s.render(w, http.StatusOK, "index", s.newPage(lang, ""))
	}
}

func (s *site) lesson(lang string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		slug := r.PathValue("slug")
		l := s.Lessons.Find(lang, slug)
		if l == nil {
			p := s.newPage(lang, "")
			p.Missing = strings.ReplaceAll(s.word(lang, "missingLesson"), "{slug}", slug)
			s.render(w, http.StatusNotFound, "missing", p)
			return
		}
		p := s.newPage(lang, slug)
		p.Lesson = l
		// The lesson's HTML is made by goldmark, which escapes all text and leaves raw HTML out.
		p.Text = template.HTML(l.HTML(lessons.Words{Predict: s.word(lang, "predict"), Answer: s.word(lang, "answer"), Skip: s.word(lang, "skip")}))
		p.First = s.picture(l, probable(r, lang))
		at := slices.Index(p.Lessons, l)
		if at > 0 {
			p.Previous = p.Lessons[at-1]
		}
		if at+1 < len(p.Lessons) {
			p.Next = p.Lessons[at+1]
		}
		s.render(w, http.StatusOK, "lesson", p)
	}
}

// picture is the first frame within the page; none if it cannot be drawn: the page is of use without it.
func (s *site) picture(l *lessons.Lesson, f Frame) template.HTML {
	if s.Inline == nil {
		return ""
	}
	svg, err := s.Inline(l, f)
	if err != nil {
		return ""
	}
	return template.HTML(svg) // drawn by viz/scene, which escapes all text
}

// missing answers for everything that is not there, in the language that the address or the browser names.
func (s *site) missing(w http.ResponseWriter, r *http.Request) {
	first, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	if slices.Contains(lessons.Langs, first) && r.URL.Path == "/"+first {
		http.Redirect(w, r, "/"+first+"/", http.StatusMovedPermanently)
		return
	}
	lang := first
	if !slices.Contains(lessons.Langs, lang) {
		lang = preferred(r)
	}
	p := s.newPage(lang, "")
	p.Missing = strings.ReplaceAll(s.word(lang, "missingText"), "{path}", r.URL.Path)
	s.render(w, http.StatusNotFound, "missing", p)
}

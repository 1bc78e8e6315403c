package desk

import (
	"path/filepath"
	"slices"
)

// Kept is what a desk remembers from one start of the program to the next. Its zero value is what a first start has.
type Kept struct {
	Theme        string   `json:"theme,omitempty"`
	Lang         string   `json:"lang,omitempty"`
	Split        float32  `json:"split,omitempty"` // width of the lesson's column in CSS pixels; 0: the usual one
	LessonHidden bool     `json:"lessonHidden,omitempty"`
	Recent       []string `json:"recent,omitempty"` // recordings that were opened, the latest first
}

// mostRecent is how many recordings are remembered.
const mostRecent = 8

// Kept is what the desk wants remembered now.
func (d *Desk) Kept() Kept {
	return Kept{d.Player.ThemeName(), d.Player.Lang(), d.split, d.hiddenByChoice, slices.Clone(d.recent)}
}

// Remember takes over what was kept, but for theme and language: those are in the Options.
func (d *Desk) Remember(k Kept) {
	d.split = max(0, k.Split)
	d.recent = slices.Clone(k.Recent[:min(len(k.Recent), mostRecent)])
	if k.LessonHidden && !d.lessonHidden {
		d.hideLesson()
		d.hiddenByChoice = true
	}
	d.touch()
}

// opened puts a recording at the head of the recent ones.
func (d *Desk) opened(path string) {
	if full, err := filepath.Abs(path); err == nil {
		path = full
	}
	d.path = path
	d.recent = slices.DeleteFunc(d.recent, func(have string) bool { return have == path })
	d.recent = slices.Insert(d.recent, 0, path)
	d.recent = d.recent[:min(len(d.recent), mostRecent)]
}

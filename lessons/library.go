package lessons

import (
	"embed"
	"io/fs"
	"path"
	"sort"
)

//go:embed en/*.md zh/*.md
var files embed.FS

// Langs are the languages in which every lesson exists, the one to fall back to first.
var Langs = []string{"en", "zh"}

// Library is a set of lessons in all languages.
type Library struct{ lessons []*Lesson }

// Open reads the lessons that come with Sunscope.
func Open() (*Library, error) { return OpenFS(files, "lessons") }

// OpenFS reads the lessons under fsys, one folder a language; prefix is put before file names in messages.
// The error, if any, is Problems of all files together.
func OpenFS(fsys fs.FS, prefix string) (*Library, error) {
	lib := &Library{}
	var problems Problems
	for _, lang := range Langs {
		names, err := fs.Glob(fsys, lang+"/*.md")
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			source, err := fs.ReadFile(fsys, name)
			if err != nil {
				return nil, err
			}
			l, err := Parse(path.Join(prefix, name), source)
			if err != nil {
				problems = append(problems, err.(Problems)...)
				continue
			}
			lib.lessons = append(lib.lessons, l)
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	sort.SliceStable(lib.lessons, func(i, j int) bool { return lib.lessons[i].Order < lib.lessons[j].Order })
	return lib, nil
}

// In lists a language's lessons in their order.
func (lib *Library) In(lang string) []*Lesson {
	var list []*Lesson
	for _, l := range lib.lessons {
		if l.Lang == lang {
			list = append(list, l)
		}
	}
	return list
}

// Find is the lesson in that language; nil if there is none.
func (lib *Library) Find(lang, slug string) *Lesson {
	for _, l := range lib.lessons {
		if l.Lang == lang && l.Slug == slug {
			return l
		}
	}
	return nil
}

package lessons

import (
	"embed"
	"io/fs"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"

	"sunscope/core/scenario/yaml"
)

//go:embed en/*.md zh/*.md
var files embed.FS

// Langs are the languages in which every lesson exists, the one to fall back to first.
var Langs = []string{"en", "zh"}

// Library is a set of lessons in all languages.
type Library struct{ lessons []*Lesson }

// Open reads the lessons that come with Sunscope. Each is about a scenario that comes with it too.
func Open() (*Library, error) {
	lib, err := OpenFS(files, "lessons")
	if err != nil {
		return nil, err
	}
	return lib, lib.checkScenarios(yaml.Builtins())
}

// checkScenarios refuses lessons about scenarios that do not exist; the error is Problems.
func (lib *Library) checkScenarios(known []string) error {
	var problems Problems
	for _, l := range lib.lessons {
		if !slices.Contains(known, l.Scenario) {
			problems = append(problems, Problem{l.File, l.lines["scenario"],
				"scenario: there is no " + strconv.Quote(l.Scenario) + ": expected one of " + strings.Join(known, ", ")})
		}
	}
	if len(problems) > 0 {
		return problems
	}
	return nil
}

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

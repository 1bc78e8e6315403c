package lessons

import (
	"bytes"
	"strconv"
	"strings"
)

const frontFence = "---"

// front is a setting of the front matter: where it goes and whether a lesson needs it.
type front struct {
	key      string
	required bool
	set      func(l *Lesson, value string) (expected string)
}

var fronts = []front{
	{"title", true, func(l *Lesson, v string) string { l.Title = v; return "" }},
	{"summary", false, func(l *Lesson, v string) string { l.Summary = v; return "" }},
	{"scenario", true, func(l *Lesson, v string) string { l.Scenario = v; return "" }},
	{"seed", true, setSeed},
	{"order", false, setOrder},
}

func setSeed(l *Lesson, v string) string {
	n, err := strconv.ParseUint(v, 10, 64)
	if err != nil {
		return "a number from 0 to 18446744073709551615"
	}
	l.Seed = n
	return ""
}

func setOrder(l *Lesson, v string) string {
	n, err := strconv.Atoi(v)
	if err != nil {
		return "a whole number"
	}
	l.Order = n
	return ""
}

// readFront reads the front matter into l and returns the offset at which the lesson's text begins.
func readFront(l *Lesson) (body int, problems Problems) {
	fault := func(line int, what string) { problems = append(problems, Problem{l.File, line, what}) }
	first, rest, _ := bytes.Cut(l.Source, []byte("\n"))
	if string(bytes.TrimRight(first, " \r")) != frontFence {
		fault(1, "no front matter: expected "+frontFence+", then lines such as title: Who gets the next slot?, then "+frontFence)
		return 0, problems
	}
	seen := map[string]bool{}
	l.lines = map[string]int{}
	for line := 2; ; line++ {
		if len(rest) == 0 {
			fault(1, "the front matter is not closed: expected a line "+frontFence)
			return len(l.Source), problems
		}
		var text []byte
		text, rest, _ = bytes.Cut(rest, []byte("\n"))
		entry := strings.TrimSpace(string(text))
		if entry == frontFence {
			break
		}
		if entry != "" {
			if what := setFront(l, entry, seen); what != "" {
				fault(line, what)
			}
			key, _, _ := strings.Cut(entry, ":")
			l.lines[strings.TrimSpace(key)] = line
		}
	}
	for _, f := range fronts {
		if f.required && !seen[f.key] {
			fault(1, "the front matter lacks "+f.key+": it needs "+frontKeys(true))
		}
	}
	return len(l.Source) - len(rest), problems
}

func setFront(l *Lesson, entry string, seen map[string]bool) (what string) {
	key, value, ok := strings.Cut(entry, ":")
	key, value = strings.TrimSpace(key), strings.TrimSpace(value)
	if !ok {
		return "front matter " + strconv.Quote(entry) + ": expected key: value"
	}
	for _, f := range fronts {
		if f.key != key {
			continue
		}
		if seen[key] {
			return key + " stands in the front matter twice"
		}
		seen[key] = true
		if value == "" {
			return key + " is empty"
		}
		if expected := f.set(l, value); expected != "" {
			return key + ": " + strconv.Quote(value) + ": expected " + expected
		}
		return ""
	}
	return "unknown front matter " + strconv.Quote(key) + ": expected one of " + frontKeys(false)
}

func frontKeys(required bool) string {
	var keys []string
	for _, f := range fronts {
		if f.required || !required {
			keys = append(keys, f.key)
		}
	}
	return strings.Join(keys, ", ")
}

package stage

import (
	"bytes"
	"embed"
	"errors"
	"strings"
)

// builtin are the scenarios that can be named, in the compact form: reading YAML would cost the browser half a megabyte.
// They are made from core/scenario/yaml/builtin by go test ./viz/stage -run Scenarios -update, and the test tells when they differ.
//
//go:embed scenarios/*.txt
var builtin embed.FS

// Scenarios names the scenarios that OpenScenario knows.
func Scenarios() []string {
	entries, err := builtin.ReadDir("scenarios")
	if err != nil {
		return nil
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".txt")
	}
	return names
}

// scenarioTitles is the names of the scenarios with what each shows, in English.
func scenarioTitles() []Message {
	names := Scenarios()
	list := make([]Message, len(names))
	for i, name := range names {
		list[i] = Message{Fields: []Field{{"name", name}, {"title", ScenarioTitle(name)}}}
	}
	return list
}

// ScenarioTitle is what a built-in scenario shows, in English; "" for a name that is none.
func ScenarioTitle(name string) string {
	text, _ := builtin.ReadFile("scenarios/" + name + ".txt")
	_, title, _ := strings.Cut(string(text), "\ntitle ")
	title, _, _ = strings.Cut(title, "\n")
	return title
}

// OpenScenario simulates one of the built-in scenarios to its end and shows it from its beginning. On an error the
// present run stays.
func (p *Player) OpenScenario(name string, seed uint64) error {
	return p.OpenRun(Source{Kind: Simulation, Name: name, Seed: seed})
}

// OpenRecording reads a recording, gzip or not, and shows it from its beginning. On an error the present run stays. One
// that ends in the middle is shown up to there, and one with lines that are no events without them; a note says so.
func (p *Player) OpenRecording(name string, data []byte) error {
	l, err := Load(name, bytes.NewReader(data))
	if err != nil {
		return err
	}
	return p.ShowLoaded(l)
}

// oneLine keeps what a file holds from breaking an error into several lines.
func oneLine(err error) error {
	text := err.Error()
	if !strings.ContainsAny(text, "\r\n") {
		return err
	}
	return errors.New(strings.Join(strings.Fields(text), " "))
}

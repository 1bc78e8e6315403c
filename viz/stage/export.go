package stage

import (
	"errors"
	"strconv"
	"strings"

	"sunscope/core/record/pcapng"
	"sunscope/core/story"
	"sunscope/core/story/export"
	"sunscope/viz/scene"
)

// File is something to take away: a picture of the moment, or the run in another tool's form.
type File struct {
	Name string // with the ending that its type has
	Type string // media type
	Data []byte
}

// exportFormats are the forms that a Player writes by itself. Pictures of pixels are made by whoever shows the stage.
var exportFormats = [...]struct {
	name, ending, mediaType string
	make                    func(p *Player, from, to int) ([]byte, error)
}{
	{"svg", ".svg", "image/svg+xml", func(p *Player, _, _ int) ([]byte, error) { return p.svg(), nil }},
	{"ftrace", ".txt", "text/plain", func(p *Player, from, to int) ([]byte, error) { return export.Ftrace(nil, p.log(), from, to), nil }},
	{"perfetto", ".json", "application/json", func(p *Player, from, to int) ([]byte, error) { return export.Perfetto(nil, p.story, from, to), nil }},
	{"csv", ".csv", "text/csv", func(p *Player, _, _ int) ([]byte, error) { return export.CSV(nil, p.story), nil }},
	{"pcapng", ".pcapng", "application/x-pcapng", func(p *Player, _, _ int) ([]byte, error) { return p.capture() }},
}

// drawnFormats are the forms of which the player says that they are wanted: png of the moment, webm or apng of a range.
var drawnFormats = [...]string{"png", "webm", "apng"}

// ExportFormats names what Export makes, in the order in which a menu shows it.
func ExportFormats() []string {
	names := make([]string, len(exportFormats))
	for i := range exportFormats {
		names[i] = exportFormats[i].name
	}
	return names
}

// Export makes a file of the events from ordinal from up to, not including, to; of the whole run where a format knows no
// range (csv, pcapng), and of the present moment where it is a picture (svg).
func (p *Player) Export(format string, from, to int) (File, error) {
	if p.source.Kind == Nothing || p.story.Len() == 0 {
		return File{}, errors.New("export: nothing is open")
	}
	if from < 0 || to > p.story.Len() || from >= to {
		return File{}, errors.New("export: from=" + strconv.Itoa(from) + " to=" + strconv.Itoa(to) + ": expected a range within 0 to " + strconv.Itoa(p.story.Len()))
	}
	for i := range exportFormats {
		f := &exportFormats[i]
		if f.name != format {
			continue
		}
		data, err := f.make(p, from, to)
		p.state = nil // a story has one state at a time, and the export went through it
		if err != nil {
			return File{}, errors.New("export: " + err.Error())
		}
		return File{Name: p.fileName(f.name, f.ending), Type: f.mediaType, Data: data}, nil
	}
	return File{}, expected("export", "format", format, strings.Join(ExportFormats(), ", "))
}

// doExport is the command: the file goes out as a note, and so does the wish for a picture.
func doExport(p *Player, a Args) error {
	from, to := 0, p.story.Len()
	for name, into := range map[string]*int{"from": &from, "to": &to} {
		if text, ok := a[name]; ok {
			n, err := strconv.Atoi(text)
			if err != nil {
				return expected("export", name, text, "an ordinal")
			}
			*into = n
		}
	}
	for _, drawn := range drawnFormats {
		if a["format"] == drawn {
			if p.source.Kind == Nothing {
				return errors.New("export: nothing is open")
			}
			p.note(Note{Kind: Wanted, ID: "export-" + drawn})
			p.touch()
			return nil
		}
	}
	f, err := p.Export(a["format"], from, to)
	if err != nil {
		return err
	}
	p.note(Note{Kind: Exported, File: f})
	p.touch()
	return nil
}

// exports are the lines of the palette and of menus for what can be taken away now.
func (p *Player) exports() (list []Entry) {
	if p.source.Kind == Nothing {
		return nil
	}
	for _, e := range [...]struct{ format, en, zh string }{
		{"png", "the picture as PNG", "当前画面存为 PNG"},
		{"svg", "the picture as SVG", "当前画面存为 SVG"},
		{"webm", "the timeline's window as a film", "把时间线窗口录成动画"},
		{"pcapng", "what went over the network, for Wireshark (pcapng)", "网络数据，供 Wireshark 用（pcapng）"},
		{"ftrace", "the events as a trace file", "事件存为 ftrace 文本"},
		{"perfetto", "the run for ui.perfetto.dev (JSON)", "供 ui.perfetto.dev 用的 JSON"},
		{"csv", "a table of all tasks (CSV)", "所有任务的表格（CSV）"},
	} {
		if e.format != "pcapng" || p.carriesBytes() {
			list = append(list, p.entry("export", Args{"format": e.format}, e.en, e.zh))
		}
	}
	return list
}

// carriesBytes reports whether the run tells what its packets hold.
func (p *Player) carriesBytes() bool {
	wires := p.story.WireSpans()
	return len(wires) > 0 && wires[0].How == story.Observed
}

// svg is the picture as the reader sees it.
func (p *Player) svg() []byte {
	w, h := p.view.W, p.view.H
	if w <= 0 || h <= 0 {
		w, h = 1280, 800
	}
	return scene.AppendSVG(nil, p.Layout(w, h), p.Theme())
}

// capture is what went over the network. A kernel's events carry no bytes.
func (p *Player) capture() ([]byte, error) {
	if p.story.Recording() {
		return nil, errors.New("a recording of a kernel cannot be made into a capture: its events carry no bytes")
	}
	f, err := pcapng.Write(p.log(), pcapng.AtClients, p.source.Name)
	if err != nil {
		return nil, err
	}
	return f.Take(), nil
}

// fileName is the run's name without the endings that it came with; a moment's picture says which moment.
func (p *Player) fileName(format, ending string) string {
	name := p.source.Name[strings.LastIndexAny(p.source.Name, `/\`)+1:]
	for _, end := range [...]string{".gz", ".txt", ".trace"} {
		name = strings.TrimSuffix(name, end)
	}
	if name == "" {
		name = "sunscope"
	}
	if p.source.Kind == Simulation {
		name += "-" + strconv.FormatUint(p.source.Seed, 10)
	}
	if format == "svg" {
		name += "-" + strconv.Itoa(p.instant)
	}
	return name + ending
}

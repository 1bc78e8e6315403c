package stage

// Group is a family of commands: a heading of the help page, the palette and the menus.
type Group struct {
	ID     string
	En, Zh string
	ids    []string
}

// Name is the group's heading in a language.
func (g *Group) Name(lang string) string {
	if lang == "zh" {
		return g.Zh
	}
	return g.En
}

// Groups lists the families in the order in which a help page shows them.
func Groups() []Group { return groups }

// wiring is the group of what pages and lessons send; a reader never does, and no palette offers it.
const wiring = "wiring"

// more is the group of what no other names.
const more = "more"

// groups says which command belongs where.
var groups = []Group{
	{"playing", "Playing", "播放", []string{"toggle", "play", "pause", "speed", "faster", "slower"}},
	{"going", "Going somewhere", "移动", []string{"step", "back", "step-task", "back-task", "step-wire", "back-wire", "home", "end", "seek", "run-to", "run-back", "diverge"}},
	{"finding", "Finding", "查找", []string{"find", "find-next", "find-prev", "find-clear", "show-find"}},
	{"breakpoints", "Stopping by itself", "断点", []string{"break-add", "break-drop", "break-clear"}},
	{"timeline", "Timeline", "时间线", []string{"zoom", "zoom-in", "zoom-out", "zoom-all", "zoom-selection", "pan-left", "pan-right", "lane-up", "lane-down", "next-marker", "prev-marker", "pan"}},
	{"things", "Things on the stage", "舞台上的对象", []string{"select", "deselect", "room", "follow", "menu", "field", "field-next", "field-prev", "story", "proc"}},
	{"looking", "How it looks", "外观", []string{"theme", "lang", "motion", "parts", "focus", "filter", "lesson"}},
	{"changing", "What if?", "如果……", []string{"show-faults", "show-runs", "knob", "fault", "run", "run-drop", "compare"}},
	{"opening", "Opening", "打开", []string{"show-scenarios", "scenario", "recording", "open-link"}},
	{"out", "Taking it along", "导出", []string{"show-share", "link", "export"}},
	{"question", "Questions of the lesson", "课文的问题", []string{"answer", "skip"}},
	{"help", "Help and undoing", "帮助与撤销", []string{"undo", "redo", "palette", "help"}},
	{more, "More", "更多", nil},
	{wiring, "What pages send", "页面发送的命令", []string{"watch", "predict", "forget", "restore", "window", "lane", "key"}},
}

// Group is the family that the command belongs to.
func (c *Command) Group() *Group {
	rest := &groups[0]
	for i := range groups {
		if groups[i].ID == more {
			rest = &groups[i]
		}
		for _, id := range groups[i].ids {
			if id == c.ID {
				return &groups[i]
			}
		}
	}
	return rest
}

// Bare reports whether the command does something sensible without arguments.
func (c *Command) Bare() bool { return c.Args == "" || c.Args[0] == '[' }

// Says is what the command does, in a language.
func (c *Command) Says(lang string) string {
	if lang == "zh" {
		return c.Zh
	}
	return c.En
}

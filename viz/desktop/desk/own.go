package desk

import (
	"slices"

	"sunscope/viz/stage"
)

// ownCommand is something that only the native viewer does, or does with its lesson: the player's commands are
// stage.Commands. Those without words are no entries of menus: they stand for a place in the window.
type ownCommand struct {
	id     string
	keys   []string
	en, zh string
	do     func(*Desk, stage.Args) error
}

// plain is a command without arguments that cannot fail.
func plain(do func(*Desk)) func(*Desk, stage.Args) error {
	return func(d *Desk, _ stage.Args) error { do(d); return nil }
}

func bare(do func(*Desk) error) func(*Desk, stage.Args) error {
	return func(d *Desk, _ stage.Args) error { return do(d) }
}

// ownCommands are the desk's own. It is a function, for the commands open lists of commands.
func ownCommands() []ownCommand {
	return []ownCommand{
		{"open", []string{"o", "Ctrl+o"}, "open a recording of a real kernel", "打开真实内核的记录", bare((*Desk).openBrowser)},
		{"return", nil, "back to the lesson's simulation", "回到本课的模拟", bare((*Desk).backToLesson)},
		{"lesson", []string{"l"}, "hide or show the lesson", "隐藏或显示课文", (*Desk).lesson},
		{"theme-next", []string{"t"}, "next theme: light, dark, projector", "下一个主题：浅色、深色、投影", bare((*Desk).nextTheme)},
		{"lang-next", []string{"L"}, "the other language", "另一种语言", bare((*Desk).nextLang)},
		{"picture", []string{"Ctrl+s"}, "save a picture of the window", "保存窗口的图片", plain(func(d *Desk) { d.shooting = true })},
		{"show-all", nil, "show the whole lesson at once", "显示全部课文", plain(func(d *Desk) { d.progress.Open = true; d.told++ })},
		{"answer", nil, "", "", (*Desk).answer},
		{"skip", []string{"s"}, "leave a question unanswered", "跳过问题", (*Desk).skip},
		{"go", nil, "", "", (*Desk).goTo},
		{"see", nil, "", "", (*Desk).see},
		{"lang", nil, "", "", func(d *Desk, a stage.Args) error { return d.setLang(a["value"]) }},
		{"scenario", nil, "", "", func(d *Desk, a stage.Args) error { return d.playScenario(a["name"], a["seed"]) }},
		{"simulate", nil, "", "", bare((*Desk).backToLesson)},
		{"dismiss", nil, "", "", plain(func(d *Desk) { d.notice = notice{} })},
		{"pick", nil, "", "", (*Desk).pick},
		{"close", nil, "", "", plain((*Desk).Escape)},
		// Places that are pointed at, or dragged, and not pressed.
		{"scrub", nil, "", "", plain(func(*Desk) {})},
		{"clock", nil, "", "", plain(func(*Desk) {})},
		{"speed-text", nil, "", "", plain(func(*Desk) {})},
		{"box", nil, "", "", plain(func(*Desk) {})},
		{"split", nil, "", "", plain(func(*Desk) {})},
	}
}

// own finds one of the desk's commands; nil if it has none of that name.
func own(id string) *ownCommand {
	list := ownCommands()
	if i := slices.IndexFunc(list, func(c ownCommand) bool { return c.id == id }); i >= 0 {
		return &list[i]
	}
	return nil
}

// ownKey is the desk's command that a key stands for; "" is none.
func ownKey(name string) string {
	for _, c := range ownCommands() {
		if slices.Contains(c.keys, name) {
			return c.id
		}
	}
	return ""
}

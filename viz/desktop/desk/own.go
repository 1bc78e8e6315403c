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
		{"open", []string{"Ctrl+o"}, "open a recording of a real kernel", "打开真实内核的记录", bare((*Desk).openBrowser)},
		{"open-file", nil, "", "", func(d *Desk, a stage.Args) error { return d.openFile(a["path"]) }},
		{"show-scenarios", []string{"o"}, "play something else: a lesson, a scenario, a recording", "播放别的：课程、场景、记录", plain((*Desk).openScenarios)},
		{"palette", []string{"Ctrl+k"}, "search all commands", "搜索所有命令", plain((*Desk).openPalette)},
		{"cancel-load", nil, "", "", plain((*Desk).cancelLoading)},
		{"show-faults", []string{"k"}, "break things: knobs and faults", "动手破坏：参数与故障", func(d *Desk, _ stage.Args) error { return d.doPanel(stage.Args{"which": "faults"}) }},
		{"show-runs", []string{"r"}, "the runs, to switch and to compare", "各次运行：切换与比较", func(d *Desk, _ stage.Args) error { return d.doPanel(stage.Args{"which": "runs"}) }},
		{"show-share", []string{"e"}, "take a picture, a trace or a table along", "导出图片、跟踪或表格", plain((*Desk).openShare)},
		{"find", []string{"/", "Ctrl+f"}, "find events: task:9, xid:0x113a0c5f, queue:xprt_backlog, status<0, any text", "查找事件：task:9、xid:0x113a0c5f、queue:xprt_backlog、status<0 或任意文字", (*Desk).doFind},
		{"end-find", nil, "", "", plain((*Desk).endFind)},
		{"break-add", nil, "always stop where a condition becomes true", "在条件成立之处总停下", doCondition("break-add")},
		{"run-to", nil, "run to where a condition becomes true", "运行到条件成立之处", doCondition("run-to")},
		{"run-back", nil, "run back to where a condition became true last", "向后运行到条件上次成立之处", doCondition("run-back")},
		{"open-link", nil, "open a link to a moment", "打开某一刻的链接", (*Desk).openLink},
		{"ask-break", nil, "", "", func(d *Desk, a stage.Args) error { d.askCondition(a["id"]); return nil }},
		{"show-find", []string{"b"}, "run to a condition; breakpoints", "运行到条件；断点", func(d *Desk, _ stage.Args) error { return d.doPanel(stage.Args{"which": "breaks"}) }},
		{"look-right", []string{"Ctrl+ArrowRight"}, "select what lies to the right on the stage", "选择舞台上右边的对象", look(1, 0)},
		{"look-left", []string{"Ctrl+ArrowLeft"}, "select what lies to the left", "选择左边的对象", look(-1, 0)},
		{"look-down", []string{"Ctrl+ArrowDown"}, "select what lies below", "选择下方的对象", look(0, 1)},
		{"look-up", []string{"Ctrl+ArrowUp"}, "select what lies above", "选择上方的对象", look(0, -1)},
		{"look-next", []string{"Ctrl+PageDown"}, "select the next thing on the stage, line by line", "选择舞台上的下一个对象", lookOn(1)},
		{"look-back", []string{"Ctrl+PageUp"}, "select the thing before", "选择上一个对象", lookOn(-1)},
		{"panel", nil, "", "", (*Desk).doPanel},
		{"ask-knob", nil, "", "", (*Desk).askKnob},
		{"menubar", nil, "", "", (*Desk).doMenu},
		{"menu-keys", []string{"F10"}, "open the menus", "打开菜单", plain(func(d *Desk) { d.openMenu("file"); d.menu.popup.move(1) })},
		{"popup", nil, "", "", (*Desk).doPopup},
		{"choice", nil, "", "", (*Desk).doChoice},
		{"full-screen", []string{"F11"}, "full screen, or a window again", "全屏，或恢复窗口", plain(func(d *Desk) { d.FullScreen = !d.FullScreen })},
		{"quit", []string{"Ctrl+q"}, "close the window", "关闭窗口", plain(func(d *Desk) { d.quit = true })},
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
		{"story-now", nil, "", "", bare(func(d *Desk) error { d.inspect.toNow = true; return d.Player.Do("story", stage.Args{"at": "now"}) })},
		{"tab", nil, "", "", (*Desk).showTab},
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

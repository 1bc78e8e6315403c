package stage

import (
	"errors"
	"strconv"
	"strings"

	"sunscope/core/time"
	"sunscope/core/trace"
	"sunscope/lessons/grade"
)

// Command is something that can be done to a Player. Buttons, keys, pages and tests all name it by its id.
type Command struct {
	ID   string
	Args string // the arguments that it takes, as "name=values"; optional ones in brackets
	Keys []string
	En   string // what it does, in the two languages
	Zh   string
	do   func(p *Player, a Args) error
}

// Args are a command's arguments, all as text; a recording's bytes too.
type Args map[string]string

// Do carries out a command. An error is one line, and leaves everything as it was.
func (p *Player) Do(id string, args Args) error {
	if id == "key" {
		return p.Key(args["key"])
	}
	c := p.command(id)
	if c == nil {
		return errors.New("unknown command " + strconv.Quote(clip(id)))
	}
	if id != "menu" {
		p.closeMenu()
	}
	switch id {
	case "undo", "redo", "palette", "restore":
		return c.do(p, args)
	}
	return p.change(id, func() error { return c.do(p, args) })
}

// Commands lists what Do knows, in the order in which a help page shows it. Besides these, Do takes "key" with a
// key's name and does what the key stands for.
func Commands() []Command { return commands }

var commands = []Command{
	{"toggle", "", []string{"Space"}, "play or pause", "播放或暂停", func(p *Player, _ Args) error { return p.toggle() }},
	{"play", "", nil, "play", "播放", func(p *Player, _ Args) error { return p.play() }},
	{"pause", "", nil, "pause", "暂停", func(p *Player, _ Args) error { p.pause(); return nil }},
	{"step", "", []string{"ArrowRight"}, "one event forward", "前进一个事件", func(p *Player, _ Args) error { return p.step(1) }},
	{"back", "", []string{"ArrowLeft"}, "one event back", "后退一个事件", func(p *Player, _ Args) error { return p.step(-1) }},
	{"step-task", "", []string{"Shift+ArrowRight"}, "to the selected task's next step", "到所选任务的下一步", func(p *Player, _ Args) error { return p.stepTask(1) }},
	{"back-task", "", []string{"Shift+ArrowLeft"}, "to the selected task's previous step", "到所选任务的上一步", func(p *Player, _ Args) error { return p.stepTask(-1) }},
	{"step-wire", "", []string{"."}, "to the next packet that sets out or comes in", "到下一个发出或到达的报文", func(p *Player, _ Args) error { return p.wireStep(1) }},
	{"back-wire", "", []string{","}, "to the packet before", "到上一个报文", func(p *Player, _ Args) error { return p.wireStep(-1) }},
	{"run-to", "[when=CONDITION]", nil, "run to where a condition becomes true", "运行到条件成立之处", doRunTo("run-to", 1)},
	{"run-back", "[when=CONDITION]", nil, "run back to where a condition became true last", "向后运行到条件上次成立之处", doRunTo("run-back", -1)},
	{"break-add", "[when=CONDITION]", nil, "always stop where a condition becomes true", "在条件成立之处总停下", doBreakAdd},
	{"break-drop", "[id=N]", nil, "drop a breakpoint; without id all of them", "删除断点；不带编号则全部删除", func(p *Player, a Args) error { return p.dropBreak(a["id"]) }},
	{"find", "[text=CONDITION]", []string{"/"}, "find events: task:9, xid:0x113a0c5f, queue:xprt_backlog, status<0, any text", "查找事件：task:9、xid:0x113a0c5f、queue:xprt_backlog、status<0 或任意文字", doFind},
	{"find-next", "", []string{"n"}, "to the next match", "到下一处匹配", func(p *Player, _ Args) error { return p.findNext(1) }},
	{"find-prev", "", []string{"N"}, "to the match before", "到上一处匹配", func(p *Player, _ Args) error { return p.findNext(-1) }},
	{"find-clear", "", nil, "end the search (Escape does it as well)", "结束查找（Escape 也可以）", func(p *Player, _ Args) error { p.clearSearch(); return nil }},
	{"home", "", []string{"Home"}, "to the beginning", "到开头", func(p *Player, _ Args) error { return p.seek(-1) }},
	{"end", "", []string{"End"}, "to the end", "到结尾", func(p *Player, _ Args) error { return p.seek(p.story.Len() - 1) }},
	{"seek", "instant=ORDINAL | time=NANOSECONDS | event=PREDICATE", nil, "to an instant", "到某一时刻", doSeek},
	{"speed", "value=0.001…1000|max", nil, "set the speed, in simulated seconds a second", "设定速度（每秒的模拟秒数）", doSpeed},
	{"faster", "", []string{"+", "="}, "faster", "加速", func(p *Player, _ Args) error { p.setSpeed(p.speed.next(true)); return nil }},
	{"slower", "", []string{"-", "_"}, "slower", "减速", func(p *Player, _ Args) error { p.setSpeed(p.speed.next(false)); return nil }},
	{"select", "kind=KIND, num=N, name=NAME | item=ITEM | task=TK_PID[@CLIENT]", nil, "select a thing and show its fields; a task as the kernel prints it: task=14@4", "选择一个对象并显示其字段；任务按内核打印的写法：task=14@4", doSelect},
	{"menu", "[kind=KIND, num=N, name=NAME]", []string{"ContextMenu", "Shift+F10"}, "what can be done with the selected thing", "对所选对象能做什么", doMenu},
	{"follow", "[num=TASK]", []string{"f"}, "follow the selected task: it stays selected, and steps are its steps", "跟随所选任务：保持选中，单步只走它的步骤", doFollow},
	{"filter", "[text=WORDS]", nil, "show only tasks that match: proc:READ, client:4, item:read[3], !null", "只显示匹配的任务：proc:READ、client:4、item:read[3]、!null", doFilter},
	{"focus", "[part=PART]", []string{"1", "2", "3", "4", "5", "6", "7", "8", "9"}, "show one part alone, or what was shown before", "只显示一个部分，或恢复原来的显示", doFocus},
	{"deselect", "", []string{"Escape"}, "select nothing", "取消选择", func(p *Player, _ Args) error { return p.escape() }},
	{"field", "n=NUMBER", nil, "let a field of the selected packet stand out; -1: none", "标出所选报文的一个字段；-1 为无", doField},
	{"field-next", "", []string{"j"}, "the selected packet's next field", "所选报文的下一个字段", func(p *Player, _ Args) error { return p.moveField(1) }},
	{"field-prev", "", []string{"J"}, "the selected packet's previous field", "所选报文的上一个字段", func(p *Player, _ Args) error { return p.moveField(-1) }},
	{"proc", "", []string{"p"}, "show or hide what /proc and debugfs would print", "显示或隐藏 /proc 和 debugfs 会打印的内容", func(p *Player, _ Args) error { return p.toggleProc() }},
	{"story", "at=LINE|now", nil, "show other lines of the selected thing's story", "显示所选对象经历的其他各行", doStory},
	{"zoom", "by=FACTOR, [time=NANOSECONDS]", nil, "zoom the timeline; by=0 shows all of it", "缩放时间线；by=0 显示全部", doZoom},
	{"zoom-in", "", []string{"]"}, "look closer at the timeline", "放大时间线", func(p *Player, _ Args) error { return p.zoom(2, p.at) }},
	{"zoom-out", "", []string{"["}, "see more of the timeline", "缩小时间线", func(p *Player, _ Args) error { return p.zoom(0.5, p.at) }},
	{"zoom-all", "", []string{"0"}, "the whole timeline", "整条时间线", func(p *Player, _ Args) error { return p.zoom(0, 0) }},
	{"pan", "by=FRACTION", nil, "move the timeline's window by a part of its width", "按窗口宽度的比例移动时间线", doPan},
	wish("lesson", "l", "hide or show the lesson's text", "隐藏或显示课文"),
	wish("show-scenarios", "o", "choose a scenario, or open a recording", "选择场景，或打开记录"),
	wish("show-find", "b", "search, run to a condition, breakpoints", "查找、运行到条件、断点"),
	wish("show-faults", "k", "break things: knobs and faults", "动手破坏：参数与故障"),
	wish("show-runs", "r", "the runs, to switch and to compare", "各次运行：切换与比较"),
	wish("show-share", "e", "share a link to this moment, or export it", "分享这一刻的链接，或导出"),
	{"pan-left", "", []string{"{"}, "move the timeline's window back", "时间线窗口向前移", func(p *Player, _ Args) error { p.panBy(-0.25); return nil }},
	{"pan-right", "", []string{"}"}, "move the timeline's window on", "时间线窗口向后移", func(p *Player, _ Args) error { p.panBy(0.25); return nil }},
	{"window", "from=NANOSECONDS, to=NANOSECONDS", nil, "show that piece of the run on the timeline", "在时间线上显示这一段", doWindow},
	{"zoom-selection", "[kind=KIND, num=N]", []string{"z"}, "fit the timeline to what is selected", "时间线缩放到所选对象", doZoomSelection},
	{"lane-up", "", []string{"ArrowUp"}, "scroll the timeline's lanes up", "时间线的行向上滚动", func(p *Player, _ Args) error { p.scrollLanes(-p.pageOfLanes()); return nil }},
	{"lane-down", "", []string{"ArrowDown"}, "scroll the timeline's lanes down", "时间线的行向下滚动", func(p *Player, _ Args) error { p.scrollLanes(p.pageOfLanes()); return nil }},
	{"lane", "task=N", nil, "show the timeline's lanes from that task on; 0: those of the moment", "从该任务起显示时间线的行；0：此刻的行", doLane},
	{"next-marker", "[kind=KIND,…]", []string{"m"}, "to the next error, retransmission, callback, …", "到下一个标记（错误、重传、回调等）", func(p *Player, a Args) error { return p.toMarker(1, a) }},
	{"prev-marker", "[kind=KIND,…]", []string{"M"}, "to the previous error, retransmission, callback, …", "到上一个标记（错误、重传、回调等）", func(p *Player, a Args) error { return p.toMarker(-1, a) }},
	{"theme", "value=light|dark|projector", nil, "set the theme", "设定主题", doTheme},
	{"lang", "value=en|zh", nil, "set the language", "设定语言", doLang},
	{"motion", "value=full|reduced", nil, "let things glide or jump", "平滑移动或直接跳转", doMotion},
	{"parts", "value=all|PART,…", nil, "show only some parts of the stage", "只显示舞台的某些部分", doParts},
	{"room", "value=all|ADDRESS", nil, "show the client's room of one machine only", "只显示某一台机器的客户端", doRoom},
	{"scenario", "name=NAME, [seed=N]", nil, "simulate a scenario", "模拟一个场景", doScenario},
	{"knob", "name=KNOB, value=VALUE, [at=ORDINAL]", nil, "turn a knob: a fork of the run with another setting", "参数：以另一设置分叉运行", doKnob},
	{"fault", "do=FAULT, [at=ORDINAL]", nil, "let something go wrong: a fork of the run", "注入故障：使运行分叉", doFault},
	{"run", "id=RUN", nil, "switch to another run", "切换到另一次运行", doRun},
	{"run-drop", "id=RUN", nil, "forget a run", "丢弃一次运行", doRunDrop},
	{"compare", "[id=RUN|off]", []string{"c"}, "compare with another run, side by side", "与另一次运行并排比较", doCompare},
	{"diverge", "", []string{"d"}, "to the first event that differs from the compared run", "到与所比较运行的第一个不同事件", doDiverge},
	{"recording", "name=FILE, data=BYTES", nil, "open a recording of a real kernel", "打开真实内核的记录", doRecording},
	{"link", "", []string{"u"}, "a link to this moment", "这一刻的链接", doLink},
	{"open-link", "[value=LINK]", nil, "open a link to a moment", "打开某一刻的链接", doOpenLink},
	{"watch", "id=ID, when=PREDICATE", nil, "mark the first event that matches", "标记第一个匹配的事件", func(p *Player, a Args) error { return p.Watch(a["id"], a["when"]) }},
	{"predict", "id=ID, ask=PREDICATE, about=PREDICATE, choices=ITEM,…", nil, "stop at a question", "在问题处暂停", doPredict},
	{"answer", "id=ID, choice=ITEM", nil, "answer a question", "回答问题", func(p *Player, a Args) error { return p.Answer(a["id"], a["choice"]) }},
	{"skip", "[id=ID]", []string{"s"}, "leave a question unanswered", "跳过问题", doSkip},
	{"forget", "", nil, "drop all watches and questions", "清除所有标记和问题", func(p *Player, _ Args) error { p.Forget(); return nil }},
	{"export", "format=FORMAT, [from=ORDINAL, to=ORDINAL]", nil, "take the moment or the run away as a file", "把此刻或整个运行导出为文件", doExport},
	{"restore", "value=SNAPSHOT", nil, "return to a saved moment", "回到保存的时刻", func(p *Player, a Args) error { return p.Restore(a["value"]) }},
	{"undo", "", []string{"Ctrl+z"}, "take the last change back", "撤销", func(p *Player, _ Args) error { return p.undo() }},
	{"redo", "", []string{"Ctrl+Shift+z", "Ctrl+y"}, "make it again", "重做", func(p *Player, _ Args) error { return p.redo() }},
	{"palette", "[query=TEXT, go=next|previous|run|close]", []string{"Ctrl+k"}, "search all commands", "搜索所有命令", doPalette},
	{"help", "", []string{"?"}, "show or hide the list of keys", "显示或隐藏按键列表", func(p *Player, _ Args) error { p.help = !p.help; p.touch(); return nil }},
}

func doSeek(p *Player, a Args) error {
	if text, ok := a["instant"]; ok {
		n, err := strconv.Atoi(text)
		if err != nil || n < -1 || n >= max(p.story.Len(), 1) {
			return expected("seek", "instant", text, "an ordinal from -1 to "+strconv.Itoa(p.story.Len()-1))
		}
		return p.seek(n)
	}
	if text, ok := a["time"]; ok {
		t, err := nanoseconds(text)
		if err != nil {
			return expected("seek", "time", text, "nanoseconds")
		}
		return p.seekTime(t)
	}
	if text, ok := a["event"]; ok {
		return p.seekEvent(text)
	}
	return errors.New("seek: expected instant, time or event")
}

func doSpeed(p *Player, a Args) error {
	s, err := ParseSpeed(a["value"])
	if err == nil {
		p.setSpeed(s)
	}
	return err
}

func doZoom(p *Player, a Args) error {
	by, err := strconv.ParseFloat(a["by"], 64)
	if err != nil || !(by >= 0 && by <= 1e6) {
		return expected("zoom", "by", a["by"], "a factor, or 0 for the whole run")
	}
	at := p.at
	if text, ok := a["time"]; ok {
		if at, err = nanoseconds(text); err != nil {
			return expected("zoom", "time", text, "nanoseconds")
		}
	}
	return p.zoom(by, at)
}

func doPan(p *Player, a Args) error {
	by, err := strconv.ParseFloat(a["by"], 64)
	if err != nil || !(by >= -1e3 && by <= 1e3) {
		return expected("pan", "by", a["by"], "a part of the window's width, such as 0.25")
	}
	p.panBy(by)
	return nil
}

func doTheme(p *Player, a Args) error {
	if _, ok := themes[a["value"]]; !ok {
		return expected("theme", "value", a["value"], "light, dark or projector")
	}
	p.theme = a["value"]
	p.touch()
	return nil
}

func doLang(p *Player, a Args) error {
	if v := a["value"]; v != "en" && v != "zh" {
		return expected("lang", "value", v, "en or zh")
	}
	p.view.Lang = a["value"]
	p.touch()
	return nil
}

func doMotion(p *Player, a Args) error {
	v := a["value"]
	if v != "full" && v != "reduced" {
		return expected("motion", "value", v, "full or reduced")
	}
	p.view.Reduced = v == "reduced"
	p.touch()
	return nil
}

func doScenario(p *Player, a Args) error {
	var seed uint64
	if text := a["seed"]; text != "" {
		var err error
		if seed, err = strconv.ParseUint(text, 10, 64); err != nil {
			return expected("scenario", "seed", text, "a number from 0 to 18446744073709551615")
		}
	}
	return p.OpenScenario(a["name"], seed)
}

func doRecording(p *Player, a Args) error {
	data, ok := a["data"]
	if !ok {
		return errors.New("recording: expected data, the bytes of the file")
	}
	return p.OpenRecording(a["name"], []byte(data))
}

func doPredict(p *Player, a Args) error {
	q, err := grade.New(a["id"], a["ask"], a["about"], a["choices"])
	if err != nil {
		return err
	}
	return p.Predict(q)
}

func doSkip(p *Player, a Args) error {
	id, ok := a["id"]
	if !ok {
		id = p.Asking()
	}
	if id == "" {
		return nil // the key was pressed where nothing is asked
	}
	return p.Skip(id)
}

// nanoseconds reads a time of the run's clock. Pages send numbers, which may be printed with a fraction or exponent.
func nanoseconds(text string) (time.Duration, error) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Duration(n), nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || !(f > -9e18 && f < 9e18) {
		return 0, errors.New("not a time")
	}
	return time.Duration(f), nil
}

func expected(cmd, field, got, want string) error {
	return errors.New(cmd + ": " + field + "=" + strconv.Quote(clip(got)) + ": expected " + want)
}

func clip(s string) string {
	const most = 60
	if len(s) > most {
		return strings.ToValidUTF8(s[:most], "") + "…"
	}
	return s
}

// eventText is the event as a trace file prints it, without thread and time.
func eventText(log *trace.Log, instant int) []byte {
	var e trace.Event
	log.At(instant, &e)
	return log.AppendEventText(nil, &e)
}

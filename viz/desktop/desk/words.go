package desk

// words are all words of the desk in one language.
type words struct {
	open, seed, recording, savedRun, live, followed  string
	lastEvent, life, ways, bytes, noByte, bytesMore  string
	inferred, saved, answerFirst, lessonBack         string
	spent, earlier, later, takenLast, toNow          string
	inspector, procTitle, counting, nothing, changed string
	keys, drop, filter, up, none, backToRun          string
	searchHelp                                       string
	hints                                            map[string]string
	keyList                                          [][2]string // of the desk's own keys
}

var english = words{
	open: "Open…", seed: "seed", recording: "recording of a kernel", savedRun: "saved run", live: "live; End follows it", followed: "live",
	lastEvent: "Last event", life: "What happened to it", ways: "Where it leads", bytes: "Bytes", noByte: "A recording does not hold the bytes.", bytesMore: "bytes more of the same field",
	spent: "Where its time went", earlier: "earlier", later: "later", takenLast: "taken last", toNow: "to the present",
	changed: "Changed:", inspector: "Inspector", procTitle: "/proc at this instant", counting: "Counting the events up to here …", nothing: "Select a thing on the stage to see what is known about it.",
	inferred: "inferred", saved: "Saved as", answerFirst: "Answer the question first, or skip it (s).",
	lessonBack: "l shows the lesson",
	keys:       "Keys", drop: "A kernel's trace file, or what trace-cmd report prints, plain or gzip; it can also be dropped on the window", filter: "Type to narrow the list",
	searchHelp: "task:9, xid:0x113a0c5f, queue:xprt_backlog, state:call_bind, status<0, proc:WRITE rpc_task_begin (once for each WRITE), took>=1s rpc_task_begin, an event's name, any text; or a level: queue:xprt_backlog>=3, rpc_retrans>=2",
	up:         "folder above", none: "nothing here fits", backToRun: "Back to the lesson's simulation",
	hints: map[string]string{
		"split": "drag to share the width between lesson and stage", "scrub": "position in the run; ticks are the moments that the lesson speaks of", "clock": "simulated time; event of the run",
		"speed-text": "simulated seconds in a second; where nothing happens for long, the clock hurries", "close": "close",
	},
	keyList: [][2]string{{"1 … 9", "answer the question that is asked"}, {"↑  ↓  PgUp  PgDn", "scroll the lesson, where it is shown"}, {"Tab  Shift+Tab", "to the next control, or back"}, {"Alt+f", "open a menu by its letter"}},
}

var chinese = words{
	open: "打开…", seed: "种子", recording: "内核的记录", savedRun: "保存的运行", live: "实时；按 End 跟随", followed: "实时",
	lastEvent: "最近的事件", life: "它经历了什么", ways: "从这里去哪里", bytes: "字节", noByte: "记录里没有字节内容。", bytesMore: "个字节属于同一字段",
	spent: "时间用在哪里", earlier: "行在前面", later: "行在后面", takenLast: "最近走过", toNow: "到此刻",
	changed: "有变化：", inspector: "检视", procTitle: "此刻的 /proc", counting: "正在计数到此刻的事件……", nothing: "选择舞台上的一个对象，即可看到有关它的一切。",
	inferred: "推断", saved: "已保存为", answerFirst: "请先回答，或者跳过这个问题（s）。",
	lessonBack: "按 l 显示课文",
	keys:       "按键", drop: "内核的跟踪文件，或 trace-cmd report 的输出，可以是 gzip；也可以拖放到窗口里", filter: "输入文字可缩小范围",
	searchHelp: "task:9、xid:0x113a0c5f、queue:xprt_backlog、state:call_bind、status<0、proc:WRITE rpc_task_begin（每个 WRITE 一次）、took>=1s rpc_task_begin、事件名、任意文字；或 queue:xprt_backlog>=3、rpc_retrans>=2",
	up:         "上一层文件夹", none: "这里没有相符的", backToRun: "回到本课的模拟",
	hints: map[string]string{
		"split": "拖动可调整课文和舞台的宽度", "scrub": "在运行中的位置；刻度是课文讲到的时刻", "clock": "模拟时间；第几个事件",
		"speed-text": "每秒的模拟秒数；久久无事时，时钟会加快", "close": "关闭",
	},
	keyList: [][2]string{{"1 … 9", "回答提出的问题"}, {"↑  ↓  PgUp  PgDn", "显示课文时滚动课文"}, {"Tab  Shift+Tab", "到下一个控件，或返回"}, {"Alt+f", "打开相应的菜单"}},
}

func (d *Desk) words() *words {
	if d.Player.Lang() == "zh" {
		return &chinese
	}
	return &english
}

// Saved says that a picture was saved.
func (d *Desk) Saved(name string) string { return d.words().saved + " " + name }

package prose

// words are what stands beside a lesson's own text.
type words struct {
	waits, goThere, showAll, away, goBack string
	predict, early, asked, skip, skipped  string
	right, wrong, seen, why, see          string
}

var english = words{
	waits: "Goes on at", goThere: "Go there", showAll: "Show all text",
	away: "The stage is playing {name}. The passages of this lesson wait for the simulation.", goBack: "Back to the lesson's simulation",
	predict: "PREDICT", early: "The stage pauses here when the moment has come.", asked: "The stage has paused: your prediction, please.",
	skip: "Skip", skipped: "Skipped. You can still answer.",
	right: "Right: it is {truth}.", wrong: "Not {choice}: it is {truth}.", seen: "(You had been past that moment already.)",
	why: "What the kernel prints then", see: "See it happen",
}

var chinese = words{
	waits: "等到", goThere: "直接去", showAll: "显示全文",
	away: "舞台正在播放 {name}。本课的段落等的是模拟中的事件。", goBack: "回到本课的模拟",
	predict: "预测", early: "到了那一刻，舞台会停在这里。", asked: "舞台停下了：请作预测。",
	skip: "跳过", skipped: "已跳过，仍可回答。",
	right: "对，是 {truth}。", wrong: "不是 {choice}，是 {truth}。", seen: "（你已经看过那一刻了。）",
	why: "那时内核打印的是", see: "看它发生",
}

func wordsOf(lang string) *words {
	if lang == "zh" {
		return &chinese
	}
	return &english
}

package scene

import "sunscope/core/story"

// labels are all words of the pictures in one language. Names of the kernel are not among them: they stay as they are.
type labels struct {
	client, wire, server, timeline        string
	slots, inUse, of, free, handed        string
	sent, replyIn, notSent                string
	queues, writeLock, connectWorker      string
	closeWorker                           string
	nobody, unknown, transport            string
	work, runs, waits, idle               string
	toServer, toClient, demux, record     string
	direction, callWord, replyWord        string
	toTree, toCallbacks, noRecord         string
	threads, serves, pending, listening   string
	queued, counters                      string
	running, ready, sleeping, received    string
	task, since, begun, finished, asOf    string
	noTasks, owns, asleepOn, inState      string
	retry, more, noEvents, waitsAt        string
	calls, resent, refreshed, sends       string
	recvs, badXIDs, backChannel, inferred string
	lasts, reply                          string
	bits, held, noXprt, seen, busy        string
	sinceStart                            string
	// Of the client's room.
	transports, shownHere, machine, moreQueues           string
	sessions, noSession, sessionGone, sessionBegins      string
	stateManager, leaseRenewed, locksHeld, delegReturned string
	wayBack, backSlots, congestion                       string
	whySlot, whyLock, whyConnection, whyReply, whyPort   string
	whyTime, whySession, whyNFS40, whyManager, whySeqid  string
	whyIO, whyLayout, whyGSS, whyCaller                  string
	// Of datagrams: what the network makes twice, and what became of those that nobody gets.
	copied, lost, overflow, noPort, window, unknownXID string
	// Of the timeline.
	spanKinds                               [story.SpanKinds]string
	tickKinds                               [story.TickKinds]string
	glyphs                                  [glyphCount]string
	eventCount, aliveCount, overview, lanes string
	markers, lock, shows, before, after     string
	alive, shownRows, thinRows, legend      string
}

var english = labels{
	client: "CLIENT", wire: "WIRE", server: "SERVER", timeline: "TIMELINE",
	slots: "SLOT TABLE", inUse: "in use", of: "of", free: "free", handed: "handed over",
	sent: "sent", replyIn: "reply in", notSent: "not sent",
	queues: "WAIT QUEUES", writeLock: "write lock", connectWorker: "connect worker", closeWorker: "close worker",
	nobody: "free", unknown: "unknown", transport: "TRANSPORT",
	work: "WORK QUEUES", runs: "runs", waits: "waits", idle: "idle",
	toServer: "to server", toClient: "to client", demux: "DEMUX", record: "record",
	direction: "direction", callWord: "CALL", replyWord: "REPLY",
	toTree: "xid tree", toCallbacks: "callback list", noRecord: "nothing read yet",
	threads: "threads", serves: "serves", pending: "not yet read", listening: "listens",
	queued: "queued for a thread", counters: "COUNTERS",
	running: "runs", ready: "ready", sleeping: "asleep", received: "reply",
	task: "task", since: "since", begun: "begun", finished: "finished", asOf: "at",
	noTasks: "no tasks", owns: "holds the write lock", asleepOn: "asleep on", inState: "in",
	retry: "retransmit", more: "more", noEvents: "before the first event", waitsAt: "waits",
	calls: "calls", resent: "retransmissions", refreshed: "credential refreshes", sends: "sends",
	recvs: "receives", badXIDs: "bad xids", backChannel: "back channel", inferred: "inferred",
	lasts: "for", reply: "reply", bits: "state",
	held: "held", noXprt: "no transport seen yet", seen: "seen so far", busy: "busy",
	sinceStart: "in this recording",
	transports: "TRANSPORTS", sessions: "SESSION", noSession: "none seen yet", sessionGone: "destroyed", sessionBegins: "being made",
	stateManager: "state manager", leaseRenewed: "lease renewed", locksHeld: "locks", delegReturned: "delegations returned",
	congestion: "CONGESTION WINDOW", wayBack: "way back", backSlots: "back channel slots",
	shownHere: "shown here", machine: "machine", moreQueues: "further queues",
	whySlot: "for a free slot", whyLock: "for the write lock", whyConnection: "for the connection", whyReply: "for the reply",
	whyPort: "for rpcbind's answer", whyTime: "for a time to pass", whySession: "for a slot of the session",
	whyNFS40: "for a slot of NFSv4.0", whyManager: "for the state manager", whySeqid: "for the owner's turn",
	whyIO: "for reads and writes to end", whyLayout: "for the layout's return", whyGSS: "for rpc.gssd", whyCaller: "for its caller",
	copied: "copy", lost: "lost", overflow: "no room in the socket's buffer", noPort: "no socket on that port",
	window: "window", unknownXID: "nobody waits for it",
	spanKinds: [...]string{
		"runs", "ready", "runs, reply in hand", "xprt_pending", "xprt_backlog", "xprt_sending", "xprt_binding", "delayq", "other queue",
	},
	tickKinds: [...]string{"sent", "reply found", "retransmission", "error"},
	glyphs: [...]string{
		"CALL", "REPLY", "callback", "handshake", "RST", "retransmission", "lost", "error", "not responding", "disconnect",
		"connected", "socket full", "fault", "match",
	},
	eventCount: "events", aliveCount: "tasks alive", overview: "overview", lanes: "lanes", markers: "markers",
	lock: "lock", shows: "shows", before: "before", after: "next", alive: "alive", shownRows: "shown", thinRows: "a line a task", legend: "legend",
}

var chinese = labels{
	client: "客户端", wire: "线路", server: "服务器", timeline: "时间线",
	slots: "槽位表", inUse: "在用", of: "/", free: "空闲", handed: "已移交",
	sent: "已发送", replyIn: "应答已到", notSent: "未发送",
	queues: "等待队列", writeLock: "写锁", connectWorker: "连接工作项", closeWorker: "关闭工作项",
	nobody: "空闲", unknown: "未知", transport: "传输",
	work: "工作队列", runs: "运行", waits: "等待", idle: "空闲",
	toServer: "发往服务器", toClient: "发往客户端", demux: "分拣", record: "记录",
	direction: "方向", callWord: "CALL", replyWord: "REPLY",
	toTree: "xid 树", toCallbacks: "回调列表", noRecord: "尚未读到记录",
	threads: "线程", serves: "处理", pending: "尚未读取", listening: "监听",
	queued: "等待线程", counters: "计数器",
	running: "运行", ready: "就绪", sleeping: "睡眠", received: "应答",
	task: "任务", since: "已", begun: "开始", finished: "结束", asOf: "时刻",
	noTasks: "没有任务", owns: "持有写锁", asleepOn: "睡在", inState: "处于",
	retry: "重传", more: "更多", noEvents: "第一个事件之前", waitsAt: "等待",
	calls: "调用", resent: "重传", refreshed: "凭据刷新", sends: "发送",
	recvs: "接收", badXIDs: "错误 xid", backChannel: "反向通道", inferred: "推断",
	lasts: "历时", reply: "应答", bits: "状态",
	held: "持有", noXprt: "尚未见到传输", seen: "至今所见", busy: "忙",
	sinceStart: "本次录制中",
	transports: "传输", sessions: "会话", noSession: "尚未见到", sessionGone: "已结束", sessionBegins: "正在建立",
	stateManager: "状态管理", leaseRenewed: "lease 更新于", locksHeld: "锁", delegReturned: "已还委托",
	congestion: "拥塞窗口", wayBack: "回程", backSlots: "反向通道槽位",
	shownHere: "此处显示", machine: "机器", moreQueues: "其他队列",
	whySlot: "等空闲槽位", whyLock: "等写锁", whyConnection: "等连接", whyReply: "等应答",
	whyPort: "等 rpcbind 的回答", whyTime: "等一段时间", whySession: "等会话的槽位",
	whyNFS40: "等 NFSv4.0 的槽位", whyManager: "等状态管理线程", whySeqid: "等轮到该所有者",
	whyIO: "等读写结束", whyLayout: "等归还 layout", whyGSS: "等 rpc.gssd", whyCaller: "等其调用者",
	copied: "副本", lost: "未到达", overflow: "接收缓冲放不下", noPort: "没有这个端口",
	window: "窗口", unknownXID: "没有人等它",
	spanKinds: [...]string{
		"运行", "就绪", "运行，应答已到", "xprt_pending", "xprt_backlog", "xprt_sending", "xprt_binding", "delayq", "其他队列",
	},
	tickKinds: [...]string{"已发送", "找到应答", "重传", "错误"},
	glyphs: [...]string{
		"CALL", "REPLY", "回调", "连接报文", "RST", "重传", "未到达", "错误", "没有应答", "断开", "已连接", "套接字无空间", "故障", "匹配",
	},
	eventCount: "事件数", aliveCount: "任务数", overview: "全程", lanes: "行", markers: "标记",
	lock: "写锁", shows: "显示", before: "之前", after: "之后", alive: "个任务", shownRows: "行", thinRows: "一线一任务", legend: "图例",
}

func labelsOf(lang string) *labels {
	if lang == "zh" {
		return &chinese
	}
	return &english
}

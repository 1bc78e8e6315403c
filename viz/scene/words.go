package scene

import (
	"sunscope/core/fsm"
)

// words are the inspector's, in one language.
type words struct {
	zh                                                 bool
	task, none, yes, no, free                          string
	beginning, ordinal, time, thread, item             string
	procedure, owner, begun, ended, result             string
	lastState, runsState, asPrinted, groups            string
	keepsLock, leaves, taskOwns, nobodyOwns            string
	sentAgo                                            string
	asleepOn, sleptFor, timer, slot, notDrawn, replyIn string
	phase, maySleepOn, hereNow, sleptOnIn              string
	cameBy, takenLast                                  string
	slotIs, held, service, serves, since               string
	local, bits, connectWorker, inUse                  string
	runs, waits                                        string
	packet, arrived, unsent, direction                 string
	toServer, toClient                                 string
	fromTo, length, record, sentAt, arrives, continued string
	retransmission, notYet, over                       string
	copied, firstBytes, function, sentBy, itself       string
	queue                                              map[fsm.Queue]string
	queueElse                                          string
	workQueue                                          map[string]string
}

var wordsEnglish = words{
	task: "task", none: "none", yes: "yes", no: "no", free: "free",
	beginning: "Before the first event", ordinal: "event", time: "time", thread: "thread", item: "workload item",
	procedure: "procedure", owner: "owner", begun: "begun", ended: "ended", result: "result",
	lastState: "last state", runsState: "runs", asPrinted: "last printed", groups: "groups",
	keepsLock: "releases the transport without holding the write lock; ", leaves: "releases the transport; ",
	taskOwns: "task {snd_task} holds it now", nobodyOwns: "nobody holds it now", sentAgo: "since sent",
	asleepOn: "asleep on", sleptFor: "asleep for", timer: "timer ends", slot: "slot",
	notDrawn: "not drawn yet", replyIn: "reply found",
	cameBy: "came by", takenLast: "taken last",
	phase: "phase", maySleepOn: "may sleep on", hereNow: "here now", sleptOnIn: "slept on in",
	slotIs: "An rpc_rqst: holding one is the permission to have one call outstanding.", held: "held for",
	service: "service", serves: "serves", since: "for",
	local: "local address", bits: "state", connectWorker: "connect worker", inUse: "slots in use",
	runs: "runs", waits: "waits",
	packet: "packet", arrived: "It has arrived: it is not on the wire any more.", unsent: "It was not sent yet: it is not on the wire.", direction: "direction", toServer: "to the server",
	toClient: "to the client", fromTo: "from → to", length: "bytes", record: "bytes of its record", sentAt: "sent at",
	arrives: "arrives at", continued: "record, continued", retransmission: "retransmission",
	sentBy: "sent by", itself: "itself",
	function: "kernel function",
	copied:   "by the network", firstBytes: "its first {0} bytes; the rest is in later packets",
	notYet: "It has not begun yet.", over: "It has ended.",
	queue: map[fsm.Queue]string{
		fsm.XprtBacklog: "Tasks that found no free slot. Whoever frees a slot hands it to the first of them.",
		fsm.XprtSending: "Tasks that wait for the transport's write lock.",
		fsm.XprtPending: "Tasks that wait for a reply, or for the connection. A timer watches each of them.",
		fsm.XprtBinding: "Tasks that wait for rpcbind's answer.",
		fsm.Delay:       "Tasks that wait for a time to pass before they try again.",
	},
	queueElse: "A wait queue of the caller's.",
	workQueue: map[string]string{
		"rpciod":  "The work queue on which asynchronous tasks run.",
		"xprtiod": "The work queue of the transports: connecting, receiving, and tasks that were given the write lock.",
		"nfsiod":  "The work queue on which NFS releases what its calls used.",
	},
}

var wordsChinese = words{
	zh:   true,
	task: "任务", none: "无", yes: "是", no: "否", free: "空闲",
	beginning: "第一个事件之前", ordinal: "事件", time: "时刻", thread: "线程", item: "工作项",
	procedure: "过程", owner: "所有者", begun: "开始", ended: "结束", result: "结果",
	lastState: "上个状态", runsState: "正在运行", asPrinted: "最近打印", groups: "个组",
	keepsLock: "释放传输，并未持有写锁；", leaves: "释放传输；",
	taskOwns: "此刻由任务 {snd_task} 持有", nobodyOwns: "此刻无人持有", sentAgo: "发送已过",
	asleepOn: "睡在", sleptFor: "已睡", timer: "定时器到期", slot: "槽位",
	notDrawn: "尚未生成", replyIn: "应答已找到",
	cameBy: "来路", takenLast: "最近走过",
	phase: "阶段", maySleepOn: "可能睡在", hereNow: "此刻在此", sleptOnIn: "在这些状态中入睡",
	slotIs: "一个 rpc_rqst：持有它才可以有一个未完成的调用。", held: "已持有",
	service: "服务", serves: "处理", since: "已",
	local: "本地地址", bits: "状态", connectWorker: "连接工作项", inUse: "在用槽位",
	runs: "运行", waits: "等待",
	packet: "报文", arrived: "它已到达，不在线路上了。", unsent: "它尚未发送，不在线路上。", direction: "方向", toServer: "发往服务器",
	toClient: "发往客户端", fromTo: "从 → 到", length: "字节", record: "在记录中的位置", sentAt: "发送于",
	arrives: "到达于", continued: "记录的后续部分", retransmission: "重传",
	sentBy: "由谁发送", itself: "它自己",
	function: "内核中的名字",
	copied:   "网络所为", firstBytes: "其前 {0} 字节；后面的在之后的报文里",
	notYet: "它尚未开始。", over: "它已结束。",
	queue: map[fsm.Queue]string{
		fsm.XprtBacklog: "没有得到空闲槽位的任务。释放槽位者把它直接交给其中的第一个。",
		fsm.XprtSending: "等待传输写锁的任务。",
		fsm.XprtPending: "等待应答或连接的任务，每个都有定时器看守。",
		fsm.XprtBinding: "等待 rpcbind 回答的任务。",
		fsm.Delay:       "等一段时间再重试的任务。",
	},
	queueElse: "调用者自己的等待队列。",
	workQueue: map[string]string{
		"rpciod":  "异步任务在这个工作队列上运行。",
		"xprtiod": "传输的工作队列：连接、接收，以及被授予写锁的任务。",
		"nfsiod":  "NFS 在这个工作队列上释放调用用过的东西。",
	},
}

func wordsOf(lang string) *words {
	if lang == "zh" {
		return &wordsChinese
	}
	return &wordsEnglish
}

func (w *words) queueIs(q fsm.Queue) string {
	if s, ok := w.queue[q]; ok {
		return s
	}
	return w.queueElse
}

func (w *words) workQueueIs(name string) string { return w.workQueue[name] }

// does is what a state does, in a sentence.
func (w *words) does(s fsm.State) string {
	if w.zh {
		return doesChinese[s]
	}
	return fsm.States[s].Does
}

var doesChinese = [fsm.StateCount]string{
	fsm.None:                 "任务没有下一步：运行结束，随即被释放。",
	fsm.RPCPrepareTask:       "运行调用者的 rpc_call_prepare，它通常会开始调用。",
	fsm.CallStart:            "给调用计数并选择传输。",
	fsm.CallReserve:          "向传输申请槽位；没有槽位时任务睡在积压队列上。",
	fsm.CallReserveResult:    "查看任务是否得到了槽位。",
	fsm.CallRetryReserve:     "再次申请，或发现睡眠时别人移交来的槽位。",
	fsm.CallRefresh:          "把凭据绑定到槽位并使其有效。",
	fsm.CallRefreshResult:    "查看凭据是否可用。",
	fsm.CallAllocate:         "为调用和应答分配一个缓冲区。",
	fsm.CallEncode:           "编码调用，并放入接收队列和发送队列。",
	fsm.CallBind:             "向 rpcbind 询问服务器的端口。",
	fsm.CallBindStatus:       "处理 rpcbind 的回答。",
	fsm.CallConnect:          "取得写锁并开始连接。",
	fsm.CallConnectStatus:    "处理连接的结果。",
	fsm.CallTransmit:         "取得写锁，发送所有人排队的调用。",
	fsm.CallTransmitStatus:   "处理发送的结果，然后等待应答。",
	fsm.CallStatus:           "被应答、超时或错误唤醒：决定接下来做什么。",
	fsm.CallDecode:           "检查应答的头部并解码结果。",
	fsm.RPCExitTask:          "统计并告知调用者；调用者可以重新启动任务。",
	fsm.CallBCEncode:         "把对回调的应答放入发送队列。",
	fsm.CallBCTransmit:       "取得写锁并发送对回调的应答。",
	fsm.CallBCTransmitStatus: "处理回调应答的发送结果。",
}

package story

// Rule is a rule of inference: by which reasoning a field that no event states is filled in. String gives it in words.
type Rule uint8

// The rules.
const (
	NoRule Rule = iota
	RuleNewClient
	RulePeer
	RuleClientXprt
	RuleXIDSequence
	RuleFirstXID
	RuleHandOver
	RuleBacklogFull
	RuleCongested
	RuleConnectCookie
	RuleLockBit
	RuleConnecting
	RuleSocketState
	RuleSocketPeer
	RuleSending
	RuleReplying
	RuleMessageLength
	RuleReplyFound
	RuleCallbackThread
	RuleSvcAddress
	RuleAsyncWork
	RulePendingTimer
	RuleSessionSlot
	RuleSessionSeq
	RuleSessionFull
	RuleLocksHeld
	RuleRanOut
	RuleMajor
	RuleDelay
	RuleOnlyWay
	RuleSleepBits
	RuleThreadLeft
	RuleSlotNumber
	RuleSentBit
	RuleLeftCallback
	RuleWindow
	RuleDatagramSocket
	RuleAsPrinted
	RuleMadeRunnable
	RuleEncoded
	RuleReplyWhole
	RuleNextOwner
	RuleClosing
	RuleBinding
	RuleNoSpace
	RuleSameState
	RuleWorkerXprt
	RuleDirection
	RuleRecordMarker
	RuleCallbackName
	RuleCallbackClient
	RuleBackPool
	RuleReplyCache
	RuleClientService
	RulePartial
	RuleInThread
	RuleServed
	ruleCount
)

// rules holds the sentence of each rule, in English and in Chinese.
var rules = [ruleCount][2]string{
	NoRule: {"", ""},
	RuleNewClient: {
		"The thread that made this client had just made a transport to the same peer.",
		"创建该客户端的线程刚刚创建了一个通向同一对端的传输。",
	},
	RulePeer: {
		"A live transport has the same peer address and port.",
		"有一个现存的传输具有相同的对端地址和端口。",
	},
	RuleClientXprt: {
		"A task uses its client's transport.",
		"任务使用其客户端的传输。",
	},
	RuleXIDSequence: {
		"XIDs count up per transport, lowest byte first on the wire; this XID continues that transport's count.",
		"XID 在每个传输上各自递增（线上首字节先变）；这个 XID 接着该传输的计数。",
	},
	RuleFirstXID: {
		"No transport has a count that this XID continues, and this one has none yet.",
		"没有哪个传输的计数能接上这个 XID，而该传输尚无计数。",
	},
	RuleHandOver: {
		"A thread that has just released its slot woke this sleeper of xprt_backlog, so the slot is handed to it.",
		"一个刚释放槽位的线程唤醒了 xprt_backlog 上的这个任务，因此槽位直接交给了它。",
	},
	RuleBacklogFull: {
		"A task went to sleep on xprt_backlog while so many slots were in use.",
		"有任务在 xprt_backlog 上睡下时，正好有这么多槽位在用。",
	},
	RuleCongested: {
		"A sleep on xprt_backlog sets CONGESTED; a slot that is freed while nobody sleeps there clears it.",
		"有任务睡在 xprt_backlog 上会置 CONGESTED；无人等待时释放槽位则清除它。",
	},
	RuleConnectCookie: {
		"xprt_connect starts the connect worker, which takes the write lock over until it has connected.",
		"xprt_connect 启动连接工作项，在连上之前由它接管写锁。",
	},
	RuleLockBit: {
		"The write lock's bit follows its last reservation or release.",
		"写锁位取决于最近一次获取或释放。",
	},
	RuleConnecting: {
		"xprt_connect on a bound, unconnected transport sets CONNECTING.",
		"对已绑定而未连接的传输执行 xprt_connect 会置 CONNECTING。",
	},
	RuleSocketState: {
		"The state of the transport's socket sets and clears CONNECTED, CONNECTING and CLOSE_WAIT.",
		"传输的套接字状态会置位或清除 CONNECTED、CONNECTING 和 CLOSE_WAIT。",
	},
	RuleSocketPeer: {
		"A socket belongs to the transport that connects to its destination address.",
		"套接字属于正在连接其目的地址的那个传输。",
	},
	RuleSending: {
		"rpc_xdr_sendto hands a call to the socket; it is on its way until the server reads that XID.",
		"rpc_xdr_sendto 把调用交给套接字；在服务器读到这个 XID 之前，它就在路上。",
	},
	RuleReplying: {
		"svc_xdr_sendto hands a reply to the socket; it is on its way until the client looks up that XID.",
		"svc_xdr_sendto 把应答交给套接字；在客户端查到这个 XID 之前，它就在路上。",
	},
	RuleMessageLength: {
		"The length of the encoded message, and four bytes of record marker if the transport is a stream.",
		"编码后报文的长度；流式传输再加四字节记录标记。",
	},
	RuleReplyFound: {
		"xprt_lookup_rqst found the XID of this task's slot.",
		"xprt_lookup_rqst 找到了该任务槽位的 XID。",
	},
	RuleCallbackThread: {
		"A back-channel task answers on the connection by which the call came.",
		"反向通道任务在收到调用的那条连接上应答。",
	},
	RuleSvcAddress: {
		"A host whose address svc events call the server's, or to which a client connects, is a server.",
		"若 svc 事件把某地址称作服务器地址，或有客户端连接它，则该主机是服务器。",
	},
	RuleAsyncWork: {
		"An asynchronous task runs on rpciod, or on xprtiod after it was given the write lock.",
		"异步任务在 rpciod 上运行；被授予写锁后则在 xprtiod 上运行。",
	},
	RulePendingTimer: {
		"An earlier wake-up of this client's showed how many jiffies were left of this sleep's timer.",
		"该客户端先前一次唤醒显示了这种睡眠的定时器还剩多少节拍。",
	},
	RuleRanOut: {
		"An earlier wait of this client's for a reply, after as many that ran out, took so long until it ran out.",
		"该客户端先前一次等应答，在同样多次超时之后，用了这么久才超时。",
	},
	RuleMajor: {
		"A request of this client's was marked MAJORSEEN so long after its slot was reserved.",
		"该客户端的一个请求在获得槽位这么久之后被标记为 MAJORSEEN。",
	},
	RuleDelay: {
		"rpc_delay lets a task sleep as long as its state and status ask for: 60 ms, 250 ms, 3 s or 5 s.",
		"rpc_delay 让任务睡多久取决于其状态和 tk_status：60 毫秒、250 毫秒、3 秒或 5 秒。",
	},
	RuleSessionSlot: {
		"A call of NFSv4.1 takes the lowest free slot of its session when it starts; when its caller has its result, the first who waits gets that slot.",
		"NFSv4.1 调用开始时取会话最小的空闲槽位；调用者拿到结果后，该槽位交给第一个等待者。",
	},
	RuleSessionSeq: {
		"A slot's sequence number begins with 1 and counts the calls that were sent on it.",
		"槽位的序号从 1 开始，每发送一个调用加一。",
	},
	RuleSessionFull: {
		"A task went to sleep on ForeChannel Slot table while so many slots of the session were in use, never more, and the state manager had no call under way.",
		"有任务在 ForeChannel Slot table 上睡下时，会话正好有这么多槽位在用，从未更多，且状态管理没有调用在进行。",
	},
	RuleLocksHeld: {
		"Locks that were granted, less those that were given back; two that touch count twice.",
		"已授予的锁减去已归还的锁；相接的两把算两次。",
	},
	RuleOnlyWay: {
		"From what the task has done in this state so far, the map of the states leads to this one alone.",
		"从任务在该状态中已做的事看，状态图只通向这一个状态。",
	},
	RuleSleepBits: {
		"rpc_task_sleep is printed just before QUEUED is set, and whoever ran the task leaves it, which clears RUNNING; rpc_task_wakeup just before QUEUED is cleared and RUNNING set.",
		"rpc_task_sleep 在置 QUEUED 之前打印，随后运行它的线程离开，RUNNING 被清除；rpc_task_wakeup 在清除 QUEUED、置 RUNNING 之前打印。",
	},
	RuleThreadLeft: {
		"The thread of this asynchronous task went on to something else while it sleeps; on leaving it cleared RUNNING.",
		"任务睡眠时，运行这个异步任务的线程已去做别的事；它离开时清除了 RUNNING。",
	},
	RuleSentBit: {
		"xprt_transmit without an error takes the task off the transmit queue, which clears NEED_XMIT.",
		"xprt_transmit 没有出错，任务便离开发送队列，NEED_XMIT 随之清除。",
	},
	RuleLeftCallback: {
		"A sleep on this queue, begun in this state, leaves this callback to be run after the wake-up.",
		"在该状态中睡在这个队列上，会留下这个回调，醒来后运行。",
	},
	RuleWindow: {
		"As the last event about congestion printed it; xprt_get_cong prints before it takes a credit of 256; without room it sets CWND_WAIT.",
		"如最近一个 cong 事件所打印；xprt_get_cong 先打印，有空位时再取 256，否则置 CWND_WAIT。",
	},
	RuleDatagramSocket: {
		"A datagram socket has no peer to shake hands with: with its socket the transport is CONNECTED at once.",
		"UDP 没有连接过程：有了套接字，传输立即处于 CONNECTED。",
	},
	RuleAsPrinted: {
		"As the last event that states it printed it; it may have changed since without an event.",
		"如最近一个打印它的事件所示；此后它可能已变化，而没有事件。",
	},
	RuleMadeRunnable: {
		"A task is marked RUNNING when it is put on its work queue, or begins in its caller, right after rpc_task_begin.",
		"任务在 rpc_task_begin 之后放入工作队列或在调用者中开始时，即标记为 RUNNING。",
	},
	RuleEncoded: {
		"call_encode puts the request on the transmit queue and, if it waits for a reply, into the receive tree.",
		"call_encode 把请求放入发送队列；若要等应答，也放入接收树。",
	},
	RuleReplyWhole: {
		"A reply that was read to its end leaves the receive tree, which clears NEED_RECV.",
		"读完的应答离开接收树，NEED_RECV 随之清除。",
	},
	RuleNextOwner: {
		"Whoever lets the write lock go gives it to the first sleeper of xprt_sending, and wakes it.",
		"放开写锁者把它交给 xprt_sending 上的第一个任务，并唤醒它。",
	},
	RuleClosing: {
		"The disconnect events print the state before they change it: a forced one sets CLOSE_WAIT and locks, the worker clears CLOSE_WAIT, the end clears CONNECTED.",
		"断开事件先打印状态，再让它变化：强制断开置 CLOSE_WAIT 并加锁，工作项清除 CLOSE_WAIT，结束时清除 CONNECTED。",
	},
	RuleBinding: {
		"rpcb_getport is printed when BINDING is set, rpcb_setport just before it is cleared; a port makes the transport BOUND.",
		"rpcb_getport 在置 BINDING 时打印，rpcb_setport 在清除它之前打印；得到端口后传输为 BOUND。",
	},
	RuleSameState: {
		"Several transports have the peer that the event prints; this is the one of its thread, or the one most like the state printed.",
		"有几个传输具有该事件所打印的对端；这是其线程的那个，或状态与所打印的最接近的那个。",
	},
	RuleWorkerXprt: {
		"A worker's event names no transport, and several fit: this is that of its thread's last socket, or the one that a connect worker owns.",
		"工作项的事件不指明传输，而有几个传输都符合：取其线程最近的套接字所属的那个，或由连接工作项持有的那个。",
	},
	RuleNoSpace: {
		"rpc_socket_nospace: the socket takes no more, which sets WRITE_SPACE until it does.",
		"rpc_socket_nospace：套接字不再接收数据，于是置 WRITE_SPACE，直到有空间。",
	},
	RuleDirection: {
		"A record whose XID the receiver looks up said REPLY; one that it reads without looking up said CALL.",
		"接收者去查 XID 的记录，其方向字是 REPLY；不查就读的，是 CALL。",
	},
	RuleRecordMarker: {
		"A record marker is the length of its fragment, with the highest bit set in the last one; this record was read as one fragment.",
		"记录标记是片段的长度，最后一段的最高位为 1；该记录是作为一个片段读入的。",
	},
	RuleCallbackName: {
		"The server's task with the same XID says what it calls; without it only the procedure of the message is known.",
		"服务器上具有相同 XID 的任务说明了调用的是什么；没有它则只知道报文的过程。",
	},
	RuleCallbackClient: {
		"The thread that logs nfsd_cb_setup has just made this client.",
		"记录 nfsd_cb_setup 的线程刚刚创建了该客户端。",
	},
	RuleBackPool: {
		"No event tells bc_pa_list: the kernel puts one request on it for each transport with a back channel; each callback holds one until its answer is sent.",
		"没有事件说明 bc_pa_list：内核为每个有反向通道的传输预留一个请求；每个回调持有一个，直到应答发出。",
	},
	RulePartial: {
		"rpc_socket_nospace says how much of the message the socket had no room for; the rest of it is on its way.",
		"rpc_socket_nospace 说明报文还有多少字节套接字放不下；剩下的已在路上。",
	},
	RuleClientService: {
		"A thread that serves callbacks, or that runs on a client's CPU, is the client's, and so are the sockets that it takes up.",
		"处理回调的线程，或在客户端 CPU 上运行的线程，属于客户端；它接手的套接字也是。",
	},
	RuleReplyCache: {
		"No event tells what nfsd's reply cache holds: these are the calls that it answered last, and how often each was answered.",
		"没有事件说明 nfsd 的应答缓存里有什么：这里是它最近回答的调用，以及各回答了几次。",
	},
	RuleInThread: {
		"The thread that logged this was inside that task, or ran that worker: it had logged its last step there.",
		"打印该事件的线程当时正在那个任务之中，或在运行那个工作项：它刚在那里打印过一步。",
	},
	RuleServed: {
		"The server's events with the call's XID say when it had read the call, served it and sent the reply; what lies between is time on the way.",
		"服务器上带有该 XID 的事件说明它何时读完调用、处理并发出应答；之间的时间都在路上。",
	},
	RuleSlotNumber: {
		"No event numbers the slots: each xprt_reserve is given the lowest number that is free.",
		"没有事件给槽位编号：每次 xprt_reserve 取最小的空闲编号。",
	},
}

// String is the rule as a sentence.
func (r Rule) String() string { return r.Text("en") }

// Text is the rule as a sentence in the language: "zh", or else English.
func (r Rule) Text(lang string) string {
	if r >= ruleCount {
		return "?"
	}
	if lang == "zh" {
		return rules[r][1]
	}
	return rules[r][0]
}

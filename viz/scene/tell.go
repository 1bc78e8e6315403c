package scene

import (
	"sort"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/story"
	"sunscope/core/trace"
)

// tales are the events in plain words: English, Chinese. {field} stands for the field's text, {field|errno} for the
// name of a status, {field|if} for that of one that is not 0, {field|bytes} likewise, but for a number of bytes above 0,
// {field|th} for "2nd". Events that are not here are told by their own text.
var tales = map[trace.Kind][2]string{
	trace.RPCTaskBegin:             {"begins", "开始"},
	trace.RPCRequest:               {"is a call of {prog}v{vers} {proc}", "要调用 {prog}v{vers} {proc}"},
	trace.RPCTaskRunAction:         {"runs {action}{status|if}", "运行 {action}{status|if}"},
	trace.RPCTaskSleep:             {"goes to sleep on {queue}", "在 {queue} 上睡下"},
	trace.RPCTaskWakeup:            {"is woken from {queue}{status|if}", "从 {queue} 被唤醒{status|if}"},
	trace.RPCTaskTimeout:           {"its sleep timed out", "睡眠超时"},
	trace.RPCTaskSyncSleep:         {"its thread stops and waits", "它的线程停下等待"},
	trace.RPCTaskSyncWake:          {"its thread goes on", "它的线程继续"},
	trace.RPCTaskSignalled:         {"is told to give up", "被要求放弃"},
	trace.RPCTaskEnd:               {"ends{status|if}", "结束{status|if}"},
	trace.RPCTaskCallDone:          {"tells its caller through {action}", "通过 {action} 告知调用者"},
	trace.RPCTaskComplete:          {"is complete", "完成"},
	trace.XprtReserve:              {"has a slot and draws xid 0x{xid}", "得到槽位，取得 xid 0x{xid}"},
	trace.RPCBufAlloc:              {"gets a buffer: {callsize} bytes for the call, {recvsize} for the reply", "得到缓冲区：调用 {callsize} 字节，应答 {recvsize} 字节"},
	trace.RPCXDRSendto:             {"the {len3} bytes of its message go to the socket", "报文的 {len3} 字节交给套接字"},
	trace.RPCSocketNospace:         {"the socket is full: {remaining} of {total} bytes are left to send", "套接字没有空间了：{total} 字节中还有 {remaining} 字节未发"},
	trace.RPCTimeoutStatus:         {"its time is over: {status|errno}", "时间已到：{status|errno}"},
	trace.RPCRefreshStatus:         {"its credential: {status|errno}", "凭据：{status|errno}"},
	trace.RpcbGetport:              {"asks rpcbind of {server} for the port of program {program}", "向 {server} 的 rpcbind 询问程序 {program} 的端口"},
	trace.RpcbSetport:              {"rpcbind has answered: port {port}, {status|errno}", "rpcbind 已回答：端口 {port}，{status|errno}"},
	trace.XprtConnect:              {"is to connect to {addr}, port {port} (state {state})", "将连接 {addr} 端口 {port}（状态 {state}）"},
	trace.XprtCreate:               {"the transport to {addr}, port {port} is made", "创建通向 {addr} 端口 {port} 的传输"},
	trace.XprtDestroy:              {"the transport is destroyed (state {state})", "传输被释放（状态 {state}）"},
	trace.XprtDisconnectAuto:       {"the connection is being closed by its worker (state {state})", "工作项正在关闭连接（状态 {state}）"},
	trace.XprtDisconnectForce:      {"it is decided that the connection must be closed (state {state})", "决定必须关闭连接（状态 {state}）"},
	trace.XprtDisconnectDone:       {"the connection is closed (state {state})", "连接已关闭（状态 {state}）"},
	trace.RPCSocketConnect:         {"connects from {srcaddr} to {dstaddr}: {error|errno}", "从 {srcaddr} 连接 {dstaddr}：{error|errno}"},
	trace.RPCSocketError:           {"the socket reports {error|errno}", "套接字报告 {error|errno}"},
	trace.RPCSocketClose:           {"the socket is closed", "套接字已关闭"},
	trace.RPCSocketShutdown:        {"the socket is shut down: no more bytes will be sent", "套接字停止发送：不再发出字节"},
	trace.RPCSocketStateChange:     {"its socket is in sk_state {state_name2} now", "其套接字现在处于 sk_state {state_name2}"},
	trace.RPCSocketResetConnection: {"the socket's old connection is dropped: {error|errno}", "套接字放弃旧连接：{error|errno}"},
	trace.XprtGetCong:              {"asks for room in the congestion window: {cong} of {cwnd} taken", "在 cwnd 窗口中申请空位：{cwnd} 中已用 {cong}"},
	trace.XprtReserveCong:          {"asks for the write lock; {owner}", "请求写锁；{owner}"},
	trace.XprtReleaseCong:          {"gives the write lock back; {owner}", "交还写锁；{owner}"},
	trace.SvcXDRRecvfrom:           {"the server has read all of its call: {len3} bytes", "服务器读完了调用：{len3} 字节"},
	trace.SvcXDRSendto:             {"the server hands its reply to the socket: {len3} bytes", "服务器把应答交给套接字：{len3} 字节"},
	trace.SvcStatsLatency:          {"the server had it for {execute_us} µs", "服务器用了 {execute_us} µs"},
	trace.SvcDrop:                  {"the server drops the call without a reply", "服务器放弃该调用，不作应答"},
	trace.XprtReserveXprt:          {"asks for the write lock; {owner}", "请求写锁；{owner}"},
	trace.XprtReleaseXprt:          {"gives the write lock back; {owner}", "交还写锁；{owner}"},
	trace.XprtTransmit:             {"its call 0x{xid} was sent", "调用 0x{xid} 已发送"},
	trace.XprtRetransmit:           {"its call 0x{xid} is sent again, for the {ntrans|th} time", "调用 0x{xid} 再次发送，第 {ntrans} 次"},
	trace.XprtLookupRqst:           {"a reply with its xid 0x{xid} has come{status|if}", "带有其 xid 0x{xid} 的应答到了{status|if}"},
	trace.XsStreamReadRequest:      {"{copied} bytes of its reply were read, of a record of {reclen}", "读到应答的 {copied} 字节，记录共 {reclen} 字节"},
	trace.RPCXDRRecvfrom:           {"takes the reply's bytes", "取得应答的字节"},
	trace.XprtTimer:                {"its timer ran: {status|errno}", "定时器到期：{status|errno}"},
	trace.RPCConnectStatus:         {"connecting ended with {status|errno}", "连接结束：{status|errno}"},
	trace.RPCCallStatus:            {"sending or waiting ended with {status|errno}", "发送或等待结束：{status|errno}"},
	trace.RPCStatsLatency:          {"its statistics: {backlog} µs waiting to be sent, {rtt} µs until the reply, {execute} µs in all", "统计：等待发送 {backlog} µs，等待应答 {rtt} µs，总计 {execute} µs"},
	trace.SvcProcess:               {"the server begins to serve {service} v{vers} {proc}", "服务器开始处理 {service} v{vers} {proc}"},
	trace.SvcSend:                  {"the server sent its reply{status|bytes}", "服务器已发送应答{status|bytes}"},
	trace.Item:                     {"carries out {item}", "执行 {item}"},
	trace.WireSend:                 {"{kind}: {len} bytes leave for {dst}", "{kind}：{len} 字节发往 {dst}"},
	trace.WireRecv:                 {"{kind}: {len} bytes reach {dst}", "{kind}：{len} 字节到达 {dst}"},
	trace.WorkQueue:                {"{work} is queued on {wq}", "{work} 排入 {wq}"},
	trace.WorkRun:                  {"{work} begins on {wq}", "{work} 在 {wq} 上开始"},
	trace.WorkDone:                 {"{work} is done on {wq}", "{work} 在 {wq} 上完成"},
}

// unsent and partly are how an xprt_transmit that failed is told: in general, and where part of the call had left.
var (
	unsent = [2]string{"its call 0x{xid} was not sent whole{status|if}", "调用 0x{xid} 未能全部发送{status|if}"}
	partly = [2]string{"its call 0x{xid} was partly sent{status|if}", "调用 0x{xid} 只发送了一部分{status|if}"}
)

// tell puts an event into plain words.
func (w *words) tell(log *trace.Log, e *trace.Event) string {
	tale, ok := tales[e.Kind]
	if !ok {
		return string(log.AppendEventText(nil, e))
	}
	if e.Kind == trace.XprtTransmit && e.Int("status") != 0 {
		tale = unsent
	}
	return w.fill(inWords(w.zh, tale[0], tale[1]), log, e)
}

// fill puts the event's fields into a text. {owner} is a sentence on who has the write lock now.
func (w *words) fill(text string, log *trace.Log, e *trace.Event) string {
	var out []byte
	if before, after, ok := strings.Cut(text, "{owner}"); ok {
		owner := w.nobodyOwns
		if f, ok := e.Kind.Field("snd_task"); ok && uint32(e.F[f.Slot]) != trace.NoID {
			owner = w.taskOwns
		}
		text = before + owner + after
	}
	for {
		before, rest, more := strings.Cut(text, "{")
		out = append(out, before...)
		if !more {
			return string(out)
		}
		name, after, _ := strings.Cut(rest, "}")
		out = appendTold(out, log, e, name, w.zh)
		text = after
	}
}

// tale is tell for an event of the story: what came before it decides how a few events are told.
func (in *inspector) tale(ord int, e *trace.Event) string {
	switch e.Kind {
	case trace.XprtReleaseXprt, trace.XprtReleaseCong:
		switch held, how := in.heldLock(ord, e); {
		case how != story.Observed:
			return in.w.fill(in.w.leaves+"{owner}", in.log, e)
		case !held:
			return in.w.fill(in.w.keepsLock+"{owner}", in.log, e)
		}
	case trace.RPCXDRSendto:
		if left, total := in.leftBefore(ord); left > 0 && left < total {
			return inWords(in.w.zh, "the rest of its message goes to the socket: "+itoa(left)+" of "+itoa(total)+" bytes were left",
				"报文剩下的部分交给套接字："+itoa(total)+" 字节中还剩 "+itoa(left)+" 字节")
		}
	case trace.XprtTransmit:
		if left, total := in.leftBefore(ord); e.Int("status") != 0 && left > 0 && left < total {
			return in.w.fill(inWords(in.w.zh, partly[0], partly[1]), in.log, e)
		}
	}
	return in.w.tell(in.log, e)
}

// heldLock says whether the task of a release had the write lock, and how that is known. An event says so when it got
// the lock by asking; a task that was woken to go on sending was handed the lock, which is inferred.
func (in *inspector) heldLock(ord int, e *trace.Event) (bool, story.How) {
	pid, _, _ := e.Task()
	evs := in.s.TaskEvents(in.s.TaskAt(ord))
	slept := false
	for i := sort.Search(len(evs), func(i int) bool { return int(evs[i]) >= ord }) - 1; i >= 0; i-- {
		var was trace.Event
		switch in.log.KindAt(int(evs[i])) {
		case trace.XprtReserveXprt, trace.XprtReserveCong:
			in.log.At(int(evs[i]), &was)
			f, ok := was.Kind.Field("snd_task")
			return ok && uint32(was.F[f.Slot]) == pid, story.Observed
		case trace.RPCTaskWakeup:
			in.log.At(int(evs[i]), &was)
			if slept || fsm.Queue(was.Text(in.log, "queue")) != fsm.XprtSending || was.Int("status") != -11 {
				continue
			}
			if in.hadLock(int(evs[i]), ord) {
				return true, story.Inferred
			}
			return false, story.Unknown
		case trace.RPCTaskSleep:
			slept = true
		case trace.XprtReleaseXprt, trace.XprtReleaseCong:
			return false, story.Observed
		}
	}
	return false, story.Observed
}

// hadLock says whether the story has the write lock with the task of an event from another one to that event.
func (in *inspector) hadLock(from, ord int) (had bool) {
	id := in.s.TaskAt(ord)
	lane := in.s.Lane(id)
	if lane == nil {
		return false
	}
	in.s.LockSpansOf(lane.Xprt, int32(from), int32(ord), func(s *story.LockSpan) bool {
		had = s.Task == id && int(s.To) >= ord
		return !had
	})
	return had
}

// leftBefore says how much of a task's message was not sent yet before an event, and how long the message is: what its
// last rpc_socket_nospace printed, unless the whole call was sent or the connection lost since. 0 is all of it, or unknown.
func (in *inspector) leftBefore(ord int) (left, total int) {
	id := in.s.TaskAt(ord)
	evs := in.s.TaskEvents(id)
	for i := sort.Search(len(evs), func(i int) bool { return int(evs[i]) >= ord }) - 1; i >= 0; i-- {
		var e trace.Event
		switch in.log.KindAt(int(evs[i])) {
		case trace.RPCSocketNospace:
			if in.cutBetween(id, int(evs[i]), ord) {
				return 0, 0
			}
			in.log.At(int(evs[i]), &e)
			return int(e.Int("remaining")), int(e.Int("total"))
		case trace.XprtTransmit:
			if in.log.At(int(evs[i]), &e); e.Int("status") == 0 {
				return 0, 0
			}
		case trace.XprtReserve, trace.RPCTaskBegin:
			return 0, 0
		}
	}
	return 0, 0
}

// cutBetween says whether the task's connection was lost or made between two events: a call then begins anew.
func (in *inspector) cutBetween(id story.TaskID, from, to int) bool {
	lane := in.s.Lane(id)
	if lane == nil {
		return false
	}
	evs := in.s.XprtEvents(lane.Xprt)
	for i := sort.Search(len(evs), func(i int) bool { return int(evs[i]) > from }); i < len(evs) && int(evs[i]) < to; i++ {
		switch in.log.KindAt(int(evs[i])) {
		case trace.XprtDisconnectDone, trace.RPCSocketClose, trace.RPCSocketConnect, trace.RPCSocketResetConnection:
			return true
		}
	}
	return false
}

func appendTold(out []byte, log *trace.Log, e *trace.Event, name string, zh bool) []byte {
	name, as, _ := strings.Cut(name, "|")
	f, ok := e.Kind.Field(name)
	if !ok {
		return append(out, '?')
	}
	n := int32(e.F[f.Slot])
	switch {
	case as == "bytes" && n > 0:
		return append(out, inWords(zh, ": "+itoa(int(n))+" bytes", "："+itoa(int(n))+" 字节")...)
	case (as == "if" || as == "bytes") && n == 0:
		return out
	case as == "if" || as == "bytes":
		return append(out, inWords(zh, ", with status ", "，状态 ")+statusText(n)...)
	case as == "th":
		return append(out, ordinal(int(n))...)
	case as == "errno" && n == inProgress:
		return append(out, "-115 (EINPROGRESS)"...)
	case as == "errno":
		return append(out, statusText(n)...)
	case f.Type == trace.TypeSymbol:
		return append(out, log.Text(trace.Str(e.F[f.Slot]))...)
	case f.Type == trace.TypePID && uint32(e.F[f.Slot]) == trace.NoID:
		return append(out, "–"...)
	case f.Type == trace.TypePID:
		return append(out, itoa(int(uint32(e.F[f.Slot])))...)
	}
	return log.AppendField(out, e, f)
}

func inWords(zh bool, en, chinese string) string {
	if zh {
		return chinese
	}
	return en
}

// inProgress is EINPROGRESS, which no task's status is.
const inProgress = -115

// ordinal is "2nd".
func ordinal(n int) string {
	end := "th"
	switch {
	case n%100 >= 11 && n%100 <= 13:
	case n%10 == 1:
		end = "st"
	case n%10 == 2:
		end = "nd"
	case n%10 == 3:
		end = "rd"
	}
	return itoa(n) + end
}

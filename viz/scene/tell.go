package scene

import (
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// tales are the events in plain words: English, Chinese. {field} stands for the field's text, {field|errno} for the
// name of a status. Events that are not here are told by their own text.
var tales = map[trace.Kind][2]string{
	trace.RPCTaskBegin:        {"begins", "开始"},
	trace.RPCRequest:          {"is a call of {prog}v{vers} {proc}", "要调用 {prog}v{vers} {proc}"},
	trace.RPCTaskRunAction:    {"runs {action} with status {status|errno}", "运行 {action}，状态 {status|errno}"},
	trace.RPCTaskSleep:        {"goes to sleep on {queue}", "在 {queue} 上睡下"},
	trace.RPCTaskWakeup:       {"is woken from {queue} with status {status|errno}", "从 {queue} 被唤醒，状态 {status|errno}"},
	trace.RPCTaskTimeout:      {"its sleep timed out", "睡眠超时"},
	trace.RPCTaskSyncSleep:    {"its thread stops and waits", "它的线程停下等待"},
	trace.RPCTaskSyncWake:     {"its thread goes on", "它的线程继续"},
	trace.RPCTaskSignalled:    {"is told to give up", "被要求放弃"},
	trace.RPCTaskEnd:          {"ends with status {status|errno}", "结束，状态 {status|errno}"},
	trace.RPCTaskCallDone:     {"tells its caller through {action}", "通过 {action} 告知调用者"},
	trace.RPCTaskComplete:     {"is complete", "完成"},
	trace.XprtReserve:         {"has a slot and draws xid 0x{xid}", "得到槽位，取得 xid 0x{xid}"},
	trace.RPCBufAlloc:         {"gets a buffer: {callsize} bytes for the call, {recvsize} for the reply", "得到缓冲区：调用 {callsize} 字节，应答 {recvsize} 字节"},
	trace.RPCXDRSendto:        {"hands its message to the socket", "把报文交给套接字"},
	trace.XprtReserveXprt:     {"asks for the write lock; {owner}", "请求写锁；{owner}"},
	trace.XprtReleaseXprt:     {"gives the write lock back; {owner}", "交还写锁；{owner}"},
	trace.XprtTransmit:        {"its call 0x{xid} was sent, with status {status|errno}", "调用 0x{xid} 已发送，状态 {status|errno}"},
	trace.XprtRetransmit:      {"its call 0x{xid} is sent again, for the {ntrans}th time", "调用 0x{xid} 再次发送，第 {ntrans} 次"},
	trace.XprtLookupRqst:      {"the reply with xid 0x{xid} is found to be its own: {status|errno}", "找到 xid 0x{xid} 的应答属于它：{status|errno}"},
	trace.XsStreamReadRequest: {"{copied} bytes of its reply were read, of a record of {reclen}", "读到应答的 {copied} 字节，记录共 {reclen} 字节"},
	trace.RPCXDRRecvfrom:      {"takes the reply's bytes", "取得应答的字节"},
	trace.XprtTimer:           {"its timer ran: {status|errno}", "定时器到期：{status|errno}"},
	trace.RPCConnectStatus:    {"connecting ended with {status|errno}", "连接结束：{status|errno}"},
	trace.RPCCallStatus:       {"sending or waiting ended with {status|errno}", "发送或等待结束：{status|errno}"},
	trace.RPCStatsLatency:     {"its statistics: {backlog} µs waiting to be sent, {rtt} µs until the reply, {execute} µs in all", "统计：等待发送 {backlog} µs，等待应答 {rtt} µs，总计 {execute} µs"},
	trace.SvcProcess:          {"the server begins to serve {service} v{vers} {proc}", "服务器开始处理 {service} v{vers} {proc}"},
	trace.SvcSend:             {"the server sent its reply: {status|errno}", "服务器已发送应答：{status|errno}"},
	trace.Item:                {"carries out {item}", "执行 {item}"},
	trace.WireSend:            {"{kind}: {len} bytes leave for {dst}", "{kind}：{len} 字节发往 {dst}"},
	trace.WireRecv:            {"{kind}: {len} bytes reach {dst}", "{kind}：{len} 字节到达 {dst}"},
	trace.WorkQueue:           {"{work} is queued on {wq}", "{work} 排入 {wq}"},
	trace.WorkRun:             {"{work} begins on {wq}", "{work} 在 {wq} 上开始"},
	trace.WorkDone:            {"{work} is done on {wq}", "{work} 在 {wq} 上完成"},
}

// tell puts an event into plain words.
func (w *words) tell(log *trace.Log, e *trace.Event) string {
	tale, ok := tales[e.Kind]
	if !ok {
		return string(log.AppendEventText(nil, e))
	}
	text := tale[0]
	if w.zh {
		text = tale[1]
	}
	return w.fill(text, log, e)
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
		out = appendTold(out, log, e, name)
		text = after
	}
}

// tale is tell for an event of the story: what came before it decides how a few events are told.
func (in *inspector) tale(ord int, e *trace.Event) string {
	if (e.Kind == trace.XprtReleaseXprt || e.Kind == trace.XprtReleaseCong) && !in.heldLock(ord, e) {
		return in.w.fill(in.w.keepsLock+"{owner}", in.log, e)
	}
	return in.w.tell(in.log, e)
}

// heldLock says whether the task of a release had the write lock: whether it got it when it asked last.
func (in *inspector) heldLock(ord int, e *trace.Event) bool {
	pid, _, _ := e.Task()
	evs := in.s.TaskEvents(in.s.TaskAt(ord))
	for i := len(evs) - 1; i >= 0; i-- {
		if int(evs[i]) >= ord {
			continue
		}
		switch in.log.KindAt(int(evs[i])) {
		case trace.XprtReserveXprt, trace.XprtReserveCong:
			var asked trace.Event
			in.log.At(int(evs[i]), &asked)
			f, ok := asked.Kind.Field("snd_task")
			return ok && uint32(asked.F[f.Slot]) == pid
		case trace.XprtReleaseXprt, trace.XprtReleaseCong:
			return false
		}
	}
	return false
}

func appendTold(out []byte, log *trace.Log, e *trace.Event, name string) []byte {
	name, as, _ := strings.Cut(name, "|")
	f, ok := e.Kind.Field(name)
	if !ok {
		return append(out, '?')
	}
	switch {
	case as == "errno":
		return append(out, fsm.StatusText(int32(e.F[f.Slot]))...)
	case f.Type == trace.TypeSymbol:
		return append(out, log.Text(trace.Str(e.F[f.Slot]))...)
	case f.Type == trace.TypePID && uint32(e.F[f.Slot]) == trace.NoID:
		return append(out, "–"...)
	case f.Type == trace.TypePID:
		return append(out, itoa(int(uint32(e.F[f.Slot])))...)
	}
	return log.AppendField(out, e, f)
}

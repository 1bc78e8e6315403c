package scene

import "strings"

// saying is a sentence of a life, or a part of one.
type saying uint8

const (
	sayNothing saying = iota
	sayColon
	sayWorker
	sayConnecting
	sayDoneBy
	saySleepsOn
	saySleepsStill
	saySleptFor
	sayNoLock
	sayAnd
	sayAmong
	sayOthers
	sayHeldByTask
	sayHeldByWorker
	sayHeldFull
	sayNoSlot
	sayForPort
	sayForTime
	sayNoSessionSlot
	sayForSeqid
	sayForUpcall
	sayForConnection
	sayForReply
	sayForCaller
	sayForLock
	sayTimer
	sayWokenBy
	sayWokenWithSlot
	sayWokenWithLock
	sayHasLock
	sayGivesBack
	sayWokenSent
	sayWokenReply
	sayReady
	sayRunning
	sayAsleepOn
	sayUntilFreed
	sayFull
	sayFilledBy
	sayFilledItself
	sayNobody
	sayToServer
	sayAtServer
	sayFromServer
	sayUnseen
	sayToConnect
	sayHandshake
	saySettled
	sayEstablished
	sayCloses
	sayClosed
	sayPeerCloses
	sayOtherState
	sayingCount
)

// sayings are in English and in Chinese; {0} and {1} stand for what is said of.
var sayings = [sayingCount][2]string{
	sayNothing:       {"", ""},
	sayColon:         {": ", "："},
	sayWorker:        {"the worker {0}", "工作项 {0}"},
	sayConnecting:    {"the connect worker", "连接工作项"},
	sayDoneBy:        {"by {0}, in whose thread it happened", "由 {0} 在它的线程中完成"},
	saySleepsOn:      {", and is not seen to wake", "，没有看到它醒来"},
	saySleepsStill:   {", and is still asleep", "，仍在睡眠"},
	saySleptFor:      {", for {0}: {1} of its life", "，睡了 {0}：是其一生的 {1}"},
	sayNoLock:        {"because it could not have the write lock; no event says who had it", "因为它得不到写锁；没有事件说明谁持有"},
	sayAnd:           {"; ", "；"},
	sayAmong:         {" and {0} more", "以及另外 {0} 个"},
	sayOthers:        {"others held it", "别的任务持有"},
	sayHeldByTask:    {"others held the write lock for {1}: {0}", "别的任务持有写锁 {1}：{0}"},
	sayHeldByWorker:  {"the connect worker held the write lock for {1}", "连接工作项持有写锁 {1}"},
	sayHeldFull:      {"the socket was full for {1}, and until it takes bytes again nobody is given the write lock (rpc_socket_nospace): {0}", "套接字有 {1} 没有空间，在它重新接收数据之前谁也得不到写锁（rpc_socket_nospace）：{0}"},
	sayNoSlot:        {"because no slot was free", "因为没有空闲槽位"},
	sayForPort:       {"to wait for rpcbind's answer", "等待 rpcbind 的回答"},
	sayForTime:       {"to let a time pass before it tries again", "等一段时间再重试"},
	sayNoSessionSlot: {"because no slot of its session was free, or the session was being restored", "因为会话没有空闲槽位，或会话正在重建"},
	sayForSeqid:      {"because another call with its owner's seqid was out", "因为同一所有者的另一个带 seqid 的调用尚未结束"},
	sayForUpcall:     {"to wait for its credential: gssd was asked", "等待凭据：已询问 gssd"},
	sayForConnection: {"to wait for the connection", "等待连接"},
	sayForReply:      {"to wait for its reply", "等待应答"},
	sayForCaller:     {"to wait for what its caller waits for", "等待调用者所等的事"},
	sayForLock:       {"to wait for the write lock", "等待写锁"},
	sayTimer:         {"by its timer: the time was over", "由定时器唤醒：时间已到"},
	sayWokenBy:       {"by {0}", "由 {0}"},
	sayWokenWithSlot: {"by {0}, which handed its slot over", "由 {0}，它把槽位移交了过来"},
	sayWokenWithLock: {"by {0}, with the write lock: it is its own now", "由 {0}，并得到写锁：现在归它持有"},
	sayHasLock:       {"the write lock is its own now", "现在它持有写锁"},
	sayGivesBack:     {"it gives the write lock back, which it was woken with", "它交还被唤醒时得到的写锁"},
	sayWokenSent:     {"by {0}, which had the write lock and has sent its bytes too", "由 {0}，它持有写锁，并把这些字节也发送了"},
	sayWokenReply:    {"by {0}", "由 {0}"},
	sayReady:         {"ready, waiting for a thread", "就绪，等待线程"},
	sayRunning:       {"running", "运行"},
	sayAsleepOn:      {"asleep on {0}", "睡在 {0} 上"},
	sayUntilFreed:    {"until {0} gave one back", "直到 {0} 还回一个"},
	sayFull:          {"the socket was full (rpc_socket_nospace)", "套接字没有空间（rpc_socket_nospace）"},
	sayFilledBy:      {"filled by {0}", "里面是 {0} 的字节"},
	sayFilledItself:  {"filled by its own bytes", "里面是它自己的字节"},
	sayNobody:        {"nobody, as far as events tell", "就事件所示无人持有"},
	sayToServer:      {"on its way, until svc_xdr_recvfrom", "在路上，到 svc_xdr_recvfrom 为止"},
	sayAtServer:      {"with the server, until svc_send", "在服务器上，到 svc_send 为止"},
	sayFromServer:    {"the reply on its way", "应答在路上"},
	sayUnseen:        {"no event tells what became of the call", "没有事件说明调用的去向"},
	sayToConnect:     {"until the connect worker set out (rpc_socket_connect)", "到连接工作项开始连接为止（rpc_socket_connect）"},
	sayHandshake:     {"until the other end had answered", "到对端回答为止"},
	saySettled:       {"after that, until it was woken", "此后，到被唤醒为止"},
	sayEstablished:   {"the connection is made (sk_state {0})", "连接已建立（sk_state {0}）"},
	sayCloses:        {"the connection begins to close (sk_state {0})", "连接开始关闭（sk_state {0}）"},
	sayClosed:        {"the connection is gone (sk_state {0})", "连接已断开（sk_state {0}）"},
	sayPeerCloses:    {"the other end has closed the connection (sk_state {0})", "对端已关闭连接（sk_state {0}）"},
	sayOtherState:    {"its socket is in sk_state {0} now", "其套接字现在处于 sk_state {0}"},
}

var whyHeld = [...]saying{heldNobody: sayNoLock, heldTask: sayHeldByTask, heldWorker: sayHeldByWorker, heldFull: sayHeldFull}

// socketStates is how a change of sk_state is told.
func socketStates(sk int64) saying {
	switch sk {
	case 1:
		return sayEstablished
	case 4, 5, 9, 11:
		return sayCloses
	case 7:
		return sayClosed
	case 8:
		return sayPeerCloses
	}
	return sayOtherState
}

// say is a saying in the life's language, with what stands for {0} and {1}.
func (l *Life) say(s saying, of ...string) string {
	text := sayings[s][0]
	if l.in.w.zh {
		text = sayings[s][1]
	}
	for i, v := range of {
		text = strings.Replace(text, string([]byte{'{', byte('0' + i), '}'}), v, 1)
	}
	return text
}

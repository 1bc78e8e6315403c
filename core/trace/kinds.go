package trace

// Kind says which tracepoint an event comes from. The names are the kernel's (tracefs system sunrpc, Linux 6.1);
// kinds from Item on are this project's own and their text names begin with "sunscope_".
type Kind uint8

// The kinds. Each constant stands for the tracepoint of the same name; its text and its fields are in specs.
const (
	None Kind = iota
	Note      // a line of another trace system, or tracing_mark_write: kept, not interpreted
	RPCRequest
	RPCTaskBegin
	RPCTaskCallDone
	RPCTaskComplete
	RPCTaskEnd
	RPCTaskRunAction
	RPCTaskSignalled
	RPCTaskSleep
	RPCTaskSyncSleep
	RPCTaskSyncWake
	RPCTaskTimeout
	RPCTaskWakeup
	RPCAuthTooweak
	RPCBadCreds
	RPCGarbageArgs
	RPCMismatch
	RPCProcUnavail
	RPCProgMismatch
	RPCProgUnavail
	RPCStaleCreds
	RPCUnparsable
	RPCBadCallhdr
	RPCBadVerifier
	RPCBufAlloc
	RPCCallRpcerror
	RPCCallStatus
	RPCClntCloneErr
	RPCClntFree
	RPCClntKillall
	RPCClntNew
	RPCClntNewErr
	RPCClntRelease
	RPCClntReplaceXprt
	RPCClntReplaceXprtErr
	RPCClntShutdown
	RPCConnectStatus
	RPCRefreshStatus
	RPCRetryRefreshStatus
	RPCSocketClose
	RPCSocketConnect
	RPCSocketError
	RPCSocketNospace
	RPCSocketResetConnection
	RPCSocketShutdown
	RPCSocketStateChange
	RPCStatsLatency
	RPCTimeoutStatus
	RPCTLSNotStarted
	RPCTLSUnavailable
	RPCXDRAlignment
	RPCXDROverflow
	RPCXDRRecvfrom
	RPCXDRReplyPages
	RPCXDRSendto
	XprtConnect
	XprtCreate
	XprtDestroy
	XprtDisconnectAuto
	XprtDisconnectDone
	XprtDisconnectForce
	XprtGetCong
	XprtLookupRqst
	XprtPing
	XprtPutCong
	XprtReleaseCong
	XprtReleaseXprt
	XprtReserve
	XprtReserveCong
	XprtReserveXprt
	XprtRetransmit
	XprtTimer
	XprtTransmit
	XsDataReady
	XsStreamReadData
	XsStreamReadRequest
	PmapRegister
	RpcbBindVersionErr
	RpcbGetport
	RpcbProgUnavailErr
	RpcbRegister
	RpcbSetport
	RpcbTimeoutErr
	RpcbUnreachableErr
	RpcbUnrecognizedErr
	RpcbUnregister
	SvcAllocArgErr
	SvcAuthenticate
	SvcDefer
	SvcDeferDrop
	SvcDeferQueue
	SvcDeferRecv
	SvcDrop
	SvcNoregister
	SvcProcess
	SvcRegister
	SvcReplacePageErr
	SvcSend
	SvcStatsLatency
	SvcTLSNotStarted
	SvcTLSStart
	SvcTLSTimedOut
	SvcTLSUnavailable
	SvcTLSUpcall
	SvcUnregister
	SvcWakeUp
	SvcXDRRecvfrom
	SvcXDRSendto
	SvcXprtAccept
	SvcXprtClose
	SvcXprtCreateErr
	SvcXprtDequeue
	SvcXprtDetach
	SvcXprtEnqueue
	SvcXprtFree
	SvcXprtNoWriteSpace
	SvcsockAcceptErr
	SvcsockDataReady
	SvcsockFree
	SvcsockGetpeernameErr
	SvcsockMarker
	SvcsockNewSocket
	SvcsockTCPRecv
	SvcsockTCPRecvEagain
	SvcsockTCPRecvErr
	SvcsockTCPRecvShort
	SvcsockTCPSend
	SvcsockTCPState
	SvcsockUDPRecv
	SvcsockUDPRecvErr
	SvcsockUDPSend
	SvcsockWriteSpace
	CacheEntryExpired
	CacheEntryMakeNegative
	CacheEntryNoListener
	CacheEntryUpcall
	CacheEntryUpdate

	Item      // a workload item (read[3]) became a task
	Host      // a host with its address and CPUs
	WireSend  // bytes left a socket for the loopback network
	WireRecv  // bytes reached the other socket
	WorkQueue // a task or worker was queued on a work queue
	WorkRun   // a work queue's worker began it
	WorkDone  // and returned
	Fault     // a fault was applied
	Printk    // a line that the kernel writes to its log, which no tracepoint shows
	kindCount
)

// spec is what a tracepoint prints: its name and the text after "name: ", where {field:type} stands for a field.
type spec struct{ name, text string }

// specs is the one list of tracepoints; the writer, the reader and the field names all come from it.
// Source: reference list of the 136 sunrpc tracepoints of Linux 6.1, and our own after them.
var specs = [kindCount]spec{
	Note:                     {"", ""},
	RPCRequest:               {"rpc_request", "task:{task:pid}@{client:clid} {prog:str}v{vers:int} {proc:str} ({kind:str}sync)"},
	RPCTaskBegin:             {"rpc_task_begin", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} action={action:symbol}"},
	RPCTaskCallDone:          {"rpc_task_call_done", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} action={action:symbol}"},
	RPCTaskComplete:          {"rpc_task_complete", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} action={action:symbol}"},
	RPCTaskEnd:               {"rpc_task_end", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} action={action:symbol}"},
	RPCTaskRunAction:         {"rpc_task_run_action", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} action={action:symbol}"},
	RPCTaskSignalled:         {"rpc_task_signalled", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} action={action:symbol}"},
	RPCTaskSleep:             {"rpc_task_sleep", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} timeout={timeout:uint} queue={queue:str}"},
	RPCTaskSyncSleep:         {"rpc_task_sync_sleep", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} action={action:symbol}"},
	RPCTaskSyncWake:          {"rpc_task_sync_wake", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} action={action:symbol}"},
	RPCTaskTimeout:           {"rpc_task_timeout", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} action={action:symbol}"},
	RPCTaskWakeup:            {"rpc_task_wakeup", "task:{task:pid}@{client:clid} flags={flags:taskflags} runstate={runstate:runstate} status={status:int} timeout={timeout:uint} queue={queue:str}"},
	RPCAuthTooweak:           {"rpc__auth_tooweak", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RPCBadCreds:              {"rpc__bad_creds", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RPCGarbageArgs:           {"rpc__garbage_args", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RPCMismatch:              {"rpc__mismatch", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RPCProcUnavail:           {"rpc__proc_unavail", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RPCProgMismatch:          {"rpc__prog_mismatch", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RPCProgUnavail:           {"rpc__prog_unavail", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RPCStaleCreds:            {"rpc__stale_creds", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RPCUnparsable:            {"rpc__unparsable", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RPCBadCallhdr:            {"rpc_bad_callhdr", "task:{task:pid}@{client:clid}"},
	RPCBadVerifier:           {"rpc_bad_verifier", "task:{task:pid}@{client:clid}"},
	RPCBufAlloc:              {"rpc_buf_alloc", "task:{task:pid}@{client:clid} callsize={callsize:uint} recvsize={recvsize:uint} status={status:int}"},
	RPCCallRpcerror:          {"rpc_call_rpcerror", "task:{task:pid}@{client:clid} tk_status={tk_status:int} rpc_status={rpc_status:int}"},
	RPCCallStatus:            {"rpc_call_status", "task:{task:pid}@{client:clid} status={status:int}"},
	RPCClntCloneErr:          {"rpc_clnt_clone_err", "client={client:clid} error={error:int}"},
	RPCClntFree:              {"rpc_clnt_free", "client={client:clid}"},
	RPCClntKillall:           {"rpc_clnt_killall", "client={client:clid}"},
	RPCClntNew:               {"rpc_clnt_new", "client={client:clid} peer=[{addr:str}]:{port:str} program={program:str} server={server:str}"},
	RPCClntNewErr:            {"rpc_clnt_new_err", "program={program:str} server={server:str} error={error:int}"},
	RPCClntRelease:           {"rpc_clnt_release", "client={client:clid}"},
	RPCClntReplaceXprt:       {"rpc_clnt_replace_xprt", "client={client:clid}"},
	RPCClntReplaceXprtErr:    {"rpc_clnt_replace_xprt_err", "client={client:clid}"},
	RPCClntShutdown:          {"rpc_clnt_shutdown", "client={client:clid}"},
	RPCConnectStatus:         {"rpc_connect_status", "task:{task:pid}@{client:clid} status={status:int}"},
	RPCRefreshStatus:         {"rpc_refresh_status", "task:{task:pid}@{client:clid} status={status:int}"},
	RPCRetryRefreshStatus:    {"rpc_retry_refresh_status", "task:{task:pid}@{client:clid} status={status:int}"},
	RPCSocketClose:           {"rpc_socket_close", "socket:[{ino:uint}] srcaddr={srcaddr:str} dstaddr={dstaddr:str} state={state:uint} ({state_name:str}) sk_state={sk_state:uint} ({state_name2:str})"},
	RPCSocketConnect:         {"rpc_socket_connect", "error={error:int} socket:[{ino:uint}] srcaddr={srcaddr:str} dstaddr={dstaddr:str} state={state:uint} ({state_name:str}) sk_state={sk_state:uint} ({state_name2:str})"},
	RPCSocketError:           {"rpc_socket_error", "error={error:int} socket:[{ino:uint}] srcaddr={srcaddr:str} dstaddr={dstaddr:str} state={state:uint} ({state_name:str}) sk_state={sk_state:uint} ({state_name2:str})"},
	RPCSocketNospace:         {"rpc_socket_nospace", "task:{task:pid}@{client:clid} total={total:uint} remaining={remaining:uint}"},
	RPCSocketResetConnection: {"rpc_socket_reset_connection", "error={error:int} socket:[{ino:uint}] srcaddr={srcaddr:str} dstaddr={dstaddr:str} state={state:uint} ({state_name:str}) sk_state={sk_state:uint} ({state_name2:str})"},
	RPCSocketShutdown:        {"rpc_socket_shutdown", "socket:[{ino:uint}] srcaddr={srcaddr:str} dstaddr={dstaddr:str} state={state:uint} ({state_name:str}) sk_state={sk_state:uint} ({state_name2:str})"},
	RPCSocketStateChange:     {"rpc_socket_state_change", "socket:[{ino:uint}] srcaddr={srcaddr:str} dstaddr={dstaddr:str} state={state:uint} ({state_name:str}) sk_state={sk_state:uint} ({state_name2:str})"},
	RPCStatsLatency:          {"rpc_stats_latency", "task:{task:pid}@{client:clid} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str} backlog={backlog:uint} rtt={rtt:uint} execute={execute:uint}"},
	RPCTimeoutStatus:         {"rpc_timeout_status", "task:{task:pid}@{client:clid} status={status:int}"},
	RPCTLSNotStarted:         {"rpc_tls_not_started", "server={server:str} {prog:str}v{vers:uint} requested_policy={requested_policy:str}"},
	RPCTLSUnavailable:        {"rpc_tls_unavailable", "server={server:str} {prog:str}v{vers:uint} requested_policy={requested_policy:str}"},
	RPCXDRAlignment:          {"rpc_xdr_alignment", "task:{task:pid}@{client:clid} {prog:str}v{vers:int} {proc:str} offset={offset:uint} copied={copied:uint} xdr=[{head_base:ptr},{len:uint}]/{pagelen:uint}/[{tail_base:ptr},{len2:uint}]/{msglen:uint}"},
	RPCXDROverflow:           {"rpc_xdr_overflow", "task:{task:pid}@{client:clid} {prog:str}v{vers:int} {proc:str} requested={requested:uint} p={p:str} end={end:str} xdr=[{head_base:ptr},{len:uint}]/{pagelen:uint}/[{tail_base:ptr},{len2:uint}]/{msglen:uint}"},
	RPCXDRRecvfrom:           {"rpc_xdr_recvfrom", "task:{task:pid}@{client:clid} head=[{head_base:ptr},{len:uint}] page={page:uint}({page_base:uint}) tail=[{tail_base:ptr},{len2:uint}] len={len3:uint}"},
	RPCXDRReplyPages:         {"rpc_xdr_reply_pages", "task:{task:pid}@{client:clid} head=[{head_base:ptr},{len:uint}] page={page:uint}({page_base:uint}) tail=[{tail_base:ptr},{len2:uint}] len={len3:uint}"},
	RPCXDRSendto:             {"rpc_xdr_sendto", "task:{task:pid}@{client:clid} head=[{head_base:ptr},{len:uint}] page={page:uint}({page_base:uint}) tail=[{tail_base:ptr},{len2:uint}] len={len3:uint}"},
	XprtConnect:              {"xprt_connect", "peer=[{addr:str}]:{port:str} state={state:xprtstate}"},
	XprtCreate:               {"xprt_create", "peer=[{addr:str}]:{port:str} state={state:xprtstate}"},
	XprtDestroy:              {"xprt_destroy", "peer=[{addr:str}]:{port:str} state={state:xprtstate}"},
	XprtDisconnectAuto:       {"xprt_disconnect_auto", "peer=[{addr:str}]:{port:str} state={state:xprtstate}"},
	XprtDisconnectDone:       {"xprt_disconnect_done", "peer=[{addr:str}]:{port:str} state={state:xprtstate}"},
	XprtDisconnectForce:      {"xprt_disconnect_force", "peer=[{addr:str}]:{port:str} state={state:xprtstate}"},
	XprtGetCong:              {"xprt_get_cong", "task:{task:pid}@{client:clid} snd_task:{snd_task:pid} cong={cong:uint} cwnd={cwnd:uint}{suffix:str}"},
	XprtLookupRqst:           {"xprt_lookup_rqst", "peer=[{addr:str}]:{port:str} xid=0x{xid:xid} status={status:int}"},
	XprtPing:                 {"xprt_ping", "peer=[{addr:str}]:{port:str} status={status:int}"},
	XprtPutCong:              {"xprt_put_cong", "task:{task:pid}@{client:clid} snd_task:{snd_task:pid} cong={cong:uint} cwnd={cwnd:uint}{suffix:str}"},
	XprtReleaseCong:          {"xprt_release_cong", "task:{task:pid}@{client:clid} snd_task:{snd_task:pid} cong={cong:uint} cwnd={cwnd:uint}{suffix:str}"},
	XprtReleaseXprt:          {"xprt_release_xprt", "task:{task:pid}@{client:clid} snd_task:{snd_task:pid}"},
	XprtReserve:              {"xprt_reserve", "task:{task:pid}@{client:clid} xid=0x{xid:xid}"},
	XprtReserveCong:          {"xprt_reserve_cong", "task:{task:pid}@{client:clid} snd_task:{snd_task:pid} cong={cong:uint} cwnd={cwnd:uint}{suffix:str}"},
	XprtReserveXprt:          {"xprt_reserve_xprt", "task:{task:pid}@{client:clid} snd_task:{snd_task:pid}"},
	XprtRetransmit:           {"xprt_retransmit", "task:{task:pid}@{client:clid} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str} ntrans={ntrans:int} timeout={timeout:uint}"},
	XprtTimer:                {"xprt_timer", "peer=[{addr:str}]:{port:str} xid=0x{xid:xid} status={status:int}"},
	XprtTransmit:             {"xprt_transmit", "task:{task:pid}@{client:clid} xid=0x{xid:xid} seqno={seqno:uint} status={status:int}"},
	XsDataReady:              {"xs_data_ready", "peer=[{addr:str}]:{port:str}"},
	XsStreamReadData:         {"xs_stream_read_data", "peer=[{addr:str}]:{port:str} err={err:int} total={total:uint}"},
	XsStreamReadRequest:      {"xs_stream_read_request", "peer=[{addr:str}]:{port:str} xid=0x{xid:xid} copied={copied:uint} reclen={reclen:uint} offset={offset:uint}"},
	PmapRegister:             {"pmap_register", "program={program:uint} version={version:uint} protocol={protocol:int} port={port:uint}"},
	RpcbBindVersionErr:       {"rpcb_bind_version_err", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RpcbGetport:              {"rpcb_getport", "task:{task:pid}@{client:clid} server={server:str} program={program:uint} version={version:uint} protocol={protocol:int} bind_version={bind_version:uint}"},
	RpcbProgUnavailErr:       {"rpcb_prog_unavail_err", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RpcbRegister:             {"rpcb_register", "program={program:uint} version={version:uint} addr={addr:str} netid={netid:str}"},
	RpcbSetport:              {"rpcb_setport", "task:{task:pid}@{client:clid} status={status:int} port={port:uint}"},
	RpcbTimeoutErr:           {"rpcb_timeout_err", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RpcbUnreachableErr:       {"rpcb_unreachable_err", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RpcbUnrecognizedErr:      {"rpcb_unrecognized_err", "task:{task:pid}@{client:clid} server={server:str} xid=0x{xid:xid} {prog:str}v{vers:int} {proc:str}"},
	RpcbUnregister:           {"rpcb_unregister", "program={program:uint} version={version:uint} netid={netid:str}"},
	SvcAllocArgErr:           {"svc_alloc_arg_err", "requested={requested:uint} allocated={allocated:uint}"},
	SvcAuthenticate:          {"svc_authenticate", "xid=0x{xid:xid} server={server:str} client={client:str} auth_res={auth_res:str} auth_stat={auth_stat:str}"},
	SvcDefer:                 {"svc_defer", "xid=0x{xid:xid} server={server:str} client={client:str} flags={flags:str}"},
	SvcDeferDrop:             {"svc_defer_drop", "addr={addr:str} dr={dr:str} xid=0x{xid:xid}"},
	SvcDeferQueue:            {"svc_defer_queue", "addr={addr:str} dr={dr:str} xid=0x{xid:xid}"},
	SvcDeferRecv:             {"svc_defer_recv", "addr={addr:str} dr={dr:str} xid=0x{xid:xid}"},
	SvcDrop:                  {"svc_drop", "xid=0x{xid:xid} server={server:str} client={client:str} flags={flags:str}"},
	SvcNoregister:            {"svc_noregister", "program={program:str}v{vers:uint} proto={proto:str} port={port:uint} family={family:str} error={error:int}"},
	SvcProcess:               {"svc_process", "addr={addr:str} xid=0x{xid:xid} service={service:str} vers={vers:uint} proc={proc:str}"},
	SvcRegister:              {"svc_register", "program={program:str}v{vers:uint} proto={proto:str} port={port:uint} family={family:str} error={error:int}"},
	SvcReplacePageErr:        {"svc_replace_page_err", "xid=0x{xid:xid} server={server:str} client={client:str} begin={begin:str} respages={respages:str} nextpage={nextpage:str}"},
	SvcSend:                  {"svc_send", "xid=0x{xid:xid} server={server:str} client={client:str} status={status:int} flags={flags:str}"},
	SvcStatsLatency:          {"svc_stats_latency", "xid=0x{xid:xid} server={server:str} client={client:str} proc={proc:str} execute-us={execute_us:uint}"},
	SvcTLSNotStarted:         {"svc_tls_not_started", "server={server:str} client={client:str} flags={flags:str}"},
	SvcTLSStart:              {"svc_tls_start", "server={server:str} client={client:str} flags={flags:str}"},
	SvcTLSTimedOut:           {"svc_tls_timed_out", "server={server:str} client={client:str} flags={flags:str}"},
	SvcTLSUnavailable:        {"svc_tls_unavailable", "server={server:str} client={client:str} flags={flags:str}"},
	SvcTLSUpcall:             {"svc_tls_upcall", "server={server:str} client={client:str} flags={flags:str}"},
	SvcUnregister:            {"svc_unregister", "program={program:str}v{vers:uint} error={error:int}"},
	SvcWakeUp:                {"svc_wake_up", "pid={pid:int}"},
	SvcXDRRecvfrom:           {"svc_xdr_recvfrom", "xid=0x{xid:xid} head=[{head_base:ptr},{len:uint}] page={page:uint} tail=[{tail_base:ptr},{len2:uint}] len={len3:uint}"},
	SvcXDRSendto:             {"svc_xdr_sendto", "xid=0x{xid:xid} head=[{head_base:ptr},{len:uint}] page={page:uint}({page_base:uint}) tail=[{tail_base:ptr},{len2:uint}] len={len3:uint}"},
	SvcXprtAccept:            {"svc_xprt_accept", "server={server:str} client={client:str} flags={flags:str} protocol={protocol:str} service={service:str}"},
	SvcXprtClose:             {"svc_xprt_close", "server={server:str} client={client:str} flags={flags:str}"},
	SvcXprtCreateErr:         {"svc_xprt_create_err", "addr={addr:str} program={program:str} protocol={protocol:str} error={error:int}"},
	SvcXprtDequeue:           {"svc_xprt_dequeue", "server={server:str} client={client:str} flags={flags:str} wakeup-us={wakeup_us:uint}"},
	SvcXprtDetach:            {"svc_xprt_detach", "server={server:str} client={client:str} flags={flags:str}"},
	SvcXprtEnqueue:           {"svc_xprt_enqueue", "server={server:str} client={client:str} flags={flags:str} pid={pid:int}"},
	SvcXprtFree:              {"svc_xprt_free", "server={server:str} client={client:str} flags={flags:str}"},
	SvcXprtNoWriteSpace:      {"svc_xprt_no_write_space", "server={server:str} client={client:str} flags={flags:str}"},
	SvcsockAcceptErr:         {"svcsock_accept_err", "addr=listener service={service:str} status={status:int}"},
	SvcsockDataReady:         {"svcsock_data_ready", "addr={addr:str} result={result:int} flags={flags:str}"},
	SvcsockFree:              {"svcsock_free", "svsk={svsk:str} type={type:str} family={family:str}{suffix:str}"},
	SvcsockGetpeernameErr:    {"svcsock_getpeername_err", "addr=listener service={service:str} status={status:int}"},
	SvcsockMarker:            {"svcsock_marker", "addr={addr:str} length={length:uint}{suffix:str}"},
	SvcsockNewSocket:         {"svcsock_new_socket", "type={type:str} family={family:str}{suffix:str}"},
	SvcsockTCPRecv:           {"svcsock_tcp_recv", "addr={addr:str} result={result:int} flags={flags:str}"},
	SvcsockTCPRecvEagain:     {"svcsock_tcp_recv_eagain", "addr={addr:str} result={result:int} flags={flags:str}"},
	SvcsockTCPRecvErr:        {"svcsock_tcp_recv_err", "addr={addr:str} result={result:int} flags={flags:str}"},
	SvcsockTCPRecvShort:      {"svcsock_tcp_recv_short", "addr={addr:str} flags={flags:str} expected={expected:uint} received={received:uint}"},
	SvcsockTCPSend:           {"svcsock_tcp_send", "addr={addr:str} result={result:int} flags={flags:str}"},
	SvcsockTCPState:          {"svcsock_tcp_state", "addr={addr:str} state={state:str} sk_state={sk_state:str} flags={flags:str}"},
	SvcsockUDPRecv:           {"svcsock_udp_recv", "addr={addr:str} result={result:int} flags={flags:str}"},
	SvcsockUDPRecvErr:        {"svcsock_udp_recv_err", "addr={addr:str} result={result:int} flags={flags:str}"},
	SvcsockUDPSend:           {"svcsock_udp_send", "addr={addr:str} result={result:int} flags={flags:str}"},
	SvcsockWriteSpace:        {"svcsock_write_space", "addr={addr:str} result={result:int} flags={flags:str}"},
	CacheEntryExpired:        {"cache_entry_expired", "cache={cache:str} entry={entry:str}"},
	CacheEntryMakeNegative:   {"cache_entry_make_negative", "cache={cache:str} entry={entry:str}"},
	CacheEntryNoListener:     {"cache_entry_no_listener", "cache={cache:str} entry={entry:str}"},
	CacheEntryUpcall:         {"cache_entry_upcall", "cache={cache:str} entry={entry:str}"},
	CacheEntryUpdate:         {"cache_entry_update", "cache={cache:str} entry={entry:str}"},

	Item:      {"sunscope_item", "task:{task:pid}@{client:clid} item={item:str}"},
	Host:      {"sunscope_host", "name={name:str} addr={addr:str} cpus={first:uint}-{last:uint} role={role:str}"},
	WireSend:  {"sunscope_wire_send", "packet={packet:uint} src={src:str} dst={dst:str} kind={kind:str} len={len:uint} arrives={arrives:uint}{bytes:bytes}"},
	WireRecv:  {"sunscope_wire_recv", "packet={packet:uint} src={src:str} dst={dst:str} kind={kind:str} len={len:uint}"},
	WorkQueue: {"sunscope_work_queue", "task:{task:pid}@{client:clid} wq={wq:str} work={work:str}"},
	WorkRun:   {"sunscope_work_run", "task:{task:pid}@{client:clid} wq={wq:str} work={work:str}"},
	WorkDone:  {"sunscope_work_done", "task:{task:pid}@{client:clid} wq={wq:str} work={work:str}"},
	Fault:     {"sunscope_fault", "kind={kind:str} where={where:str}"},
	Printk:    {"sunscope_printk", "task:{task:pid}@{client:clid} text={text:str}"},
}

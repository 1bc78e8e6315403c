package sunrpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/fsm"
	"sunscope/core/rpcmsg"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// answered is a task in call_decode whose reply has come.
func (k *Kernel) answered(reply []byte) *Task {
	t := k.sleeper(9, 1, Normal)
	t.client.program, t.client.vers = "nfs", 3
	t.client.timeout = TCPTimeout
	t.xprt = k.newXprt(wire.Addr{Host: "10.0.0.1", Port: 2049}, tcpOps{}, 2, 2)
	t.garbRetry, t.credRetry = 2, 2
	t.msg.Proc = &Proc{Name: "READ", Decode: func(d *xdr.Decoder, _ any) int32 { return int32(d.Uint32("count")) }}
	t.req = &Request{task: t, xprt: t.xprt, cred: &Cred{Flavor: rpcmsg.AuthUnix, UpToDate: true}, reply: reply, received: len(reply)}
	t.req.initTimeouts()
	t.step.From = fsm.CallDecode
	return t
}

func reply(h rpcmsg.ReplyHeader, results ...uint32) []byte {
	var e xdr.Encoder
	rpcmsg.EncodeReply(&e, &h)
	for _, r := range results {
		e.Uint32(r)
	}
	return e.B
}

func TestCallDecodeSortsRepliesAsTheKernelDoes(t *testing.T) {
	otherVerifier := rpcmsg.AcceptedReply(1, rpcmsg.Success)
	otherVerifier.Verf.Flavor = rpcmsg.AuthGSS
	cases := []struct {
		name    string
		reply   []byte
		first   fsm.State // where the first such reply leads
		retries int       // how often it leads there before the task fails
		errno   wire.Errno
	}{
		{"PROG_UNAVAIL", reply(rpcmsg.AcceptedReply(1, rpcmsg.ProgUnavail)), fsm.RPCExitTask, 0, wire.EPFNOSUP},
		{"PROG_MISMATCH", reply(rpcmsg.AcceptedReply(1, rpcmsg.ProgMismatch)), fsm.RPCExitTask, 0, wire.EPROTONOSUP},
		{"PROC_UNAVAIL", reply(rpcmsg.AcceptedReply(1, rpcmsg.ProcUnavail)), fsm.RPCExitTask, 0, wire.EOPNOTSUPP},
		{"GARBAGE_ARGS", reply(rpcmsg.AcceptedReply(1, rpcmsg.GarbageArgs)), fsm.CallEncode, 2, wire.EIO},
		{"SYSTEM_ERR", reply(rpcmsg.AcceptedReply(1, rpcmsg.SystemErr)), fsm.CallEncode, 2, wire.EIO},
		{"an unknown accept_stat", reply(rpcmsg.AcceptedReply(1, 77)), fsm.CallEncode, 2, wire.EIO},
		{"RPC_MISMATCH", reply(rpcmsg.MismatchReply(1)), fsm.RPCExitTask, 0, wire.EPROTONOSUP},
		{"AUTH_REJECTEDCRED", reply(rpcmsg.DeniedReply(1, rpcmsg.AuthRejectedCred)), fsm.CallReserve, 2, wire.EACCES},
		{"AUTH_REJECTEDVERF", reply(rpcmsg.DeniedReply(1, rpcmsg.AuthRejectedVerf)), fsm.CallReserve, 2, wire.EACCES},
		{"AUTH_BADCRED", reply(rpcmsg.DeniedReply(1, rpcmsg.AuthBadCred)), fsm.CallEncode, 2, wire.EACCES},
		{"AUTH_BADVERF", reply(rpcmsg.DeniedReply(1, rpcmsg.AuthBadVerf)), fsm.CallEncode, 2, wire.EACCES},
		{"AUTH_TOOWEAK", reply(rpcmsg.DeniedReply(1, rpcmsg.AuthTooWeak)), fsm.RPCExitTask, 0, wire.EACCES},
		{"AUTH_FAILED", reply(rpcmsg.DeniedReply(1, rpcmsg.AuthFailed)), fsm.CallEncode, 2, wire.EIO},
		{"a verifier that AUTH_SYS does not take", reply(otherVerifier), fsm.CallEncode, 2, wire.EIO},
		{"a reply that stops short", []byte{0, 0, 0, 1, 0, 0, 0, 1}, fsm.CallEncode, 2, wire.EIO},
		{"a length that is no multiple of four", append(reply(rpcmsg.AcceptedReply(1, rpcmsg.Success), 7), 0), fsm.CallEncode, 2, wire.EIO},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, k := newBench(t)
			task := k.answered(c.reply)
			for range c.retries {
				task.callDecode()
				require.Equal(t, c.first, task.action)
				require.Zero(t, task.status)
				require.Zero(t, task.rpcStatus)
				again := k.answered(c.reply) // the reply to the next try
				task.req, task.xprt = again.req, again.xprt
				task.req.task = task
			}
			task.callDecode()
			require.Equal(t, fsm.RPCExitTask, task.action)
			require.Equal(t, int32(c.errno), task.rpcStatus)
		})
	}
}

func TestAGoodReplyEndsTheTaskWithTheResultOfDecoding(t *testing.T) {
	_, k := newBench(t)
	task := k.answered(reply(rpcmsg.AcceptedReply(1, rpcmsg.Success), 4096))
	task.callDecode()
	require.Equal(t, fsm.RPCExitTask, task.action)
	require.Equal(t, int32(4096), task.status)
	require.Zero(t, task.rpcStatus)
}

func TestARejectedCredentialGivesTheSlotBack(t *testing.T) {
	_, k := newBench(t)
	task := k.answered(reply(rpcmsg.DeniedReply(1, rpcmsg.AuthRejectedCred)))
	task.callDecode()
	require.Nil(t, task.req, "the next try gets a slot and an XID of its own")
}

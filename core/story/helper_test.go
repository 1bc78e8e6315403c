package story

import (
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/trace"
)

// script is a log made by hand, line by line, as a trace file would print it; a millisecond passes with each line.
type script struct {
	t   testing.TB
	log *trace.Log
	ms  int
}

func newScript(t testing.TB) *script { return &script{t: t, log: &trace.Log{}} }

// by logs events of one thread ("dd-7"); a thread of pid 0 is the idle one.
func (s *script) by(thread string, events ...string) *script {
	s.t.Helper()
	var e trace.Event
	for _, text := range events {
		s.ms++
		line := thread + " [000] ..... " + itoa(s.ms/1000) + "." + pad(s.ms%1000) + "000: " + text
		require.NoError(s.t, s.log.ParseLine(line, &e), line)
		s.log.Append(&e)
	}
	return s
}

func (s *script) story() *Story { return New(s.log) }

// now is the state after the last line.
func (s *script) now() *State {
	st := s.story()
	return st.At(st.Len() - 1)
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + itoa(n%10)
}

func pad(n int) string {
	s := itoa(n)
	return strings.Repeat("0", 3-len(s)) + s
}

// taskLine is a line of one of the events that print flags, run state and status.
func taskLine(event, task, runstate, rest string) string {
	return event + ": task:" + task + " flags=DYNAMIC runstate=" + runstate + " " + rest
}

func begin(task string) string {
	return taskLine("rpc_task_begin", task, "ACTIVE", "status=0 action=0x0")
}

func run(task, action string) string {
	return taskLine("rpc_task_run_action", task, "RUNNING|ACTIVE", "status=0 action="+action+" [sunrpc]")
}

func runWith(task, bits, action string) string {
	return taskLine("rpc_task_run_action", task, "RUNNING|ACTIVE|"+bits, "status=0 action="+action+" [sunrpc]")
}

func sleepOn(task, queue string) string {
	return taskLine("rpc_task_sleep", task, "RUNNING|ACTIVE", "status=-11 timeout=0 queue="+queue)
}

func wakeOn(task, queue string) string {
	return taskLine("rpc_task_wakeup", task, "QUEUED|ACTIVE", "status=-11 timeout=0 queue="+queue)
}

func end(task string) string {
	return taskLine("rpc_task_end", task, "RUNNING|ACTIVE", "status=0 action=rpc_exit_task [sunrpc]")
}

func release(task string) string { return "xprt_release_xprt: task:" + task + " snd_task:ffffffff" }

// mounted logs that client 2 and its transport come to be.
func (s *script) mounted() *script {
	return s.by("mount.nfs-5",
		"xprt_create: peer=[10.99.1.1]:2049 state=BOUND",
		"rpc_clnt_new: client=00000002 peer=[10.99.1.1]:2049 program=nfs server=srv")
}

// holding logs that the task begins in its thread and gets a slot.
func (s *script) holding(thread, task, xid string) *script {
	return s.by(thread, begin(task), run(task, "call_start"), "rpc_request: task:"+task+" nfsv3 READ (sync)",
		run(task, "call_reserve"), "xprt_reserve: task:"+task+" xid=0x"+xid, run(task, "call_reserveresult"))
}

// sameState fails unless a and b are equal down to the last field; an empty list equals none.
func sameState(t require.TestingT, a, b *State) {
	if !sameValue(reflect.ValueOf(*a), reflect.ValueOf(*b)) {
		require.Equal(t, a, b)
	}
}

func sameValue(a, b reflect.Value) bool {
	switch a.Kind() {
	case reflect.Slice:
		if a.Len() != b.Len() {
			return false
		}
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case reflect.Struct:
		for i := range a.NumField() {
			if !sameValue(a.Field(i), b.Field(i)) {
				return false
			}
		}
		return true
	case reflect.Array:
		for i := range a.Len() {
			if !sameValue(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	}
	return a.Equal(b)
}

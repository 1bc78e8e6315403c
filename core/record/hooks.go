package record

import (
	"errors"
	"slices"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// The rpc_call_done function that rpc_task_call_done prints tells which rpc_call_ops a task has, and with that whether
// it has an rpc_call_prepare hook, in which case it begins in rpc_prepare_task. A recording in which a task's
// rpc_prepare_task is missing would otherwise look like one of a task without the hook.
//
// Source: the tasks of the recordings of Linux 6.1, in which each function goes with one beginning only.
var beginnings = map[string]fsm.State{
	"nfs_pgio_result":                    fsm.RPCPrepareTask,
	"nfs_commit_done":                    fsm.RPCPrepareTask,
	"nfs_async_rename_done":              fsm.RPCPrepareTask,
	"nfs_async_unlink_done":              fsm.RPCPrepareTask,
	"nfs40_call_sync_done":               fsm.RPCPrepareTask,
	"nfs41_call_sync_done":               fsm.RPCPrepareTask,
	"nfs41_free_stateid_done":            fsm.RPCPrepareTask,
	"nfs41_sequence_call_done":           fsm.RPCPrepareTask,
	"nfs4_close_done":                    fsm.RPCPrepareTask,
	"nfs4_delegreturn_done":              fsm.RPCPrepareTask,
	"nfs4_get_lease_time_done":           fsm.RPCPrepareTask,
	"nfs4_lock_done":                     fsm.RPCPrepareTask,
	"nfs4_locku_done":                    fsm.RPCPrepareTask,
	"nfs4_open_confirm_done":             fsm.RPCPrepareTask,
	"nfs4_open_done":                     fsm.RPCPrepareTask,
	"nfs4_reclaim_complete_done":         fsm.RPCPrepareTask,
	"nfsd4_cb_done":                      fsm.RPCPrepareTask,
	"nlmclnt_unlock_callback":            fsm.RPCPrepareTask,
	"nfs4_bind_one_conn_to_session_done": fsm.CallStart,
	"nfs4_setclientid_done":              fsm.CallStart,
	"nfsd4_cb_probe_done":                fsm.CallStart,
	"nlm4svc_callback_exit":              fsm.CallStart,
	"nlmsvc_grant_callback":              fsm.CallStart,
	"rpcb_getport_done":                  fsm.CallStart,
}

// callsOf are the procedures with which some functions go. READ, WRITE and COMMIT never go with
// rpc_default_callback, whatever the version.
var callsOf = map[string][]string{
	"nfs_pgio_result":                    {"READ", "WRITE", "READ_PLUS"},
	"nfs_commit_done":                    {"COMMIT"},
	"nfs_async_rename_done":              {"RENAME"},
	"nfs_async_unlink_done":              {"REMOVE"},
	"nfs41_free_stateid_done":            {"FREE_STATEID"},
	"nfs41_sequence_call_done":           {"SEQUENCE"},
	"nfs4_close_done":                    {"CLOSE", "OPEN_DOWNGRADE"},
	"nfs4_delegreturn_done":              {"DELEGRETURN"},
	"nfs4_get_lease_time_done":           {"GET_LEASE_TIME"},
	"nfs4_lock_done":                     {"LOCK"},
	"nfs4_locku_done":                    {"LOCKU"},
	"nfs4_open_confirm_done":             {"OPEN_CONFIRM"},
	"nfs4_open_done":                     {"OPEN", "OPEN_NOATTR"},
	"nfs4_reclaim_complete_done":         {"RECLAIM_COMPLETE"},
	"nfs4_bind_one_conn_to_session_done": {"BIND_CONN_TO_SESSION"},
	"nfs4_setclientid_done":              {"SETCLIENTID"},
	"rpcb_getport_done":                  {"GETPORT", "GETADDR"},
}

// sameHook checks that the function and the procedure go together.
func (t *task) sameHook() {
	procs, known := callsOf[t.done]
	page := t.prog == "nfs" && (t.proc == "READ" || t.proc == "WRITE" || t.proc == "COMMIT")
	if (known && !slices.Contains(procs, t.proc) || page && t.done == "rpc_default_callback") && t.proc != "" && !t.refused {
		t.refuse("rpc_task_call_done runs " + t.done + " for the procedure " + t.proc + ", with which it does not go")
	}
}

// hook checks the task's first state against its rpc_call_done.
func (t *task) hook(e *trace.Event) {
	done := t.w.action(e)
	t.done = done
	t.sameHook()
	if !t.begun || t.began == fsm.None || t.began == fsm.RPCExitTask {
		return
	}
	want, known := beginnings[done]
	if done == "rpc_default_callback" && t.proc == "NULL" {
		want, known = fsm.RPCPrepareTask, true // rpc_null_ops
	}
	if known && t.began != want {
		t.w.refuseAt(t, t.first, "begins in "+t.began.String()+", but a task with "+done+" begins in "+want.String())
	}
}

// mayRestart checks a restart: rpc_default_callback never asks for one, and the NFSv4 client's functions do so by
// rpc_restart_call_prepare only.
func (t *task) mayRestart(to fsm.State) error {
	v4 := strings.HasPrefix(t.done, "nfs4") || strings.HasPrefix(t.done, "nfs_") && t.vers == 4
	switch {
	case t.step.Killed && to == fsm.RPCExitTask:
		return nil
	case t.done == "":
		return errors.New("runs " + to.String() + " after rpc_exit_task, though no rpc_call_done asked for a restart")
	case t.done == "rpc_default_callback":
		return errors.New("runs " + to.String() + " after rpc_exit_task, though rpc_default_callback asks for no restart")
	case v4 && to != fsm.RPCPrepareTask:
		return errors.New("runs " + to.String() + " after " + t.done + ", which restarts in rpc_prepare_task")
	}
	return nil
}

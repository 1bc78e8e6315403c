package story

import (
	"strings"

	"sunscope/core/trace"
)

// Functions that run on the work queues.
const (
	executeWork = "__rpc_execute"
	receiveWork = "xs_stream_data_receive_workfn"
	connectWork = "xs_tcp_setup_socket"
	// Those of datagrams.
	udpReceiveWork = "xs_udp_data_receive_workfn"
	udpConnectWork = "xs_udp_setup_socket"
)

func (f *fold) workQueue(name string) *WorkQueue {
	for i := range f.st.WorkQueues {
		if f.st.WorkQueues[i].Name == name {
			return &f.st.WorkQueues[i]
		}
	}
	q := WorkQueue{Name: name, How: Inferred, Rule: RuleAsyncWork}
	if f.workSeen {
		q.How, q.Rule = Observed, NoRule
	}
	f.st.WorkQueues = append(f.st.WorkQueues, q)
	return &f.st.WorkQueues[len(f.st.WorkQueues)-1]
}

// workWaits infers that an asynchronous task is queued on a work queue.
func (f *fold) workWaits(t *Task, queue string) {
	if f.workSeen {
		return
	}
	f.workLeaves(t)
	t.queueOn = queue
	q := f.workQueue(queue)
	q.Waiting = append(q.Waiting, Work{Task: t.ID, What: executeWork, Since: f.e.Time, CPU: f.e.CPU})
}

// workRuns infers that a worker of the queue runs t.
func (f *fold) workRuns(t *Task) {
	if f.workSeen {
		return
	}
	if t.queueOn == "" {
		t.queueOn = "rpciod"
	}
	q := f.workQueue(t.queueOn)
	for i := range q.Running {
		if q.Running[i].Task == t.ID {
			return
		}
	}
	q.Waiting = dropWork(q.Waiting, t.ID, executeWork, 0)
	q.Running = append(q.Running, Work{Task: t.ID, What: executeWork, Since: f.e.Time, CPU: f.e.CPU, pid: f.e.PID})
}

// workLeaves infers that t is on no work queue any more.
func (f *fold) workLeaves(t *Task) {
	if f.workSeen || t.queueOn == "" {
		return
	}
	q := f.workQueue(t.queueOn)
	q.Waiting = dropWork(q.Waiting, t.ID, executeWork, 0)
	q.Running = dropWork(q.Running, t.ID, executeWork, 0)
	t.queueOn = ""
}

// dropWork removes the first item for the task; for a worker, the one in thread pid, or any if pid is 0.
func dropWork(list []Work, id TaskID, what string, pid int32) []Work {
	for i := range list {
		if w := &list[i]; w.Task == id && w.What == what && (pid == 0 || id != 0 || w.pid == pid || w.pid == 0) {
			return append(list[:i], list[i+1:]...)
		}
	}
	return list
}

// workerBegins infers that a kworker runs one of the transport's workers.
func (f *fold) workerBegins(what string) {
	if f.workSeen || !strings.HasPrefix(f.src.log.Text(f.e.Comm), "kworker") {
		return
	}
	r := f.runner()
	if r.worker == what {
		return
	}
	f.workerEnds(r.worker)
	r.worker = what
	q := f.workQueue("xprtiod")
	q.Running = append(q.Running, Work{What: what, Since: f.e.Time, CPU: f.e.CPU, pid: f.e.PID})
}

func (f *fold) workerEnds(what string) {
	r := f.runner()
	if f.workSeen || what == "" || r.worker != what {
		return
	}
	r.worker = ""
	q := f.workQueue("xprtiod")
	q.Running = dropWork(q.Running, 0, what, f.e.PID)
}

// workEvent folds our own account of the work queues.
func (f *fold) workEvent() {
	if !f.workSeen {
		f.workSeen = true
		f.st.WorkQueues = f.st.WorkQueues[:0]
	}
	var id TaskID
	if t := f.taskOf(false); t != nil {
		f.about, id = t.ID, t.ID
	}
	what := f.text(3)
	q := f.workQueue(f.text(2))
	w := Work{Task: id, What: what, Since: f.e.Time, CPU: f.e.CPU}
	switch f.e.Kind {
	case trace.WorkQueue:
		q.Waiting = append(q.Waiting, w)
	case trace.WorkRun:
		q.Waiting = dropWork(q.Waiting, id, what, 0)
		w.pid = f.e.PID
		q.Running = append(q.Running, w)
	case trace.WorkDone:
		q.Running = dropWork(q.Running, id, what, f.e.PID)
		if t := f.task(id); t != nil && t.Asleep {
			t.Running = false
			f.guessRun(t, t.RunState&^trace.Running, RuleThreadLeft)
		}
	}
}

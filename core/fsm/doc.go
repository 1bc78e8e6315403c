// Package fsm is the map: the states of an RPC task in Linux 6.1, and every edge between them with the conditions
// under which it may be taken. The engine refuses an edge that is not here, recordings of real kernels are checked
// against it, and the map on screen is drawn from it. There is no second list.
//
// [States] describes the states, [Edges] the edges. An [Edge] is a row of conditions, all of which can be seen in a
// trace: the status and the run-state bits with which the state was entered, the wait queue that the task slept on,
// whether it ended itself with an error, and with which status and bits the next state was entered. A [Step] is what
// one run of a state did. [Check] finds the row that allows a step, or says which condition of the nearest row does
// not hold. Several rows may join the same two states (a task goes from call_transmit_status to call_status after its
// reply, after a timeout, without having slept at all...): each is a different thing to have happened.
//
// What holds for every edge stands once, in laws.go: only call_encode asks for transmission, only transmission sets
// SENT, and so on. Another task's thread may send for this task, and a reply may come, at any instant; NEED_XMIT and
// NEED_RECV may therefore be cleared between any two states, and the rows say where that matters.
//
// Statuses are negative errno values as the kernel has them; errno.go names those that the map speaks of.
package fsm

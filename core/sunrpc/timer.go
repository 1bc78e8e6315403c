package sunrpc

import "sunscope/core/time"

// The retransmission timeout of UDP, in jiffies: the least deviation that it allows for, what it begins with, and its
// ceiling (RPC_RTO_MIN, RPC_RTO_INIT, RPC_RTO_MAX).
const (
	rtoMin  = int(HZ / 10 / Jiffy)
	rtoInit = int(HZ / 5 / Jiffy)
	rtoMax  = int(60 * HZ / Jiffy)
)

// rtt is the round-trip estimator of a client (rpc_rtt), after Van Jacobson. It keeps apart procedures that take unlike
// times: a procedure's class is its p_timer, and class 0 is not estimated. All times are in jiffies.
type rtt struct {
	timeo int
	class [5]rttClass // of p_timer 1 to 5
}

// rttClass is what is known of one class.
type rttClass struct {
	srtt   int // smoothed round trip, 8 times
	sdrtt  int // smoothed deviation, 4 times
	ntimeo int // how often the timeout doubles: as often as the last calls were sent again
}

// init is rpc_init_rtt: nothing is known, and the first timeout is timeo.
func (t *rtt) init(timeo time.Duration) {
	t.timeo = jiffies(timeo)
	for i := range t.class {
		t.class[i] = rttClass{srtt: max(t.timeo-rtoInit, 0) << 3, sdrtt: rtoInit}
	}
}

// update is rpc_update_rtt: a round trip took m.
func (t *rtt) update(timer, m int) {
	if timer == 0 || m < 0 {
		return
	}
	c := &t.class[timer-1]
	m = max(m, 1) - c.srtt>>3
	c.srtt += m
	if m < 0 {
		m = -m
	}
	m -= c.sdrtt >> 2
	c.sdrtt = max(c.sdrtt+m, rtoMin)
}

// setTimeo is rpc_set_timeo: a call was answered after it had been sent again n times.
func (t *rtt) setTimeo(timer, n int) {
	if timer == 0 {
		return
	}
	c := &t.class[timer-1]
	if n < c.ntimeo {
		c.ntimeo--
	} else {
		c.ntimeo = min(n, 8)
	}
}

// rto is rpc_calc_rto: the mean and four times the deviation.
func (t *rtt) rto(timer int) int {
	if timer == 0 {
		return t.timeo
	}
	c := &t.class[timer-1]
	return min((c.srtt+7)>>3+c.sdrtt, rtoMax)
}

// ntimeo is rpc_ntimeo.
func (t *rtt) ntimeo(timer int) int {
	if timer == 0 {
		return 0
	}
	return t.class[timer-1].ntimeo
}

// jiffies rounds up, as usecs_to_jiffies does.
func jiffies(d time.Duration) int { return int((d + Jiffy - 1) / Jiffy) }

// updateRTT is xprt_update_rtt. By Karn's rule the time of a call that was sent more than once says nothing: the reply
// may be to any of the transmissions.
func (r *Request) updateRTT() {
	timer, t := r.task.msg.Proc.Timer, &r.task.client.rtt
	if r.ntrans == 1 {
		t.update(timer, jiffies(r.rtt))
	}
	t.setTimeo(timer, r.ntrans-1)
}

// rttUntil is when a wait for the reply ends that goes by round trips (xprt_wait_for_reply_request_rtt). The major
// timeout does not cut it short: it is noticed when the wait ends.
func (r *Request) rttUntil() time.Duration {
	timer, c := r.task.msg.Proc.Timer, r.task.client
	most := jiffies(c.timeout.Max)
	wait := c.rtt.rto(timer) << (c.rtt.ntimeo(timer) + r.retries)
	if wait > most || wait == 0 {
		wait = most
	}
	return r.task.k.m.Now() + time.Duration(wait)*Jiffy
}

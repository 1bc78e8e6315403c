package sunrpc

import (
	"testing"

	"github.com/stretchr/testify/require"

	"sunscope/core/time"
)

const class1 = 1

func estimator(timeo time.Duration) *rtt {
	t := new(rtt)
	t.init(timeo)
	return t
}

func TestTheFirstTimeoutIsTheClients(t *testing.T) {
	for timer := range 6 {
		require.Equal(t, jiffies(1100*time.Millisecond), estimator(1100*time.Millisecond).rto(timer), "class %d", timer)
	}
}

// Recording 02c shows it: timeo is 700 ms, replies come within a jiffy, and tasks that sleep on xprt_pending are woken with 175,
// 272, 326 jiffies left. The first short round trips make the deviation large.
func TestTimeoutsFollowTheRecordedKernel(t *testing.T) {
	e := estimator(700 * time.Millisecond)
	got := []int{e.rto(class1)}
	for range 2 {
		e.update(class1, 1)
		got = append(got, e.rto(class1))
	}
	require.Equal(t, []int{175, 272, 326}, got)
}

func TestManyEqualRoundTripsBringTheTimeoutDownToItsFloor(t *testing.T) {
	e := estimator(5 * time.Second)
	for range 300 {
		e.update(class1, 2)
	}
	require.Equal(t, 3+rtoMin, e.rto(class1), "the mean is rounded up")
}

func TestTheTimeoutHasACeiling(t *testing.T) {
	e := estimator(200 * time.Second)
	require.Equal(t, rtoMax, e.rto(class1))
}

func TestClassesLearnApart(t *testing.T) {
	e := estimator(time.Second)
	e.update(3, 50)
	require.NotEqual(t, e.rto(1), e.rto(3))
	was := e.rto(0)
	e.update(0, 50)
	require.Equal(t, was, e.rto(0), "class 0 learns nothing")
}

func TestCallsThatWereSentAgainDoubleTheTimeoutOfTheNextAndFirstTriesTakeItBackByOne(t *testing.T) {
	e := estimator(time.Second)
	e.setTimeo(class1, 3)
	require.Equal(t, 3, e.ntimeo(class1))
	e.setTimeo(class1, 20)
	require.Equal(t, 8, e.ntimeo(class1), "eight times at most")
	e.setTimeo(class1, 0)
	e.setTimeo(class1, 0)
	require.Equal(t, 6, e.ntimeo(class1))
	require.Zero(t, e.ntimeo(2))
	e.setTimeo(0, 3)
	require.Zero(t, e.ntimeo(0))
}

// waiter is a call of class 1 by a client with NFS's timeouts for UDP.
func (k *Kernel) waiter() *Request {
	t := k.sleeper(9, 1, Normal)
	t.msg.Proc = &Proc{Timer: class1}
	t.client.timeout = NFSUDPTimeout
	t.client.rtt.init(NFSUDPTimeout.Init)
	return &Request{task: t, timeout: NFSUDPTimeout.Init}
}

func TestEachRetryDoublesTheWaitUpToTheLongestTimeout(t *testing.T) {
	_, k := newBench(t)
	r := k.waiter()
	var waits []time.Duration
	for r.retries = range 8 {
		waits = append(waits, r.rttUntil())
	}
	ms := time.Millisecond
	require.Equal(t, []time.Duration{1100 * ms, 2200 * ms, 4400 * ms, 8800 * ms, 17600 * ms, 35200 * ms, 60000 * ms, 60000 * ms}, waits)
}

func TestAWaitForAReplyIsNotCutShortByTheMajorTimeout(t *testing.T) {
	_, k := newBench(t)
	r := k.waiter()
	r.majorTimeo = time.Millisecond
	require.Equal(t, 1100*time.Millisecond, udpOps{}.waitUntil(r))
	require.Equal(t, time.Millisecond, tcpOps{}.waitUntil(r))
}

func TestKarnsRuleACallThatWasSentTwiceTeachesNoRoundTrip(t *testing.T) {
	_, k := newBench(t)
	r := k.waiter()
	e := &r.task.client.rtt
	r.rtt, r.ntrans = 40*time.Millisecond, 2
	before := e.class[class1-1]
	r.updateRTT()
	require.Equal(t, rttClass{srtt: before.srtt, sdrtt: before.sdrtt, ntimeo: 1}, e.class[class1-1])
	r.ntrans = 1
	r.updateRTT()
	require.NotEqual(t, before.srtt, e.class[class1-1].srtt)
	require.Zero(t, e.class[class1-1].ntimeo)
}

func TestAMajorTimeoutForgetsTheRoundTrips(t *testing.T) {
	b, k := newBench(t)
	r := k.waiter()
	r.task.client.rtt.update(class1, 1)
	b.now = time.Hour
	require.True(t, r.adjustTimeout())
	require.Equal(t, jiffies(NFSUDPTimeout.Init), r.task.client.rtt.rto(class1))
}

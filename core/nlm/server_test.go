package nlm

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"sunscope/core/time"
)

func lockOf(svid int32, off, length uint64) Lock {
	return Lock{Caller: "client", FH: []byte("file"), Owner: []byte{byte('0' + svid)}, Svid: svid, Off: off, Len: length}
}

func ask(svid int32, off, length uint64, wait bool) *LockArgs {
	return &LockArgs{Cookie: Cookie{1}, Block: wait, Exclusive: true, Lock: lockOf(svid, off, length)}
}

func TestALockThatIsInTheWayIsSaidToBeAndByWhom(t *testing.T) {
	s := new(Server)
	require.Equal(t, Granted, s.Lock("a", ask(1, 0, 10, false), 0))
	require.Equal(t, Denied, s.Lock("b", ask(1, 5, 10, false), 0))
	r := s.Test("b", &TestArgs{Exclusive: true, Lock: lockOf(2, 9, 1)}, 0)
	require.Equal(t, TestRes{Status: Denied, Holder: Holder{true, 1, []byte("1"), 0, 10}}, r)
	require.Equal(t, Granted, s.Test("b", &TestArgs{Lock: lockOf(2, 10, 0)}, 0).Status)
	require.Equal(t, Granted, s.Lock("a", ask(1, 5, 10, false), 0), "one's own lock is in nobody's way")
	require.Equal(t, []Held{{Owner{"a", 1, "1"}, true, Range{0, 14}}}, s.Held([]byte("file")), "and joins its neighbour")
}

func TestWhoWaitsIsToldInTheOrderOfComingAndAgainUntilHeAnswers(t *testing.T) {
	woken := 0
	s := &Server{Wake: func() { woken++ }}
	fh := []byte("file")
	require.True(t, s.LockLocal("holder", fh, true, rangeOf(0, 0)))
	require.Equal(t, Blocked, s.Lock("a", ask(1, 0, 0, true), 0))
	require.Equal(t, Blocked, s.Lock("b", ask(1, 0, 0, true), 0))
	tell, next := s.Due(0)
	require.Empty(t, tell)
	require.Equal(t, never, next)
	s.UnlockLocal("holder", fh, rangeOf(0, 0), 5*time.Second)
	require.Equal(t, 1, woken)
	tell, _ = s.Due(5 * time.Second)
	require.Len(t, tell, 1)
	require.Equal(t, "a", tell[0].Owner.Host)
	s.Told(tell[0], false, 5*time.Second)
	again, next := s.Due(6 * time.Second)
	require.Empty(t, again)
	require.Equal(t, 65*time.Second, next)
	again, _ = s.Due(next)
	require.Equal(t, tell, again)
	s.Answered(tell[0].Cookie, Granted, next)
	require.Len(t, s.Waiting(), 1, "b waits on")
	require.Equal(t, Granted, s.Unlock("a", &UnlockArgs{Lock: lockOf(1, 0, 0)}, next))
	tell, _ = s.Due(next)
	require.Equal(t, "b", tell[0].Owner.Host)
	require.Equal(t, Granted, s.Lock("b", ask(1, 0, 0, true), next), "asked again, the lock is already b's")
	require.Empty(t, s.Waiting())
}

func TestInTheGracePeriodOnlyClaimsAreHeardAndOnlyThen(t *testing.T) {
	s := new(Server)
	s.Grace(20 * time.Second)
	a := ask(1, 0, 0, true)
	require.Equal(t, DeniedGracePeriod, s.Lock("a", a, 0))
	require.Equal(t, DeniedGracePeriod, s.Unlock("a", &UnlockArgs{Lock: a.Lock}, 0))
	require.Equal(t, DeniedGracePeriod, s.Cancel("a", &CancelArgs{Lock: a.Lock}, 0))
	require.Equal(t, DeniedGracePeriod, s.Test("a", &TestArgs{Lock: a.Lock}, 0).Status)
	a.Reclaim = true
	require.Equal(t, Granted, s.Lock("a", a, 0))
	require.Equal(t, DeniedGracePeriod, s.Lock("a", a, 20*time.Second))
	a.Reclaim = false
	require.Equal(t, Granted, s.Lock("a", a, 20*time.Second))
}

func TestWithTheLockManagerGoTheLocksOfClientsAndNoOthers(t *testing.T) {
	s := new(Server)
	s.LockLocal("holder", []byte("file"), true, Range{0, 9})
	s.Lock("a", ask(1, 10, 10, false), 0)
	s.Lock("a", ask(2, 0, 10, true), 0)
	s.Shutdown()
	require.Empty(t, s.Waiting())
	require.Len(t, s.Held([]byte("file")), 1)
	s.Lock("a", ask(1, 10, 10, false), 0)
	s.Lock("b", ask(2, 10, 10, true), 0)
	s.FreeAll("a", 0)
	tell, _ := s.Due(0)
	require.Len(t, tell, 1, "who waited for what a host held has it when that host has restarted")
}

// who may do anything at any time; the table of a model holds one entry for each byte.
func TestNoTwoOwnersEverHoldOneByteUnlessBothShareIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s, now := new(Server), time.Duration(0)
		const bytes = 12
		model := [bytes]map[Owner]bool{} // exclusive?
		for i := range model {
			model[i] = map[Owner]bool{}
		}
		take := func(who Owner, exclusive bool, at Range) {
			for b := at.First; b <= min(at.Last, bytes-1); b++ {
				model[b][who] = exclusive
				for other, ex := range model[b] {
					require.True(t, other == who || !ex && !exclusive, "byte %d has two holders", b)
				}
			}
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now += time.Second
			host, svid := rapid.SampledFrom([]string{"a", "b"}).Draw(t, "host"), rapid.Int32Range(0, 2).Draw(t, "svid")
			off := rapid.Uint64Range(0, bytes-1).Draw(t, "off")
			l := lockOf(svid, off, rapid.Uint64Range(0, bytes-off).Draw(t, "len"))
			who, at := ownerOf(host, &l), rangeOf(l.Off, l.Len)
			switch rapid.IntRange(0, 3).Draw(t, "do") {
			case 0, 1:
				a := &LockArgs{Block: rapid.Bool().Draw(t, "wait"), Exclusive: rapid.Bool().Draw(t, "exclusive"), Lock: l}
				if s.Lock(host, a, now) == Granted {
					take(who, a.Exclusive, at)
				}
			case 2:
				s.Unlock(host, &UnlockArgs{Lock: l}, now)
				for b := at.First; b <= min(at.Last, bytes-1); b++ {
					delete(model[b], who)
				}
			case 3:
				s.Cancel(host, &CancelArgs{Lock: l}, now)
			}
			tell, _ := s.Due(now)
			for _, b := range tell {
				if b.Sent == 1 {
					take(b.Owner, b.Exclusive, b.at)
				}
				s.Told(b, rapid.Bool().Draw(t, "lost"), now)
				if rapid.Bool().Draw(t, "answers") {
					s.Answered(b.Cookie, Granted, now)
				}
			}
			check(t, s, &model)
		}
	})
}

func TestWhatIsLeftOfALockKeepsItsPlaceAmongOthers(t *testing.T) {
	s := new(Server)
	lock := func(host string, svid int32, off, length uint64) {
		require.Equal(t, Granted, s.Lock(host, &LockArgs{Lock: lockOf(svid, off, length)}, time.Second))
	}
	lock("b", 1, 0, 0)
	lock("a", 0, 0, 0)
	s.Unlock("a", &UnlockArgs{Lock: lockOf(0, 0, 1)}, time.Second)
	lock("b", 1, 1, 0)
	held := s.Held([]byte("file"))
	require.Len(t, held, 2)
	require.Equal(t, Range{0, math.MaxUint64}, held[0].At, "b's is one lock of all bytes")
	require.Equal(t, Range{1, math.MaxUint64}, held[1].At)
}

// check compares the table with the model, byte by byte.
func check(t *rapid.T, s *Server, model *[12]map[Owner]bool) {
	for b := range model {
		have := map[Owner]bool{}
		for _, h := range s.Held([]byte("file")) {
			if h.At.overlaps(Range{uint64(b), uint64(b)}) {
				_, twice := have[h.Owner]
				require.False(t, twice, "one owner has byte %d once", b)
				have[h.Owner] = h.Exclusive
			}
		}
		require.Equal(t, model[b], have, "byte %d", b)
	}
}

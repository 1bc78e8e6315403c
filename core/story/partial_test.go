package story

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMessageThatTheSocketTakesInPiecesIsUnderWayFromItsFirstPieceOn(t *testing.T) {
	s := New(recording(t, "27-slow-link-sndbuf"))
	i, ok := s.Find(mustParse(t, "rpc_socket_nospace remaining=21136"), 0)
	require.True(t, ok)
	task := s.TaskAt(i)
	of := func(ord int) *Packet {
		for _, p := range s.At(ord).Packets {
			if p.Task == task && p.Kind == "CALL" {
				return &p
			}
		}
		return nil
	}
	sent := of(i)
	require.Equal(t, inferred(131184+4-21136, RulePartial), sent.Len)
	require.Equal(t, 131188, sent.RecordLen)
	require.Equal(t, observed(21136), s.At(i).Task(task).Unsent)
	tries := 0
	for _, ev := range s.TaskEvents(task) {
		if int(ev) < i || s.Log().KindAt(int(ev)).String() != "xprt_transmit" {
			continue
		}
		tries++
		p := of(int(ev))
		require.NotNil(t, p, "it does not vanish when xprt_transmit ends with -EAGAIN")
		require.Equal(t, sent.ID, p.ID)
		require.Equal(t, sent.SentAt, p.SentAt)
		if s.At(int(ev)).Task(task).Unsent.How == Unknown {
			require.Equal(t, inferred(131188, RuleMessageLength), p.Len, "all of it was sent")
			break
		}
	}
	require.Greater(t, tries, 1)
}

func TestTheServerSaysHowMuchOfARecordItHasRead(t *testing.T) {
	s := New(recording(t, "27-slow-link-sndbuf"))
	of := func(ord int) *SvcXprt {
		for _, x := range s.At(ord).SvcXprts {
			if x.Expected.How != Unknown {
				return &x
			}
		}
		return nil
	}
	i, ok := s.Find(mustParse(t, "svcsock_tcp_recv_short received=110044"), 0)
	require.True(t, ok)
	require.Equal(t, observed(131184), of(i).Expected)
	require.Equal(t, 110044, of(i).Received)
	j, ok := s.Find(mustParse(t, "svcsock_tcp_recv result=21140"), i)
	require.True(t, ok)
	require.Nil(t, of(j), "all of it is there: it is no record that is being read any more")
	j, ok = s.Find(mustParse(t, "svcsock_marker length=131184"), j)
	require.True(t, ok)
	require.Zero(t, of(j).Received)
}

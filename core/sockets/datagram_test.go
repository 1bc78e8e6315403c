//go:build linux

package sockets

import (
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"sunscope/core/sunrpc"
	"sunscope/core/wire"
	"sunscope/core/xdr"
)

// mute is a handler that does nothing.
type mute struct{}

func (mute) DataReady()  {}
func (mute) WriteSpace() {}

// datagramTo is a host's socket, and a socket of Go's that it sends to.
func datagramTo(t *testing.T) (*Host, *datagrams, net.PacketConn, wire.Addr) {
	h, err := New(Options{})
	require.NoError(t, err)
	t.Cleanup(h.Close)
	s, errno := h.Datagram(wire.Addr{Host: "127.0.0.1"}, mute{})
	require.Equal(t, wire.OK, errno)
	other, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { other.Close() })
	require.NoError(t, other.SetDeadline(time.Now().Add(5*time.Second)))
	return h, s.(*datagrams), other, wire.Addr{Host: "127.0.0.1", Port: uint16(other.LocalAddr().(*net.UDPAddr).Port)}
}

func TestDatagramsThatAreSentTogetherArriveOneByOne(t *testing.T) {
	h, s, other, to := datagramTo(t)
	var want []int
	for _, size := range []int{40, 40, 40, 20, 20, 40, 100, 100, 7, 7, 0, 7, 9000, 9000} {
		require.Equal(t, wire.OK, s.SendTo(make([]byte, size), to))
		want = append(want, size)
	}
	h.poll.flush()
	for i, size := range want {
		p := make([]byte, 1<<16)
		n, _, err := other.ReadFrom(p)
		require.NoError(t, err)
		require.Equal(t, size, n, "datagram %d", i)
	}
}

func TestDatagramsToOthersDoNotWaitForEachOther(t *testing.T) {
	h, s, first, to := datagramTo(t)
	second, err := net.ListenPacket("udp", "127.0.0.1:0")
	require.NoError(t, err)
	defer second.Close()
	also := wire.Addr{Host: "127.0.0.1", Port: uint16(second.LocalAddr().(*net.UDPAddr).Port)}
	for range 3 {
		require.Equal(t, wire.OK, s.SendTo([]byte("first"), to))
		require.Equal(t, wire.OK, s.SendTo([]byte("first again"), to))
		require.Equal(t, wire.OK, s.SendTo([]byte("second"), also))
	}
	h.poll.flush()
	p := make([]byte, 100)
	for range 3 {
		for _, want := range []string{"first", "first again"} {
			n, _, err := first.ReadFrom(p)
			require.NoError(t, err)
			require.Equal(t, want, string(p[:n]))
		}
		n, _, err := second.ReadFrom(p)
		require.NoError(t, err)
		require.Equal(t, "second", string(p[:n]))
	}
}

func TestADatagramThatIsTooLongOrToNowhereIsAnErrorAtOnce(t *testing.T) {
	_, s, _, to := datagramTo(t)
	require.Equal(t, wire.EMSGSIZE, s.SendTo(make([]byte, wire.MaxDatagram+1), to))
	require.Equal(t, wire.EAFNOSUPPORT, s.SendTo([]byte("x"), wire.Addr{Host: "::1", Port: 1}))
	require.Equal(t, wire.EINVAL, s.SendTo([]byte("x"), wire.Addr{Host: "nowhere", Port: 1}))
	s.Close()
	require.Equal(t, wire.ENOTCONN, s.SendTo([]byte("x"), to))
}

func TestEmptyDatagramsDoNotKeepAServerBusy(t *testing.T) {
	server := run(t, Options{Role: "server"})
	addr, _ := server.serve(1, echo())
	conn, err := net.Dial("udp", addr.String())
	require.NoError(t, err)
	defer conn.Close()
	for range 100 { // more would fill the buffer before anybody reads
		_, err := conn.Write(nil)
		require.NoError(t, err)
	}
	_, err = conn.Write(callMessage(5, procEcho, pattern(8)))
	require.NoError(t, err)
	require.NoError(t, conn.SetDeadline(time.Now().Add(5*time.Second)))
	p := make([]byte, 100)
	n, err := conn.Read(p)
	require.NoError(t, err)
	require.Equal(t, uint32(5), xdr.Word(p[:n]))
}

func TestManyCallsOverUDPAreAnsweredEachWithItsOwn(t *testing.T) {
	server, client := run(t, Options{Role: "server"}), run(t, Options{})
	addr, _ := server.serve(4, echo())
	client.in(func() { client.Kernel().Knobs.UDPSlots = 64 })
	c := client.create(&sunrpc.CreateArgs{Server: addr, Protocol: sunrpc.UDP, Hard: true})
	var all []<-chan answer
	for i := range 500 {
		all = append(all, client.start(c, procEcho, pattern(4*(i%50))))
	}
	for i, one := range all {
		got := within(t, one)
		require.Zero(t, got.status)
		require.Equal(t, string(pattern(4*(i%50))), string(got.res))
	}
}

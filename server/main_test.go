package main

import (
	"bytes"
	"context"
	"flag"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAPortInUseIsOneLineThatNamesTheAddressAndTheRemedy(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	var out, complaints bytes.Buffer
	err = run(context.Background(), []string{"-addr", taken.Addr().String()}, &out, &complaints)
	require.EqualError(t, err, taken.Addr().String()+" is in use already: end the program that listens there, or choose a free port with -addr 127.0.0.1:0")
	require.Empty(t, out.String(), "nothing was built for it")
}

func TestTheCommandLineIsCheckedAndExplained(t *testing.T) {
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"-addr", "8080"}, `-addr "8080": expected host:port, such as 127.0.0.1:8080`},
		{[]string{"here"}, `unexpected argument "here"`},
		{[]string{"-port", "1"}, "see go run ./server -h"},
	} {
		var out, complaints bytes.Buffer
		require.ErrorContains(t, run(context.Background(), c.args, &out, &complaints), c.says)
	}
	var out, complaints bytes.Buffer
	require.ErrorIs(t, run(context.Background(), []string{"-h"}, &out, &complaints), flag.ErrHelp)
	require.Contains(t, complaints.String(), "Usage: go run ./server")
	require.Contains(t, complaints.String(), "port 0 picks a free one")
}

func TestTheServerAnswersUntilItIsTold(t *testing.T) {
	l, err := listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- serve(ctx, l, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("here")) }))
	}()
	answer, err := http.Get("http://" + l.Addr().String())
	require.NoError(t, err)
	answer.Body.Close()
	require.Equal(t, http.StatusOK, answer.StatusCode)
	stop()
	select {
	case err := <-ended:
		require.NoError(t, err)
	case <-time.After(5 * time.Second):
		t.Fatal("the server did not end")
	}
	_, err = net.Dial("tcp", l.Addr().String())
	require.Error(t, err)
}

func TestThePrintedAddressCanBeOpened(t *testing.T) {
	for _, c := range [][2]string{{"127.0.0.1", "127.0.0.1:80"}, {"0.0.0.0", "127.0.0.1:80"}, {"::", "127.0.0.1:80"}, {"::1", "[::1]:80"}} {
		require.Equal(t, c[1], reachable(&net.TCPAddr{IP: net.ParseIP(c[0]), Port: 80}), c[0])
	}
}

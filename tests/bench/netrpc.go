//go:build linux

package main

import (
	"fmt"
	"net"
	"net/rpc"
	"strconv"
	"sync"
	"time"
)

// Peer is the service of net/rpc.
type Peer struct{}

// Echo answers what it is sent.
func (Peer) Echo(in []byte, out *[]byte) error {
	*out = in
	return nil
}

func serveNetRPC() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	if err := rpc.Register(Peer{}); err != nil {
		return err
	}
	fmt.Println(l.Addr().(*net.TCPAddr).Port)
	rpc.Accept(l)
	return nil
}

func callNetRPC(l load, port int) (time.Duration, error) {
	c, err := rpc.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port))
	if err != nil {
		return 0, err
	}
	defer c.Close()
	began := time.Now()
	errs := make([]error, l.outstanding)
	var all sync.WaitGroup
	for i := range l.outstanding {
		all.Go(func() {
			data, out := make([]byte, l.bytes), []byte(nil)
			for range l.calls / l.outstanding {
				if err := c.Call("Peer.Echo", data, &out); err != nil {
					errs[i] = err
					return
				}
			}
		})
	}
	all.Wait()
	took := time.Since(began)
	for _, err := range errs {
		if err != nil {
			return 0, err
		}
	}
	return took, nil
}

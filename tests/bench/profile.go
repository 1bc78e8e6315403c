//go:build linux

package main

import (
	"bufio"
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"time"
)

// profiled runs work with a profile that goes to a file; without a name, without.
func profiled(name string, work func() error) error {
	if name == "" {
		return work()
	}
	f, err := os.Create(name)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := pprof.StartCPUProfile(f); err != nil {
		return err
	}
	defer pprof.StopCPUProfile()
	return work()
}

// profileEngine prints for some loads where the time of the engine's client and server goes.
func profileEngine(calls int) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	loads := []load{{"tcp", 0, 64, 10}, {"tcp", 1024, 64, 10}, {"udp", 0, 64, 10}, {"tcp", 0, 1, 1}}
	for i, l := range loads {
		l.calls *= calls
		serving, calling := filepath.Join(dir, "server"+strconv.Itoa(i)), filepath.Join(dir, "client"+strconv.Itoa(i))
		s, err := start(exec.Command(os.Args[0], "-role", "sunrpc", "-cpuprofile", serving))
		if err != nil {
			return err
		}
		var took time.Duration
		err = profiled(calling, func() error {
			took, err = callEngine(l, s.port)
			return err
		})
		s.end()
		if err != nil {
			return err
		}
		fmt.Printf("%v: %d calls a second\n", l, int(float64(l.calls)/took.Seconds()))
		for _, p := range []struct{ name, file string }{{"client", calling}, {"server", serving}} {
			if err := explain(p.name, p.file, l.calls); err != nil {
				return err
			}
		}
	}
	return nil
}

// kinds says by the name of a function what kind of work it is; the first that fits counts.
var kinds = []struct{ prefix, kind string }{
	{"internal/runtime/syscall", "system calls"}, {"runtime/internal/syscall", "system calls"}, {"syscall.", "system calls"},
	{"runtime.epoll", "system calls"}, {"runtime.futex", "the runtime's threads"}, {"runtime.usleep", "the runtime's threads"},
	{"runtime.nanotime", "the clock"}, {"time.", "the clock"}, {"runtime.map", "maps"}, {"internal/runtime/maps", "maps"},
	{"runtime.", "memory: allocation, collection, copying"}, {"internal/runtime", "memory: allocation, collection, copying"}, {"gcWriteBarrier", "memory: allocation, collection, copying"},
	{"sunscope/core/fsm", "the map: is this edge allowed?"}, {"sunscope/core/sockets", "core/sockets: the loop, the sockets"},
	{"sunscope/core/sunrpc.(*timers)", "wait queues and their timers"}, {"sunscope/core/sunrpc.(*WaitQueue)", "wait queues and their timers"},
	{"sunscope/core/sunrpc.(*turns", "wait queues and their timers"}, {"sunscope/core/sunrpc.(*list", "wait queues and their timers"},
	{"sunscope/core/sunrpc.(*S", "the server"}, {"sunscope/core/sunrpc.(*Task)", "the states of a task"},
	{"sunscope/core/sunrpc.(*Xprt)", "the transport: slots, locks, queues, replies"}, {"sunscope/core/sunrpc", "the rest of core/sunrpc"},
	{"sunscope/core/rpcmsg", "encoding and decoding"}, {"sunscope/core/xdr", "encoding and decoding"}, {"sunscope/core/trace", "events"},
	{"main.", "the bench"},
}

// explain prints how many nanoseconds of a call go into each kind of work, and the functions that take the most.
func explain(who, profile string, calls int) error {
	text, err := exec.Command("go", "tool", "pprof", "-top", "-unit=ms", "-nodecount=10000", "-nodefraction=0", os.Args[0], profile).Output()
	if err != nil {
		return fmt.Errorf("go tool pprof: %w", err)
	}
	sum, most, total := map[string]float64{}, []string(nil), 0.0
	lines := bufio.NewScanner(strings.NewReader(string(text)))
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		if len(f) < 6 || !strings.HasSuffix(f[0], "ms") && f[0] != "0" {
			continue
		}
		ms, err := strconv.ParseFloat(strings.TrimSuffix(f[0], "ms"), 64)
		if err != nil {
			continue
		}
		ns := ms * 1e6 / float64(calls)
		sum[kindOf(f[5])] += ns
		total += ns
		if len(most) < 12 {
			most = append(most, fmt.Sprintf("%s %.0f", strings.ReplaceAll(f[5], "sunscope/core/", ""), ns))
		}
	}
	fmt.Printf("  %s: %.0f ns of processor for each call\n", who, total)
	names := make([]string, 0, len(sum))
	for name := range sum {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(sum[b], sum[a]), cmp.Compare(a, b)) })
	for _, name := range names {
		fmt.Printf("  %7.0f ns %4.0f %%  %s\n", sum[name], 100*sum[name]/total, name)
	}
	fmt.Printf("  most: %s\n", strings.Join(most, ", "))
	return lines.Err()
}

func kindOf(function string) string {
	for _, k := range kinds {
		if strings.HasPrefix(function, k.prefix) {
			return k.kind
		}
	}
	return "anything else"
}

//go:build linux

// Command bench counts calls per second over loopback: the engine's client and server, libtirpc's C client and server, and
// Go's net/rpc for orientation, one after the other in one run. Each server is a process of its own. The engine and
// net/rpc have all calls on one connection; libtirpc's client has a connection and a thread for each that is outstanding.
//
//	go run ./tests/bench [-calls N] [-cpuprofile FILE]
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"strings"
	"syscall"
	"time"

	"sunscope/tests/libtirpc"
)

// load is one measurement: so many calls, of which so many are under way at a time, of so many bytes each; 0 is NULL.
type load struct {
	proto                     string
	bytes, outstanding, calls int
}

func (l load) String() string {
	name := "NULL"
	if l.bytes > 0 {
		name = "ECHO of " + strconv.Itoa(l.bytes) + " bytes"
	}
	return fmt.Sprintf("%s %s, %d outstanding", l.proto, name, l.outstanding)
}

func main() {
	calls := flag.Int("calls", 30000, "`number` of calls in each measurement")
	role := flag.String("role", "", "for the bench itself: be the `server` sunrpc or netrpc")
	profile := flag.String("cpuprofile", "", "write a profile of the engine's client to this `file`")
	flag.Parse()
	if err := run(*role, *calls, *profile); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(role string, calls int, profile string) error {
	debug.SetGCPercent(800) // hardly anything lives: collecting it often would be most of the work
	switch role {
	case "sunrpc":
		return serveEngine()
	case "netrpc":
		return serveNetRPC()
	}
	if profile != "" {
		f, err := os.Create(profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	client, server, err := libtirpc.Build(dir)
	if err != nil {
		return err
	}
	return measure(client, server, calls)
}

// measure prints a line for each load.
func measure(client, server string, calls int) error {
	ports := map[string]int{}
	for name, cmd := range map[string]*exec.Cmd{
		"libtirpc": exec.Command(server), "sunrpc": exec.Command(os.Args[0], "-role", "sunrpc"), "netrpc": exec.Command(os.Args[0], "-role", "netrpc"),
	} {
		port, err := start(cmd)
		if err != nil {
			return fmt.Errorf("the server of %s: %w", name, err)
		}
		defer func() {
			_ = cmd.Process.Kill()
			_ = cmd.Wait() // it was killed
		}()
		ports[name] = port
	}
	fmt.Printf("%-40s %12s %12s %12s %8s\n", "calls per second", "engine", "libtirpc", "net/rpc", "ratio")
	for _, proto := range []string{"tcp", "udp"} {
		for _, bytes := range []int{0, 1024} {
			for _, outstanding := range []int{1, 64} {
				if err := compare(load{proto, bytes, outstanding, calls}, ports, client); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func compare(l load, ports map[string]int, client string) error {
	engine, err := callEngine(l, ports["sunrpc"])
	if err != nil {
		return err
	}
	c, err := callLibtirpc(l, client, ports["libtirpc"])
	if err != nil {
		return err
	}
	other := "-"
	if l.proto == "tcp" {
		took, err := callNetRPC(l, ports["netrpc"])
		if err != nil {
			return err
		}
		other = perSecond(l, took)
	}
	fmt.Printf("%-40s %12s %12s %12s %8.2f\n", l, perSecond(l, engine), perSecond(l, c), other, float64(c)/float64(engine))
	return nil
}

func perSecond(l load, took time.Duration) string {
	return strconv.Itoa(int(float64(l.calls) / took.Seconds()))
}

// start runs a server, which prints its port when it listens.
func start(cmd *exec.Cmd) (port int, err error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil && err != io.EOF {
		return 0, err
	}
	return strconv.Atoi(strings.TrimSpace(line))
}

// callLibtirpc lets the C client make the calls, and time them.
func callLibtirpc(l load, client string, port int) (time.Duration, error) {
	out, err := exec.Command(client, l.proto, strconv.Itoa(port), strconv.Itoa(l.bytes), strconv.Itoa(l.outstanding), strconv.Itoa(l.calls)).CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("libtirpc's client: %v: %s", err, out)
	}
	return time.ParseDuration(strings.TrimSpace(string(out)) + "s")
}

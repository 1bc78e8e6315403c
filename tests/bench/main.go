//go:build linux

// Command bench counts calls per second over loopback: the engine's client and server, libtirpc's C client and server, and
// Go's net/rpc for orientation. Each server is a process of its own. The engine and net/rpc have all calls on one
// connection; libtirpc's client has a connection and a thread for each that is outstanding.
//
// Each load is measured in several rounds, the peers one after the other in each, and the medians are printed: of the calls
// per second, of the ratio in each round, and of the microseconds of processor time that a call costs client and server
// together, which other work on the machine changes less.
//
//	go run ./tests/bench [-calls N] [-rounds N] [-profile]
//
// With -profile it says instead what the engine's client and server do with their time.
package main

import (
	"bufio"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime/debug"
	"slices"
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

// options are the command's flags.
type options struct {
	calls, rounds  int
	role, cpu      string
	profile        bool
	client, server string // libtirpc's programs
	servers        map[string]*server
	short          []string // loads for which the engine is slower than it is to be
}

func main() {
	o := &options{}
	flag.IntVar(&o.calls, "calls", 100000, "`number` of calls in each measurement")
	flag.IntVar(&o.rounds, "rounds", 5, "`number` of rounds")
	flag.BoolVar(&o.profile, "profile", false, "say where the engine's time goes")
	flag.StringVar(&o.role, "role", "", "for the bench itself: be the `server` sunrpc or netrpc")
	flag.StringVar(&o.cpu, "cpuprofile", "", "for the bench itself: write a server's profile to this `file`")
	flag.Parse()
	if err := o.run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func (o *options) run() error {
	debug.SetGCPercent(800) // hardly anything lives: collecting it often would be most of the work
	switch {
	case o.calls < 64 || o.rounds < 1:
		return fmt.Errorf("-calls %d -rounds %d: expected at least 64 calls and a round", o.calls, o.rounds)
	case o.role == "sunrpc":
		return serveEngine(o.cpu)
	case o.role == "netrpc":
		return serveNetRPC()
	case o.profile:
		return profileEngine(o.calls)
	}
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if o.client, o.server, err = libtirpc.Build(dir); err != nil {
		return err
	}
	return o.measure()
}

// measure prints a line for each load.
func (o *options) measure() error {
	o.servers = map[string]*server{}
	for name, cmd := range map[string]*exec.Cmd{
		"libtirpc": exec.Command(o.server), "engine": exec.Command(os.Args[0], "-role", "sunrpc"), "net/rpc": exec.Command(os.Args[0], "-role", "netrpc"),
	} {
		s, err := start(cmd)
		if err != nil {
			return fmt.Errorf("the server of %s: %w", name, err)
		}
		defer s.end()
		o.servers[name] = s
	}
	fmt.Printf("%-38s %9s %9s %9s   %-18s %s\n", "", "engine", "libtirpc", "net/rpc", "engine ÷ libtirpc", "µs of processor a call")
	for _, proto := range []string{"tcp", "udp"} {
		for _, bytes := range []int{0, 1024} {
			for _, outstanding := range []int{1, 64} {
				if err := o.compare(load{proto, bytes, outstanding, o.calls}); err != nil {
					return err
				}
			}
		}
	}
	if len(o.short) > 0 {
		fmt.Printf("short of the aim, -profile says where the time goes: %s\n", strings.Join(o.short, "; "))
	}
	return nil
}

// aims are the ratios to libtirpc that the engine is to reach, by how many calls are outstanding.
var aims = map[int]float64{1: 1, 64: 5}

// result is what one peer did in each round.
type result struct{ perSecond, processor []float64 }

// compare measures one load.
func (o *options) compare(l load) error {
	peers := []struct {
		name string
		call func(load) (took, used time.Duration, err error)
	}{
		{"engine", func(l load) (time.Duration, time.Duration, error) {
			return ours(func() (time.Duration, error) { return callEngine(l, o.servers["engine"].port) })
		}},
		{"libtirpc", func(l load) (time.Duration, time.Duration, error) {
			return callLibtirpc(l, o.client, o.servers["libtirpc"].port)
		}},
		{"net/rpc", func(l load) (time.Duration, time.Duration, error) {
			return ours(func() (time.Duration, error) { return callNetRPC(l, o.servers["net/rpc"].port) })
		}},
	}
	if l.proto == "udp" {
		peers = peers[:2]
	}
	all := map[string]*result{"engine": {}, "libtirpc": {}, "net/rpc": {}}
	var ratios []float64
	for range o.rounds {
		for _, p := range peers {
			s, r := o.servers[p.name], all[p.name]
			before := s.processor()
			took, used, err := p.call(l)
			if err != nil {
				return err
			}
			r.perSecond = append(r.perSecond, float64(l.calls)/took.Seconds())
			r.processor = append(r.processor, float64((used+s.processor()-before).Nanoseconds())/1000/float64(l.calls))
		}
		ratios = append(ratios, last(all["engine"].perSecond)/last(all["libtirpc"].perSecond))
	}
	slices.Sort(ratios)
	if aim := aims[l.outstanding]; median(ratios) < aim {
		o.short = append(o.short, fmt.Sprintf("%v: %.2f of %.0f", l, median(ratios), aim))
	}
	fmt.Printf("%-38s %9s %9s %9s   %4.2f (%4.2f to %4.2f) %6.1f ÷ %4.1f\n", l, all["engine"], all["libtirpc"], all["net/rpc"],
		median(ratios), ratios[0], last(ratios), median(all["engine"].processor), median(all["libtirpc"].processor))
	return nil
}

// String is the median of the calls per second.
func (r *result) String() string {
	if len(r.perSecond) == 0 {
		return "-"
	}
	return strconv.Itoa(int(median(r.perSecond)))
}

func last(all []float64) float64 { return all[len(all)-1] }

func median(all []float64) float64 {
	all = slices.Sorted(slices.Values(all))
	return all[len(all)/2]
}

// ours is how long a client in this process takes, and how much of the processor.
func ours(call func() (time.Duration, error)) (took, used time.Duration, err error) {
	before := usage()
	took, err = call()
	return took, usage() - before, err
}

func usage() time.Duration {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it has no way to fail
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// server is a server's process.
type server struct {
	cmd  *exec.Cmd
	port int
}

// processor is how much of the processor it has had so far, in the system's ticks of 10 ms; 0 if nobody knows.
func (s *server) processor() time.Duration {
	text, _ := os.ReadFile("/proc/" + strconv.Itoa(s.cmd.Process.Pid) + "/stat")
	_, after, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * 10 * time.Millisecond
}

// end ends it; its profile, if it writes one, is whole then.
func (s *server) end() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM) // it may be over
	_ = s.cmd.Wait()                          // a signal has ended it
}

// start runs a server, which prints its port when it listens.
func start(cmd *exec.Cmd) (*server, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	cmd.Stderr = os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err == nil || err == io.EOF {
		s.port, err = strconv.Atoi(strings.TrimSpace(line))
	}
	if err != nil {
		s.end()
		return nil, err
	}
	return s, nil
}

// callLibtirpc lets the C client make the calls, and time them.
func callLibtirpc(l load, client string, port int) (took, used time.Duration, err error) {
	cmd := exec.Command(client, l.proto, strconv.Itoa(port), strconv.Itoa(l.bytes), strconv.Itoa(l.outstanding), strconv.Itoa(l.calls))
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("libtirpc's client: %v: %s", err, out)
	}
	took, err = time.ParseDuration(strings.TrimSpace(string(out)) + "s")
	return took, cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), err
}

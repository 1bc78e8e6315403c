package scenario

import (
	"errors"
	"strconv"
	"strings"

	"sunscope/core/time"
)

// Key is one setting: its name in the text forms, what it means, and what it accepts.
type Key struct {
	Name string
	Help string
	Want string // what a value must be, for error messages
	Get  func(*Scenario) string
	Set  func(*Scenario, string) bool // false: the value is not what Want says
	// Default is what holds when a scenario does not set it; "" if every scenario must. In a Scenario the zero value
	// stands for it.
	Default string
}

// Version is the version of the text forms.
const Version = "1"

//go:noinline
func text(name, help string, f func(*Scenario) *string) Key {
	return Key{Name: name, Help: help, Want: "some text", Get: func(s *Scenario) string { return *f(s) },
		Set: func(s *Scenario, v string) bool { *f(s) = v; return v != "" }}
}

func number(name, help string, least, most int, f func(*Scenario) *int) Key {
	return Key{Name: name, Help: help, Want: "a whole number from " + itoa(least) + " to " + itoa(most),
		Get: func(s *Scenario) string { return itoa(*f(s)) },
		Set: func(s *Scenario, v string) bool {
			n, err := strconv.Atoi(v)
			*f(s) = n
			return err == nil && n >= least && n <= most
		}}
}

// or makes a setting optional.
//
//go:noinline
func (k Key) or(usual string, isZero func(*Scenario) bool, zero func(*Scenario)) Key {
	get, set := k.Get, k.Set
	k.Default = usual
	k.Get = func(s *Scenario) string {
		if isZero(s) {
			return usual
		}
		return get(s)
	}
	k.Set = func(s *Scenario, v string) bool {
		if v == usual {
			zero(s)
			return true
		}
		return set(s, v)
	}
	return k
}

// usually is a number that may be left out.
func usually(usual int, name, help string, least, most int, f func(*Scenario) *int) Key {
	return number(name, help, least, most, f).or(itoa(usual),
		func(s *Scenario) bool { return *f(s) == 0 }, func(s *Scenario) { *f(s) = 0 })
}

// noping and nomount are mount settings that may be left out.
func noping() Key {
	k := yesno("mount.noping", "whether the client is made without a ping", func(s *Scenario) *bool { return &s.Mount.NoPing })
	k.Default = "false"
	return k
}

// nfsdKey, rpcbindKey and rpcbindDelayKey are settings of the server that may be left out.
func nfsdKey() Key {
	return Key{Name: "server.nfsd", Help: "whether nfsd runs from the start", Want: "true or false", Default: "true",
		Get: func(s *Scenario) string { return strconv.FormatBool(!s.Server.NoNFSD) },
		Set: func(s *Scenario, v string) bool {
			s.Server.NoNFSD = v == "false"
			return v == "true" || v == "false"
		}}
}

func rpcbindKey() Key {
	return Key{Name: "server.rpcbind", Help: "the newest version of the protocol that the server's rpcbind speaks; 0: there is no rpcbind",
		Want: "0, 2, 3 or 4", Default: "4",
		Get: func(s *Scenario) string { return itoa(s.Server.RpcbindVersion()) },
		Set: func(s *Scenario, v string) bool {
			n, ok := map[string]int{"0": -1, "2": 2, "3": 3, "4": 0}[v]
			s.Server.Rpcbind = n
			return ok
		}}
}

func rpcbindDelayKey() Key {
	return span("server.rpcbind_delay", "how long rpcbind takes to answer", 0, 10*time.Minute,
		func(s *Scenario) *time.Duration { return &s.Server.RpcbindDelay }).or("0s",
		func(s *Scenario) bool { return s.Server.RpcbindDelay == 0 }, func(s *Scenario) { s.Server.RpcbindDelay = 0 })
}

func nomount() Key {
	k := yesno("mount.none", "whether nothing is mounted at first, and processes mount for themselves", func(s *Scenario) *bool { return &s.Mount.None })
	k.Default = "false"
	return k
}

// proto is the mount option of that name.
func proto() Key {
	return Key{Name: "mount.proto", Help: "the transport: streams or datagrams", Want: "tcp or udp", Default: "tcp",
		Get: func(s *Scenario) string {
			if s.Mount.UDP {
				return "udp"
			}
			return "tcp"
		},
		Set: func(s *Scenario, v string) bool { s.Mount.UDP = v == "udp"; return v == "udp" || v == "tcp" }}
}

func span(name, help string, least, most time.Duration, f func(*Scenario) *time.Duration) Key {
	return Key{Name: name, Help: help, Want: "a time from " + least.String() + " to " + most.String() + ", such as 500us, 1.5ms or 60s",
		Get: func(s *Scenario) string { return f(s).String() },
		Set: func(s *Scenario, v string) bool {
			d, err := time.ParseDuration(v)
			*f(s) = d
			return err == nil && d >= least && d <= most
		}}
}

// lease is a time of NFSv4's server, which may be left out.
func lease(name, help string, f func(*Scenario) *time.Duration) Key {
	return span(name, help, time.Second, time.Hour, f).or("1m30s",
		func(s *Scenario) bool { return *f(s) == 0 }, func(s *Scenario) { *f(s) = 0 })
}

//go:noinline
func yesno(name, help string, f func(*Scenario) *bool) Key {
	return Key{Name: name, Help: help, Want: "true or false",
		Get: func(s *Scenario) string { return strconv.FormatBool(*f(s)) },
		Set: func(s *Scenario, v string) bool { *f(s) = v == "true"; return v == "true" || v == "false" }}
}

func address(name, help string, f func(*Scenario) *string) Key {
	k := text(name, help, f)
	k.Want = "an IPv4 address such as 10.0.0.2, or an IPv6 one such as fd00::2"
	k.Set = func(s *Scenario, v string) bool {
		*f(s) = v
		if strings.Contains(v, ":") {
			return ipv6(v)
		}
		return isIPv4(v)
	}
	return k
}

func isIPv4(text string) bool {
	parts := strings.Split(text, ".")
	for _, p := range parts {
		if n, err := strconv.Atoi(p); err != nil || n < 0 || n > 255 || itoa(n) != p {
			return false
		}
	}
	return len(parts) == 4
}

// ipv6 says whether text is an IPv6 address in its shortest form: groups of hex digits, some of them perhaps left out.
func ipv6(text string) bool {
	head, tail, short := strings.Cut(text, "::")
	groups := 0
	for _, half := range [...]string{head, tail} {
		if half == "" {
			continue
		}
		for _, g := range strings.Split(half, ":") {
			if n, err := strconv.ParseUint(g, 16, 16); err != nil || strconv.FormatUint(n, 16) != g {
				return false
			}
			groups++
		}
	}
	return groups == 8 && !short || groups < 8 && short
}

// Keys lists every setting, in the order in which the text forms write them.
func Keys() []Key {
	return []Key{
		text("name", "how the scenario is called", func(s *Scenario) *string { return &s.Name }),
		text("title", "what it shows, for people", func(s *Scenario) *string { return &s.Title }),
		text("client.name", "the client's node name", func(s *Scenario) *string { return &s.Client.Name }),
		address("client.addr", "the client's address", func(s *Scenario) *string { return &s.Client.Addr }),
		number("client.cpus", "virtual CPUs of the client", 1, 16, func(s *Scenario) *int { return &s.Client.CPUs }),
		number("client.threads", "kworkers that serve rpciod, xprtiod and nfsiod", 1, 64, func(s *Scenario) *int { return &s.Client.Threads }),
		text("server.name", "the server's node name", func(s *Scenario) *string { return &s.Server.Name }),
		address("server.addr", "the server's address", func(s *Scenario) *string { return &s.Server.Addr }),
		number("server.cpus", "virtual CPUs of the server", 1, 16, func(s *Scenario) *int { return &s.Server.CPUs }),
		number("server.threads", "nfsd threads", 1, 64, func(s *Scenario) *int { return &s.Server.Threads }),
		usually(1, "server.pools", "pools of nfsd threads, by the CPU that the work arrives on", 1, 16, func(s *Scenario) *int { return &s.Server.Pools }),
		lease("server.lease", "how long the NFSv4 server keeps a client's state without a word of it", func(s *Scenario) *time.Duration { return &s.Server.Lease }),
		lease("server.grace", "how long after a restart the NFSv4 server waits for clients that reclaim what they had", func(s *Scenario) *time.Duration { return &s.Server.Grace }),
		span("link.delay", "how long a segment travels, one way", 0, 10*time.Second, func(s *Scenario) *time.Duration { return &s.Link.Delay }),
		number("link.bandwidth", "bytes a second in each direction; 0 is unlimited", 0, 1<<40, func(s *Scenario) *int { return &s.Link.Bandwidth }),
		usually(0, "link.loss", "percent of the datagrams that never arrive", 0, 100, func(s *Scenario) *int { return &s.Link.Loss }),
		usually(0, "link.duplicate", "percent of the datagrams that arrive twice", 0, 100, func(s *Scenario) *int { return &s.Link.Duplicate }),
		usually(0, "link.reorder", "percent of the datagrams that later ones may overtake", 0, 100, func(s *Scenario) *int { return &s.Link.Reorder }),
		usually(0, "link.segment_loss", "percent of the TCP segments that are lost, and sent again by TCP", 0, 90, func(s *Scenario) *int { return &s.Link.Segments }),
		number("sunrpc.tcp_slot_table_entries", "slots that a TCP transport has from the start", 2, 65536, func(s *Scenario) *int { return &s.Sunrpc.TCPSlots }),
		number("sunrpc.tcp_max_slot_table_entries", "slots that it may grow to", 2, 65536, func(s *Scenario) *int { return &s.Sunrpc.TCPMaxSlots }),
		usually(16, "sunrpc.udp_slot_table_entries", "slots of a UDP transport", 2, 65536, func(s *Scenario) *int { return &s.Sunrpc.UDPSlots }),
		usually(665, "sunrpc.min_resvport", "lowest source port of a transport", 1, 65535, func(s *Scenario) *int { return &s.Sunrpc.MinResvPort }),
		usually(1023, "sunrpc.max_resvport", "highest source port of a transport", 1, 65535, func(s *Scenario) *int { return &s.Sunrpc.MaxResvPort }),
		backchannel(),
		second("client.second", "the address of the client's second network namespace, in which processes on B run, with mounts of their own", func(s *Scenario) *string { return &s.Client.Second }),
		second("server.second", "the server's second address, for mounts with addr=", func(s *Scenario) *string { return &s.Server.Second }),
		files(),
		layouts(),
		usually(1, "callbacks.slots", "calls that the server has outstanding to the client at most", 1, 1024, func(s *Scenario) *int { return &s.Callbacks.Slots }),
		usually(1, "callbacks.prealloc", "requests for them that the client makes in advance", 1, 64, func(s *Scenario) *int { return &s.Callbacks.Prealloc }),
		maxSessionSlots(),
		mountVers(),
		proto(),
		number("mount.port", "the server's NFS port", 1, 65535, func(s *Scenario) *int { return &s.Mount.Port }),
		yesno("mount.rpcbind", "whether the client asks rpcbind for the port, instead of knowing it", func(s *Scenario) *bool { return &s.Mount.Rpcbind }),
		nfsdKey(),
		rpcbindKey(),
		rpcbindDelayKey(),
		statdKey(),
		usually(0, "server.nlm_grace_period", "seconds in which clients may claim their locks once the server's lock manager has started, rounded up to 10; 0: 50", 0, 240, func(s *Scenario) *int { return &s.Server.NLMGrace }),
		noping(),
		nomount(),
		lockKey(),
		yesno("mount.full", "whether mount.nfs makes all the calls of a real one, or only the ping", func(s *Scenario) *bool { return &s.Mount.Full }),
		yesno("mount.hard", "whether calls are retried for ever", func(s *Scenario) *bool { return &s.Mount.Hard }),
		softErr(),
		number("mount.rsize", "bytes of one READ at most", 1024, 131072, func(s *Scenario) *int { return &s.Mount.RSize }),
		span("mount.timeo", "the first timeout", 100*time.Millisecond, 600*time.Second, func(s *Scenario) *time.Duration { return &s.Mount.Timeo }),
		number("mount.retrans", "retries before a major timeout", 0, 30, func(s *Scenario) *int { return &s.Mount.Retry }),
		number("workload.reads", "processes that read at once, one READ each", 0, 1000, func(s *Scenario) *int { return &s.Workload.Reads }),
		number("workload.bytes", "bytes of each READ", 1, 131072, func(s *Scenario) *int { return &s.Workload.Bytes }),
	}
}

// KeyError says what is wrong with a setting.
type KeyError struct{ Key, Value, Want string }

// Error names the key, the value and what was expected.
func (e *KeyError) Error() string {
	if e.Want == "" {
		return "there is no setting " + quote(e.Key) + near(e.Key)
	}
	return e.Key + ": expected " + e.Want + ", not " + quote(e.Value)
}

func near(name string) string {
	last := name[strings.LastIndexByte(name, '.')+1:]
	for _, k := range Keys() {
		if strings.Contains(k.Name, last) || strings.HasSuffix(name, k.Name) {
			return "; did you mean " + k.Name + "?"
		}
	}
	return ""
}

// Set sets one key.
func (s *Scenario) Set(key, value string) error {
	for _, k := range Keys() {
		if k.Name != key {
			continue
		}
		was := *s
		if !k.Set(s, value) {
			*s = was
			return &KeyError{key, value, k.Want}
		}
		return nil
	}
	was := *s
	was.Processes = append([]Process(nil), s.Processes...)
	was.Faults = append([]Fault(nil), s.Faults...)
	was.Expects = append([]Expect(nil), s.Expects...)
	was.FakeServers = append([]FakeServer(nil), s.FakeServers...)
	known, want := s.setProcess(key, value)
	if !known {
		known, want = s.setFault(key, value)
	}
	if !known {
		known, want = s.setExpect(key, value)
	}
	if !known {
		known, want = s.setFakeServer(key, value)
	}
	if known && want == "" {
		return nil
	}
	*s = was
	if known {
		return &KeyError{key, value, want}
	}
	return &KeyError{Key: key, Value: value}
}

// listKey splits the key of something that stands in a list, such as fault.1.do: its number, which may be one more than
// there are, and the field. The number is 0 if the key is not of that list.
func listKey(key, list string, have int) (n int, field string) {
	rest, ok := strings.CutPrefix(key, list)
	num, field, dotted := strings.Cut(rest, ".")
	n, err := strconv.Atoi(num)
	if !ok || !dotted || err != nil || n < 1 || n > have+1 || n > 100 {
		return 0, ""
	}
	return n, field
}

// setAt sets when something in a list happens.
func setAt(at *time.Duration, value string) (want string) {
	var err error
	*at, err = time.ParseDuration(value)
	return wantIf(err != nil || *at < 0, "a time such as 10ms")
}

// Check says whether the settings fit together.
func (s *Scenario) Check() error {
	for _, k := range Keys() {
		if v := k.Get(s); !k.Set(s, v) {
			return &KeyError{k.Name, v, k.Want}
		}
	}
	if s.Sunrpc.TCPMaxSlots < s.Sunrpc.TCPSlots {
		return &KeyError{"sunrpc.tcp_max_slot_table_entries", itoa(s.Sunrpc.TCPMaxSlots), "at least tcp_slot_table_entries"}
	}
	if lo, hi := orElse(s.Sunrpc.MinResvPort, 665), orElse(s.Sunrpc.MaxResvPort, 1023); lo > hi {
		return &KeyError{"sunrpc.min_resvport", itoa(lo), "at most max_resvport, which is " + itoa(hi)}
	}
	if s.Mount.UDP && s.Mount.RSize > 32768 {
		return &KeyError{"mount.rsize", itoa(s.Mount.RSize), "at most 32768 when mount.proto is udp"}
	}
	if strings.Contains(s.Client.Addr, ":") != strings.Contains(s.Server.Addr, ":") {
		return &KeyError{"server.addr", s.Server.Addr, "an address of the same family as client.addr"}
	}
	if s.Workload.Bytes > s.Mount.RSize {
		return &KeyError{"workload.bytes", itoa(s.Workload.Bytes), "at most mount.rsize"}
	}
	for _, check := range []func() error{s.checkLists, s.checkSecond, s.checkMounts, s.checkIdle, s.checkFakeServers, s.checkExpects} {
		if err := check(); err != nil {
			return err
		}
	}
	return nil
}

// checkLists says whether every process and every fault is complete.
func (s *Scenario) checkLists() error {
	for i := range s.Processes {
		p, key := &s.Processes[i], "process."+itoa(i+1)
		if p.Name == "" {
			return &KeyError{key + ".name", "", "some text"}
		}
		if p.Do == "" {
			return &KeyError{key + ".do", "", "a script"}
		}
	}
	for i := range s.Faults {
		if f := &s.Faults[i]; f.Do == "" {
			return &KeyError{"fault." + itoa(i+1) + ".do", "", "a fault"}
		}
	}
	return nil
}

func orElse(n, usual int) int {
	if n == 0 {
		return usual
	}
	return n
}

// ParseKnob reads what follows set, in a fault or a script: one of the settings of the client's sunrpc module, and a value.
func ParseKnob(text string) (key, value string, err error) {
	key, value, _ = strings.Cut(text, " ")
	if !strings.HasPrefix(key, "sunrpc.") {
		return "", "", wrong(quote(key) + ": expected a setting of the module, such as sunrpc.tcp_slot_table_entries")
	}
	return key, value, new(Scenario).Set(key, value)
}

// Encode writes the scenario as lines of "key value".
func (s *Scenario) Encode() string {
	var b strings.Builder
	b.WriteString("sunscope-scenario " + Version + "\n")
	for _, k := range Keys() {
		if v := k.Get(s); v != k.Default {
			b.WriteString(k.Name + " " + v + "\n")
		}
	}
	s.encodeProcesses(&b)
	s.encodeFaults(&b)
	s.encodeExpects(&b)
	s.encodeFakeServers(&b)
	return b.String()
}

// Decode reads what Encode wrote. Errors say the line.
func Decode(in string) (*Scenario, error) {
	lines := strings.Split(strings.TrimRight(in, "\n"), "\n")
	if lines[0] != "sunscope-scenario "+Version {
		return nil, wrong("line 1: expected \"sunscope-scenario " + Version + "\", not " + quote(lines[0]))
	}
	s := new(Scenario)
	for i, line := range lines[1:] {
		key, value, _ := strings.Cut(line, " ")
		if err := s.Set(key, value); err != nil {
			return nil, wrong("line " + itoa(i+2) + ": " + err.Error())
		}
	}
	return s, s.Check()
}

// These would make the engine's module larger, were they inlined in so many places.

//go:noinline
func wrong(text string) error { return errors.New(text) }

//go:noinline
func itoa(n int) string { return strconv.Itoa(n) }

//go:noinline
func quote(text string) string { return strconv.Quote(text) }

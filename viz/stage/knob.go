package stage

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"sunscope/core/scenario"
	"sunscope/core/time"
)

// Knob is a setting of a run that the reader may turn.
type Knob struct {
	Name   string
	Key    string // of the scenario
	En, Zh string
	Value  string // at the present instant
	Was    string // in the scenario as it is
	// Choices are all values that there are; where there are too many, Want says what a value must be, and Try are some.
	Choices []string
	Want    string
	Try     []string
	// FromStart: the kernel reads it when it makes a mount or a transport, so that turning it makes a run from the beginning.
	FromStart bool
}

// knob is one of the table.
type knob struct {
	name, key string
	en, zh    string
	choices   []string
	try       string // values, with commas
	live      bool   // the running world can change it
	fits      func(*scenario.Scenario) bool
}

func overTCP(s *scenario.Scenario) bool { return !s.Mount.UDP }
func overUDP(s *scenario.Scenario) bool { return s.UDP() }
func mounted(s *scenario.Scenario) bool { return !s.Mount.None }
func v3(s *scenario.Scenario) bool {
	return !s.Mount.None && (s.Mount.Vers == "" || s.Mount.Vers == "3")
}
func v41(s *scenario.Scenario) bool { return s.Mount.Vers == "4.1" }

func callsBack(s *scenario.Scenario) bool { return s.Callbacks.Design != "" }

var yesNo = []string{"true", "false"}

var knobs = []knob{
	{name: "slots", key: "sunrpc.tcp_slot_table_entries", fits: overTCP, try: "2,4,8,16",
		en: "slots that a transport has from the start (tcp_slot_table_entries)", zh: "传输起始的槽数（tcp_slot_table_entries）"},
	{name: "max-slots", key: "sunrpc.tcp_max_slot_table_entries", fits: overTCP, try: "2,4,8,16,64,65536",
		en: "slots that it may grow to (tcp_max_slot_table_entries)", zh: "槽数的上限（tcp_max_slot_table_entries）"},
	{name: "udp-slots", key: "sunrpc.udp_slot_table_entries", fits: overUDP, try: "2,4,8,16",
		en: "slots of a UDP transport (udp_slot_table_entries)", zh: "UDP 传输的槽数（udp_slot_table_entries）"},
	{name: "proto", key: "mount.proto", fits: v3, choices: []string{"tcp", "udp"},
		en: "transport (proto)", zh: "传输协议（proto）"},
	{name: "hard", key: "mount.hard", fits: mounted, choices: yesNo,
		en: "hard: calls are retried for ever; else soft", zh: "hard：一直重试；否则为 soft"},
	{name: "timeo", key: "mount.timeo", fits: mounted, try: "100ms,1s,7s,60s",
		en: "the first timeout (timeo)", zh: "首次超时（timeo）"},
	{name: "retrans", key: "mount.retrans", fits: mounted, try: "0,1,2,5",
		en: "retries before a major timeout (retrans)", zh: "主超时前的重试次数（retrans）"},
	{name: "backchannel", key: "backchannel", fits: callsBack, choices: scenario.Backchannels,
		en: "where the client puts a call of the server's: four designs", zh: "客户端存放服务器调用的方式：四种设计"},
	{name: "callback-slots", key: "callbacks.slots", fits: callsBack, try: "1,2,4,16",
		en: "calls that the server has outstanding to the client at most", zh: "服务器同时发出的回调上限"},
	{name: "prealloc", key: "callbacks.prealloc", fits: callsBack, try: "1,2,4",
		en: "requests that the client makes for them in advance", zh: "客户端为回调预留的请求数"},
	{name: "session-slots", key: "nfs.max_session_slots", fits: v41, try: "1,2,4,64",
		en: "slots of an NFSv4.1 session (max_session_slots)", zh: "NFSv4.1 会话的槽数（max_session_slots）"},
	{name: "delay", key: "link.delay", live: true, try: "0s,100us,1ms,10ms,100ms",
		en: "how long a packet travels, one way", zh: "数据包的单程时延"},
	{name: "bandwidth", key: "link.bandwidth", live: true, try: "0,100000,1000000,12500000,125000000",
		en: "bytes a second in each direction; 0 is unlimited", zh: "每个方向每秒字节数；0 表示不限"},
	{name: "loss", key: "link.loss", live: true, fits: overUDP, try: "0,5,20,50",
		en: "percent of the datagrams that are lost", zh: "丢弃的数据报（%）"},
	{name: "duplicate", key: "link.duplicate", live: true, fits: overUDP, try: "0,5,20,50",
		en: "percent of the datagrams that arrive twice", zh: "重复到达的数据报（%）"},
	{name: "reorder", key: "link.reorder", live: true, fits: overUDP, try: "0,5,20,50",
		en: "percent of the datagrams that later ones may overtake", zh: "可能被后来者超过的数据报（%）"},
	{name: "segment-loss", key: "link.segment_loss", live: true, fits: overTCP, try: "0,5,20,50",
		en: "percent of the TCP segments that are lost", zh: "丢弃的 TCP 报文段（%）"},
	{name: "threads", key: "server.threads", live: true, try: "1,2,4,8,16",
		en: "threads of nfsd", zh: "nfsd 线程数"},
	{name: "slow", key: slowKey, live: true, try: "0s,1ms,20ms,200ms",
		en: "how much longer every procedure of nfsd takes", zh: "nfsd 每个过程多用的时间"},
}

// slowKey is a knob that is no setting of the scenario but the fault of that name.
const slowKey = "slow"

// Knobs are the settings that fit the present run, with their values at the present instant; none for a recording.
func (p *Player) Knobs() []Knob {
	now := p.runs.now
	if now == nil {
		return nil
	}
	sc := now.scenario
	own, err := sc.With(now.before(scenario.FromStart))
	if err != nil {
		return nil
	}
	list := make([]Knob, 0, len(knobs))
	for _, k := range knobs {
		if k.fits != nil && !k.fits(own) {
			continue
		}
		key := keyNamed(k.key)
		m := Knob{Name: k.name, Key: k.key, En: k.en, Zh: k.zh, Choices: k.choices, FromStart: !k.live, Want: key.Want}
		if k.try != "" {
			m.Try = strings.Split(k.try, ",")
		}
		m.Was, m.Value = key.Get(sc), key.Get(own)
		for _, c := range now.before(p.instant) {
			if value, ok := strings.CutPrefix(c.Do, k.verb()+" "); ok && c.At >= 0 {
				m.Value = canonical(key, value)
			}
		}
		for i := range m.Try {
			m.Try[i] = canonical(key, m.Try[i])
		}
		list = append(list, m)
	}
	return list
}

// verb is how a command that turns the knob begins.
func (k *knob) verb() string {
	if k.key == slowKey {
		return k.key
	}
	return "set " + k.key
}

// canonical is a value as the scenario writes it: 60s is 1m0s.
func canonical(k scenario.Key, value string) string {
	var s scenario.Scenario
	if k.Set != nil && k.Set(&s, value) {
		return k.Get(&s)
	}
	if d, err := time.ParseDuration(value); err == nil {
		return d.String()
	}
	return value
}

// keyNamed is a setting of the scenario; of slow, what stands for one.
func keyNamed(name string) scenario.Key {
	for _, k := range scenario.Keys() {
		if k.Name == name {
			return k
		}
	}
	return scenario.Key{Want: "a time such as 20ms", Get: func(*scenario.Scenario) string { return "0s" }}
}

// doKnob turns a knob: at an instant, or, where only a new mount takes it, in a run from the beginning.
func doKnob(p *Player, a Args) error {
	now, err := p.mayChange("knob")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(knobs, func(k knob) bool { return k.name == a["name"] || k.key == a["name"] })
	if i < 0 {
		return expected("knob", "name", a["name"], "one of "+knobNames())
	}
	k, value := &knobs[i], a["value"]
	if k.choices != nil && !slices.Contains(k.choices, value) {
		return expected("knob", "value", value, "one of "+strings.Join(k.choices, ", "))
	}
	if a["at"] == "-1" && k.key == slowKey { // a fault, which nothing but an event can precede
		a = Args{"at": "0"}
	}
	if a["at"] == "-1" || !k.live {
		if !k.live && a["at"] != "" && a["at"] != "-1" {
			return errors.New("knob: " + k.name + " is read when a mount is made: it holds from the start, not from " + clip(a["at"]) + " on")
		}
		return p.fromStart(now, k, value)
	}
	at, err := p.instantOf("knob", a)
	if err != nil {
		return err
	}
	do := k.verb() + " " + value
	if _, _, err := scenario.ParseFault(do); err != nil {
		return errors.New("knob: " + k.name + ": " + err.Error())
	}
	list := slices.DeleteFunc(now.before(at), func(c scenario.Command) bool {
		return c.At == at && strings.HasPrefix(c.Do, k.verb()+" ")
	})
	return p.fork("knob", append(list, scenario.Command{At: at, Do: do}), func(*run) int { return min(at, p.instant) })
}

func knobNames() string {
	var names []string
	for _, k := range knobs {
		names = append(names, k.name)
	}
	return strings.Join(names, ", ")
}

// fromStart makes a run that has a setting from its beginning. What was done to the present run later is not in it: it spoke
// of events that come differently now.
func (p *Player) fromStart(now *run, k *knob, value string) error {
	sc := now.scenario
	was := keyNamed(k.key).Get(sc)
	list := slices.DeleteFunc(now.before(scenario.FromStart), func(c scenario.Command) bool {
		return strings.HasPrefix(c.Do, k.verb()+" ")
	})
	if value != was {
		list = append(list, scenario.Command{At: scenario.FromStart, Do: k.verb() + " " + value})
	}
	list = alongWith(sc, list, k.key, value)
	return p.fork("knob", list, p.matching)
}

// alongWith adds what a setting brings with it: whoever raises the first size of a slot table raises the second, and the
// other way round; datagrams hold no more than 32 KiB of a file.
func alongWith(sc *scenario.Scenario, list []scenario.Command, key, value string) []scenario.Command {
	const least, most = "sunrpc.tcp_slot_table_entries", "sunrpc.tcp_max_slot_table_entries"
	with, err := sc.With(list)
	if err == nil || with == nil {
		return list
	}
	set := func(other, to string) {
		list = slices.DeleteFunc(list, func(c scenario.Command) bool { return strings.HasPrefix(c.Do, "set "+other+" ") })
		list = append(list, scenario.Command{At: scenario.FromStart, Do: "set " + other + " " + to})
	}
	switch {
	case key == least && with.Sunrpc.TCPMaxSlots < with.Sunrpc.TCPSlots:
		set(most, value)
	case key == most && with.Sunrpc.TCPMaxSlots < with.Sunrpc.TCPSlots:
		set(least, value)
	case key == "mount.proto" && with.Mount.UDP && with.Mount.RSize > mostUDP:
		set("mount.rsize", strconv.Itoa(mostUDP))
		if with.Workload.Bytes > mostUDP {
			set("workload.bytes", strconv.Itoa(mostUDP))
		}
	}
	return list
}

// mostUDP is the largest READ over datagrams.
const mostUDP = 32768

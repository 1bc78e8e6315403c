package scenario

import (
	"strconv"
	"strings"
)

// Command is something that is done to a run from outside: a fault or a setting. A run is a scenario, a seed and commands.
type Command struct {
	// At is the ordinal of the event after which it takes effect: everything up to there is as in the run without it. -1: it
	// holds from the start, which only "set KEY VALUE" does, with any setting of the scenario.
	At int
	Do string // as in Fault.Do
}

// FromStart is Command.At for what holds from the start.
const FromStart = -1

// The text form of commands has a version, and bounds: it is a part of links.
const (
	CommandsVersion = "1"
	mostCommands    = 64
	mostText        = 1200
)

// With is the scenario with commands; sc stays as it is.
func (s *Scenario) With(commands []Command) (*Scenario, error) {
	out := *s
	out.Processes = append([]Process(nil), s.Processes...)
	out.Faults = append([]Fault(nil), s.Faults...)
	out.Expects = append([]Expect(nil), s.Expects...)
	out.FakeServers = append([]FakeServer(nil), s.FakeServers...)
	for _, c := range commands {
		if c.At >= 0 {
			if _, _, err := ParseFault(c.Do); err != nil {
				return nil, err
			}
			out.Faults = append(out.Faults, Fault{After: c.At + 1, Do: c.Do})
			continue
		}
		words := strings.SplitN(c.Do, " ", 3)
		if c.At != FromStart || len(words) != 3 || words[0] != "set" || words[1] == "name" {
			return nil, wrong(quote(c.Do) + ": from the start a run can only be given a setting, as set KEY VALUE")
		}
		if err := out.Set(words[1], words[2]); err != nil {
			return nil, err
		}
	}
	return &out, out.Check()
}

// CommandsText writes commands on one line without spaces: the version, then for each "~", the ordinal, and the words with
// commas between them. There is no text for no commands. Letters that mean something to that form or to a link are written
// as %XX.
func CommandsText(commands []Command) string {
	if len(commands) == 0 {
		return ""
	}
	var b strings.Builder
	b.WriteString(CommandsVersion)
	for _, c := range commands {
		b.WriteString("~" + itoa(c.At))
		for _, w := range strings.Fields(c.Do) {
			b.WriteByte(',')
			escapeWord(&b, w)
		}
	}
	return b.String()
}

func escapeWord(b *strings.Builder, w string) {
	const hex = "0123456789ABCDEF"
	for i := range len(w) {
		c := w[i]
		if c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || strings.IndexByte("._-:/|", c) >= 0 {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
}

// ParseCommands reads what CommandsText wrote. Errors say which command is wrong.
func ParseCommands(text string) ([]Command, error) {
	if text == "" {
		return nil, nil
	}
	if len(text) > mostText {
		return nil, wrong("commands: " + itoa(len(text)) + " bytes: expected at most " + itoa(mostText))
	}
	parts := strings.Split(text, "~")
	if parts[0] != CommandsVersion {
		return nil, wrong("commands: version " + quote(parts[0]) + ": expected " + CommandsVersion)
	}
	var all []Command
	for i, part := range parts[1:] {
		c, err := parseCommand(part)
		if err == nil && i > 0 && c.At < all[i-1].At {
			err = wrong("it comes before the one that stands before it")
		}
		if err == nil && i >= mostCommands {
			err = wrong("expected at most " + itoa(mostCommands))
		}
		if err != nil {
			return nil, wrong("command " + itoa(i+1) + ": " + err.Error())
		}
		all = append(all, c)
	}
	return all, nil
}

func parseCommand(text string) (c Command, err error) {
	words := strings.Split(text, ",")
	c.At, err = strconv.Atoi(words[0])
	if err != nil || c.At < FromStart || c.At >= 1<<30 {
		return c, wrong(quote(words[0]) + ": expected the ordinal of an event, or -1 for the start")
	}
	for i := range words {
		if words[i], err = unescapeWord(words[i]); err != nil {
			return c, err
		}
	}
	c.Do = strings.Join(words[1:], " ")
	if c.At >= 0 {
		_, _, err = ParseFault(c.Do)
	}
	return c, err
}

func unescapeWord(w string) (string, error) {
	var b strings.Builder
	for i := 0; i < len(w); i++ {
		if w[i] != '%' {
			b.WriteByte(w[i])
			continue
		}
		if i+2 >= len(w) {
			return "", wrong(quote(w) + ": ends in the middle of %XX")
		}
		c, err := strconv.ParseUint(w[i+1:i+3], 16, 8)
		if err != nil || c <= ' ' {
			return "", wrong(quote(w) + ": expected two hexadecimal digits after %, and no control character")
		}
		b.WriteByte(byte(c))
		i += 2
	}
	return b.String(), nil
}

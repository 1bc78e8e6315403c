package stage

import (
	"errors"
	"strings"

	"sunscope/core/fsm"
	"sunscope/core/trace"
)

// Condition is what a reader searches for, runs to or stops at. It is words, all of which must hold; a word that holds a
// space stands in double quotes. Some speak of an event:
//
//	task:9, task:9@4         it is about a task of that number (of that client)
//	item:read[3]             it is about the task that carries out this workload item
//	proc:READ, prog:nfs      it is about a task that calls this procedure, of this program
//	xprt:2, client:4         it is about a task that uses this transport, or of this client
//	took>=100ms              it is about a task that lived so long; ns, us, ms, s
//	xid:0x113a0c5f           it prints this XID, or is the way of a packet with it
//	queue:xprt_backlog       a task falls asleep there, or wakes up
//	state:call_bind          a task enters this state
//	status<0, len3>=4096     it prints a field of this name, and the value is so; a status may be an error's name
//	rpc_task_sleep, *        it is such an event, or any
//	ETIMEDOUT, 0x113a0c5f    short for status=ETIMEDOUT, and for xid:0x113a0c5f
//	call_bind                anything else: a text of the event, its name, or its task's name holds these letters
//
// With ! before it such a word must not be true. Others speak of what is visible then, and by themselves mean the event after which they become true:
//
//	queue:xprt_backlog>=3    so many tasks sleep there
//	state:call_status>2      so many tasks are in this state
//	rpc_retrans>=2, slots>4  a counter has this value; see levelNames
//
// Counters of a transport hold if they hold for any transport of which the number is known.
type Condition struct {
	text   string
	pulses []pulse
	levels []level
}

// String is the text from which the condition was read.
func (c *Condition) String() string { return c.text }

// pulseKind is what a word says of an event.
type pulseKind uint8

const (
	pulseText pulseKind = iota
	pulseAny
	pulseEvent
	pulseTask
	pulseItem
	pulseProc
	pulseProg
	pulseXprt
	pulseClient
	pulseTook
	pulseXID
	pulseQueue
	pulseState
	pulseField
)

// pulse is a word that speaks of an event.
type pulse struct {
	kind  pulseKind
	op    op
	num   int64
	other int64 // of task:9@4 the client, or -1
	text  string
	event trace.Kind
	not   bool // it must not be true
}

// op compares.
type op uint8

const (
	equal op = iota
	unequal
	less
	atMost
	more_
	atLeast
)

// opTexts are the signs, two letters first, as they are looked for.
var opTexts = [...]struct {
	text string
	op   op
}{{">=", atLeast}, {"<=", atMost}, {"!=", unequal}, {"==", equal}, {"<", less}, {">", more_}, {"=", equal}}

func (o op) holds(a, b int64) bool {
	switch o {
	case unequal:
		return a != b
	case less:
		return a < b
	case atMost:
		return a <= b
	case more_:
		return a > b
	case atLeast:
		return a >= b
	}
	return a == b
}

// cutOp cuts a word at its first sign of comparing.
func cutOp(word string) (name, value string, o op, ok bool) {
	i := strings.IndexAny(word, "<>=!")
	if i <= 0 {
		return word, "", equal, false
	}
	for _, t := range opTexts {
		if strings.HasPrefix(word[i:], t.text) {
			return word[:i], word[i+len(t.text):], t.op, true
		}
	}
	return word, "", equal, false
}

// understood ends the errors of ParseCondition.
const understood = "understood are task: item: proc: prog: xprt: client: xid: queue: state:, took, a field or a counter with < <= = != >= >, an event's name, or any text"

// ParseCondition reads a condition. Errors name the word that is wrong and what it may have been meant to be.
func ParseCondition(text string) (*Condition, error) {
	c := &Condition{text: strings.TrimSpace(text)}
	words, err := trace.SplitWords(c.text)
	if err != nil {
		return nil, errors.New(clip(err.Error()))
	}
	if len(words) == 0 {
		return nil, errors.New("an empty condition; " + understood)
	}
	for _, w := range words {
		if err := c.add(w); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func (c *Condition) add(word string) error {
	if word == "" {
		return errors.New(`an empty word ""; ` + understood)
	}
	if word[0] == '!' && len(word) > 1 {
		levels := len(c.levels)
		if err := c.add(word[1:]); err != nil {
			return err
		}
		if c.pulses == nil || len(c.levels) > levels {
			return errors.New(clip(word) + ": ! stands before words about an event; turn the sign round instead")
		}
		c.pulses[len(c.pulses)-1].not = true
		return nil
	}
	if word == "*" {
		c.pulses = append(c.pulses, pulse{kind: pulseAny})
		return nil
	}
	if k, ok := trace.KindNamed(word); ok {
		c.pulses = append(c.pulses, pulse{kind: pulseEvent, event: k})
		return nil
	}
	if key, value, ok := strings.Cut(word, ":"); ok && isWord(key) {
		return c.addKey(key, value)
	}
	if name, value, o, ok := cutOp(word); ok && isWord(name) {
		return c.compare(name, value, o)
	}
	if _, ok := fsm.StatusNamed(word); ok && strings.TrimLeft(word, "-0123456789") != "" {
		return c.compare("status", word, equal)
	}
	if len(word) > 4 && strings.HasPrefix(word, "0x") {
		return c.addXID(word, equal)
	}
	c.pulses = append(c.pulses, pulse{kind: pulseText, text: word})
	return nil
}

// isWord reports whether a text could be the name of a field or key: a letter, then letters, digits and underscores.
func isWord(s string) bool {
	for i := range len(s) {
		c := s[i]
		if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || i > 0 && (c == '_' || c == '-' || c >= '0' && c <= '9')) {
			return false
		}
	}
	return s != ""
}

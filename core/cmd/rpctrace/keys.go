package main

import (
	"fmt"
	"io"
	"strings"

	"sunscope/core/scenario"
)

// A numbered key is one field of a list: process.2.do belongs to the second process. Setting the next number makes one
// more.
type numberedKey struct{ name, help, example string }

var numberedKeys = []numberedKey{
	{"process.N.name", "what the process is called: some text", "dd"},
	{"process.N.count", "how many of it there are: a whole number from 1 to 1000", "5"},
	{"process.N.times", "how often each does it all: a whole number from 1 to 1000", "2"},
	{"process.N.on", "which of the client's network namespaces it runs in: A, or B if there is a client.second", "A"},
	{"process.N.at", "when it begins: a time such as 10ms", "10ms"},
	{"process.N.within", "after what time it is killed, if it has not ended by then: a time such as 30s", "30s"},
	{"process.N.do", "what it does, separated by semicolons", "getattr f$; sleep 1s"},
	{"fault.N.at", "when it strikes: a time such as 1s", "1s"},
	{"fault.N.when", "or the event at which it does, as field=value words, with nth=N for the N-th", "rpc_task_sleep queue=xprt_backlog nth=2"},
	{"fault.N.after", "or how many events have happened by then: up to there the run is, to the byte, as without the fault", "120"},
	{"fault.N.do", "what happens", "drop"},
	{"fakeserver.N.port", "where a server listens that answers wrongly: a whole number from 1 to 65535", "20001"},
	{"fakeserver.N.mode", "how: one of " + strings.Join(scenario.AnswerModes[1:], ", "), "garbage_args"},
	{"fakeserver.N.at", "from when on: a time such as 1s", "1s"},
	{"expect.N.event", "an event that must happen, as field=value words", "rpc_task_end status=0"},
	{"expect.N.edge", "or two states, joined by ->, that a task must run one after the other", "call_status -> call_decode"},
	{"expect.N.process", "or a process that must end", "dd"},
	{"expect.N.status", "with this error: its name, or a number", "EIO"},
	{"expect.N.count", "how often: a number, or bounds such as 2.. or ..5", "2"},
}

// listKeys prints what -set takes: single settings first, then those of the lists and the words that they are made of.
func listKeys(out io.Writer) int {
	for _, k := range scenario.Keys() {
		fmt.Fprintf(out, "%-36s %s: %s\n", k.Name, k.Help, k.Want)
	}
	fmt.Fprintln(out, "\nLists, numbered from 1:")
	for _, k := range numberedKeys {
		fmt.Fprintf(out, "%-36s %s\n", k.name, k.help)
	}
	fmt.Fprintf(out, "\nA process does (process.N.do):\n%s\n", wrapped(scenario.AllVerbs))
	fmt.Fprintf(out, "\nA fault is (fault.N.do) one of:\n%s\n", wrapped(scenario.FaultVerbs))
	return 0
}

// wrapped breaks a text into indented lines.
func wrapped(text string) string {
	const width = 110
	var b strings.Builder
	line := " "
	for _, word := range strings.Fields(text) {
		if len(line)+1+len(word) > width {
			b.WriteString(line + "\n")
			line = " "
		}
		line += " " + word
	}
	b.WriteString(line)
	return b.String()
}

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"sunscope/core/scenario"
	"sunscope/core/scenario/yaml"
	"sunscope/core/trace"
	"sunscope/core/world"
)

const runUsage = `usage: rpctrace run [-seed N] [-format FORMAT] [-o FILE] [-at HOST] [-set key=value]... [-commands TEXT] SCENARIO
       rpctrace run -list
       rpctrace run -keys

Simulates a scenario and prints its events: as a kernel's trace file shows them (ftrace), as JSON lines (json), or in
Sunscope's binary form (binary, which rpctrace convert reads); or what went over its network: as a packet capture for
Wireshark (pcapng), or as a table of the RPC messages in that capture (messages); or nothing (none, for the expectations
alone). SCENARIO is the name of one that comes with the program (-list shows them), or a file ending in .yaml. The same
scenario, seed and settings print the same bytes on every machine. Events that no kernel prints begin with "sunscope_".

Exit status: 1 if the run ended early, or did not meet an expectation of the scenario (file and line, what was expected and
what happened go to standard error); 2 if the scenario or a setting is not understood.

`

// runCommand is "rpctrace run".
func runCommand(args []string, out, errs io.Writer) int {
	var set settings
	f := flag.NewFlagSet("run", flag.ContinueOnError)
	f.SetOutput(errs)
	f.Usage = func() { fmt.Fprint(errs, runUsage); f.PrintDefaults() }
	seed := f.Uint64("seed", 42, "`number` that decides everything the scenario leaves open")
	var to output
	to.flags(f)
	list := f.Bool("list", false, "list the scenarios")
	keys := f.Bool("keys", false, "list what -set can change, with units and bounds")
	expect := f.Bool("expect", true, "hold the run against what the scenario expects; -expect=false does not")
	f.Var(&set, "set", "change a setting of the scenario: `key=value`; may be given often")
	commands := f.String("commands", "", "what is done to the run, in the `text` that a link of the stage carries: 1~120,packet,6,drop~300,reset")
	names, err := parseMixed(f, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case *list:
		return listScenarios(out)
	case *keys:
		return listKeys(out)
	case len(names) != 1:
		return usageError(errs, "run: expected one scenario, not %d; rpctrace run -list shows those there are", len(names))
	}
	if err := to.check(); err != nil {
		return usageError(errs, "run: %v", err)
	}
	sc, err := yaml.Load(names[0])
	if err == nil {
		err = set.apply(sc)
	}
	if err == nil && *commands != "" {
		sc, err = commanded(sc, *commands)
	}
	if err != nil {
		return usageError(errs, "run: %v", err)
	}
	log, err := world.Run(sc, *seed)
	if log != nil {
		if werr := to.write(out, log, fmt.Sprintf("%s, seed %d", names[0], *seed)); werr != nil {
			return usageError(errs, "run: %v", werr)
		}
	}
	if err != nil {
		fmt.Fprintf(errs, "rpctrace: the run ended after %d events: %v\n", log.Len(), err)
		return 1
	}
	if *expect {
		return unmet(errs, sc, log)
	}
	return 0
}

// commanded is the scenario with commands. It need not do what it is expected to do any more.
func commanded(sc *scenario.Scenario, text string) (*scenario.Scenario, error) {
	list, err := scenario.ParseCommands(text)
	if err != nil {
		return nil, err
	}
	sc, err = sc.With(list)
	if err == nil {
		sc.Expects = nil
	}
	return sc, err
}

// unmet prints which of the scenario's expectations the run did not meet.
func unmet(errs io.Writer, sc *scenario.Scenario, log *trace.Log) int {
	status := 0
	for _, u := range world.Expectations(sc, log) {
		fmt.Fprintf(errs, "rpctrace: %v\n", u)
		status = 1
	}
	return status
}

// parseMixed lets flags stand before and after the other arguments.
func parseMixed(f *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, f.Arg(0)), f.Args()[1:]
	}
}

func usageError(errs io.Writer, format string, args ...any) int {
	fmt.Fprintf(errs, "rpctrace: "+format+"\n", args...)
	return 2
}

// settings collects -set.
type settings []string

// String implements flag.Value.
func (s *settings) String() string { return strings.Join(*s, " ") }

// Set implements flag.Value.
func (s *settings) Set(v string) error {
	if !strings.Contains(v, "=") {
		return errors.New("expected key=value")
	}
	*s = append(*s, v)
	return nil
}

func (s settings) apply(sc *scenario.Scenario) error {
	for _, kv := range s {
		key, value, _ := strings.Cut(kv, "=")
		if err := sc.Set(key, value); err != nil {
			return fmt.Errorf("-set %s: %w", kv, err)
		}
	}
	return sc.Check()
}

func listScenarios(out io.Writer) int {
	for _, name := range yaml.Builtins() {
		sc, err := yaml.Builtin(name)
		if err != nil {
			fmt.Fprintln(out, err)
			return 1
		}
		fmt.Fprintf(out, "%-20s %s\n", name, sc.Title)
	}
	return 0
}

package record

import (
	"bufio"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
)

// countersReader reads the sections "== NAMESPACE /proc/net/rpc/nfs" of a file that holds many.
type countersReader struct {
	name     string
	line     int
	sum      Counters
	inside   bool
	sections int
	shown    [maxVersion + 1]int // the line on which the version was seen first
	rpcs     int                 // lines "rpc" in the sections
}

// ReadCounters reads a file of sections, each headed "== NAMESPACE FILE" and followed by that file's text, and sums the
// sections of /proc/net/rpc/nfs: the line "rpc" is each namespace's own, the lines procN show the same numbers in all of
// them. Every error says where in the file it is.
func ReadCounters(name string, r io.Reader) (*Counters, error) {
	c := &countersReader{name: name}
	s := bufio.NewScanner(r)
	for s.Scan() {
		c.line++
		if err := c.take(s.Text()); err != nil {
			return nil, errors.New(name + ":" + strconv.Itoa(c.line) + ": " + err.Error())
		}
	}
	switch {
	case s.Err() != nil:
		return nil, errors.New(name + ": " + s.Err().Error())
	case c.sections == 0:
		return nil, errors.New(name + `: there is no section "== NAMESPACE /proc/net/rpc/nfs" in it`)
	}
	if err := c.closeSection(); err != nil {
		return nil, errors.New(name + ": " + err.Error())
	}
	return &c.sum, nil
}

// closeSection looks whether the section that ends here was a whole one.
func (c *countersReader) closeSection() error {
	if c.inside && c.rpcs != c.sections {
		return errors.New("section " + strconv.Itoa(c.sections) + ` of /proc/net/rpc/nfs has not exactly one line "rpc"`)
	}
	return nil
}

func (c *countersReader) take(text string) error {
	if head, is := strings.CutPrefix(text, "== "); is {
		if err := c.closeSection(); err != nil {
			return err
		}
		c.inside = strings.HasSuffix(head, "/proc/net/rpc/nfs")
		if c.inside {
			c.sections++
		}
		return nil
	}
	words := strings.Fields(text)
	if !c.inside || len(words) == 0 {
		return nil
	}
	numbers, err := numbersIn(words[1:])
	if err != nil {
		return err
	}
	version, isProc := strings.CutPrefix(words[0], "proc")
	switch {
	case words[0] == "net":
		return wantZeros(numbers)
	case words[0] == "rpc":
		return c.rpc(numbers)
	case isProc:
		return c.proc(version, numbers)
	}
	return errors.New("expected net, rpc or procN, found " + strconv.Quote(words[0]))
}

func numbersIn(words []string) ([]int64, error) {
	var numbers []int64
	for _, w := range words {
		n, err := strconv.ParseUint(w, 10, 32)
		if err != nil {
			return nil, errors.New("expected a count below 2^32, found " + strconv.Quote(w))
		}
		numbers = append(numbers, int64(n))
	}
	return numbers, nil
}

// wantZeros: the client never counts in the line "net".
func wantZeros(numbers []int64) error {
	for _, n := range numbers {
		if n != 0 {
			return errors.New(`the line "net" of a client is all zeros, found ` + strconv.FormatInt(n, 10))
		}
	}
	return nil
}

func (c *countersReader) rpc(n []int64) error {
	if len(n) != 3 {
		return errors.New(`expected three numbers after "rpc" (calls, retransmissions, refreshes), found ` + strconv.Itoa(len(n)))
	}
	c.rpcs++
	c.sum.Calls += n[0]
	c.sum.Retrans += n[1]
	c.sum.Refreshes += n[2]
	return nil
}

func (c *countersReader) proc(version string, n []int64) error {
	v, err := strconv.Atoi(version)
	switch {
	case err != nil || v < 2 || v > maxVersion:
		return errors.New(`expected proc2, proc3 or proc4, found "proc` + version + `"`)
	case len(n) == 0 || n[0] != int64(len(n)-1):
		return errors.New("proc" + version + " must say how many counts follow, and have as many")
	}
	n = n[1:]
	switch first := c.shown[v]; {
	case first == 0:
		c.shown[v], c.sum.Procs[v] = c.line, n
	case !slices.Equal(c.sum.Procs[v], n):
		c.sum.Torn = append(c.sum.Torn, c.name+":"+strconv.Itoa(c.line)+": other counts than on line "+strconv.Itoa(first)+
			", though all namespaces share them: "+firstOther(v, c.sum.Procs[v], n))
	}
	return nil
}

// firstOther names the first count that differs.
func firstOther(version int, was, is []int64) string {
	for i := range min(len(was), len(is)) {
		if was[i] != is[i] {
			return procName(version, i) + " was " + strconv.FormatInt(was[i], 10) + " and is " + strconv.FormatInt(is[i], 10)
		}
	}
	return strconv.Itoa(len(was)) + " counts, and then " + strconv.Itoa(len(is))
}

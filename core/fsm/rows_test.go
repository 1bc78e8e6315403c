package fsm

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// row is a transition that the facts list.
type row struct {
	from, to, when, effect string
	edges                  []*Edge
	why                    string // there are none
}

// rows reads tests/fsm-rows.txt.
func rows(t *testing.T) (all []row) {
	b, err := os.ReadFile("../../tests/fsm-rows.txt")
	require.NoError(t, err)
	for _, line := range strings.Split(strings.TrimSpace(string(b)), "\n") {
		if line[0] == '#' {
			continue
		}
		f := strings.Split(line, " | ")
		require.Len(t, f, 4, line)
		from, to, ok := strings.Cut(f[0], " -> ")
		require.True(t, ok, line)
		r := row{from: from, to: to, when: f[1], effect: f[2]}
		if f[3][0] == '-' {
			r.why = f[3][1:]
		} else {
			for _, id := range strings.Fields(f[3]) {
				r.edges = append(r.edges, named(t, id)...)
			}
		}
		all = append(all, r)
	}
	return all
}

// named are the edges of that id, or with *.x those whose ids end with .x.
func named(t *testing.T, id string) (found []*Edge) {
	for i := range Edges {
		e := &Edges[i]
		if end, ok := strings.CutPrefix(id, "*"); e.ID == id || ok && strings.HasSuffix(e.ID, end) {
			found = append(found, e)
		}
	}
	require.NotEmpty(t, found, "the map has no edge %s", id)
	return found
}

func TestEveryTransitionOfTheFactsIsOnTheMap(t *testing.T) {
	all := rows(t)
	require.Len(t, all, 146)
	for _, r := range all {
		require.Empty(t, r.wrong(), "%s → %s: %s", r.from, r.to, r.when)
	}
}

func TestARowThatTheMapDoesNotFollowIsFound(t *testing.T) {
	for _, c := range []struct{ from, to, when, effect, edges, want string }{
		{"call_status", "call_decode", "-ETIMEDOUT", "-", "call_status.again", "call_status.again leads to call_encode"},
		{"call_bind", "call_encode", "-ETIMEDOUT", "-", "call_status.again", "call_status.again leaves call_status"},
		{"call_status", "call_encode", "-EIO", "-", "call_status.again", "no edge is for EIO"},
		{"call_status", "call_encode", "-EPIPE", "delay 3s", "call_status.again", "a delay"},
		{"call_status", "call_encode", "-EADDRINUSE", "-", "call_status.addrinuse", "no delay"},
		{"call_bind_status", "rpc_exit_task", "-EPFNOSUPPORT", "rpcerror -EACCES", "call_bind_status.noversion", "call_bind_status.noversion fails with EIO"},
		{"call_status", "call_encode", "always", "-", "", "no edge and no reason"},
	} {
		r := row{from: c.from, to: c.to, when: c.when, effect: c.effect}
		if c.edges != "" {
			r.edges = named(t, c.edges)
		}
		require.Equal(t, c.want, r.wrong())
	}
}

var errno = regexp.MustCompile(`-(E[A-Z]+)`)

// wrong says how the edges differ from the row.
func (r *row) wrong() string {
	switch {
	case len(r.edges) == 0 && r.why == "":
		return "no edge and no reason"
	case len(r.edges) == 0, r.from[0] == '(':
		return ""
	}
	delays := false
	for _, e := range r.edges {
		if w := r.ends(e); w != "" {
			return w
		}
		delays = delays || len(e.Sleep.On) > 0 && e.Sleep.On[0] == Delay && !e.Sleep.May
	}
	switch want := strings.Contains(r.effect, "delay"); {
	case want && !delays:
		return "a delay"
	case delays && !want:
		return "no delay"
	}
	if !strings.HasSuffix(r.from, "status") && !strings.HasSuffix(r.from, "result") {
		return ""
	}
	for _, m := range errno.FindAllStringSubmatch(r.when, -1) {
		status, known := StatusNamed("-" + m[1])
		if !known || !slices.ContainsFunc(r.edges, func(e *Edge) bool { return e.Entry.Holds(status) }) {
			return "no edge is for " + m[1]
		}
	}
	return ""
}

// ends says whether an edge leads from and to where the row leads, and fails as it does.
func (r *row) ends(e *Edge) string {
	switch ended := e.To == RPCExitTask && r.to != "rpc_exit_task"; { // what rpc_check_timeout makes of it
	case e.From.String() != r.from:
		return e.ID + " leaves " + e.From.String()
	case !ended && e.To.String() != r.to:
		return e.ID + " leads to " + e.To.String()
	case e.To != RPCExitTask || e.Fatal.Entry || !strings.HasPrefix(r.effect, "rpcerror"):
		return ""
	}
	for _, m := range errno.FindAllStringSubmatch(r.effect, -1) {
		if status, _ := StatusNamed("-" + m[1]); !e.Fatal.Status.Holds(status) {
			return e.ID + " fails with " + e.Fatal.Status.String()
		}
	}
	return ""
}

func TestEveryEdgeOfTheMapIsATransitionOfTheFacts(t *testing.T) {
	used := map[string]bool{}
	for _, r := range rows(t) {
		for _, e := range r.edges {
			used[e.ID] = true
		}
	}
	var beyond []string
	for i := range Edges {
		if !used[Edges[i].ID] {
			beyond = append(beyond, Edges[i].ID)
		}
	}
	// Recordings of NFSv4 show the first: a hook that finds nothing to do takes the next step away. The second is what the
	// facts' text says of a lost connection: after the delay as for the errors without one.
	require.Equal(t, []string{"rpc_prepare_task.none", "call_connect_status.lost.move"}, beyond)
}

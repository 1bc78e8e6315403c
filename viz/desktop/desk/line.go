package desk

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"sunscope/viz/stage"
)

// line is the command line of a command: `seek event="rpc_task_sleep queue=xprt_backlog"`.
func line(id string, args stage.Args) string {
	var b strings.Builder
	b.WriteString(id)
	for _, name := range slices.Sorted(maps.Keys(args)) {
		b.WriteString(" " + name + "=")
		if v := args[name]; v == "" || strings.ContainsAny(v, " \t\n\"") {
			b.WriteString(strconv.Quote(v))
		} else {
			b.WriteString(v)
		}
	}
	return b.String()
}

// parse takes a command line apart.
func parse(text string) (id string, args stage.Args) {
	id, rest, _ := strings.Cut(strings.TrimSpace(text), " ")
	args = stage.Args{}
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		end := strings.IndexAny(rest, "= ")
		if end < 0 || rest[end] == ' ' {
			word, after, _ := strings.Cut(rest, " ")
			args[word], rest = "", after
			continue
		}
		name := rest[:end]
		rest = rest[end+1:]
		if quoted, err := strconv.QuotedPrefix(rest); err == nil && quoted[0] == '"' {
			args[name], _ = strconv.Unquote(quoted)
			rest = rest[len(quoted):]
			continue
		}
		args[name], rest, _ = strings.Cut(rest, " ")
	}
	return id, args
}

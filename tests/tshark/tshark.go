package tshark

import (
	"bufio"
	"bytes"
	"fmt"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// options make tshark look at every checksum, and at programs that it has not heard of, and take RPC for RPC also when it
// comes from a port below 1024 that something else is known by.
var options = []string{
	"-n", "-2", "-o", "tcp.try_heuristic_first:TRUE", "-o", "udp.try_heuristic_first:TRUE",
	"-o", "rpc.dissect_unknown_programs:TRUE",
	"-o", "ip.check_checksum:TRUE", "-o", "tcp.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE",
}

// tshark reads a capture and prints what args ask for.
func tshark(file string, args ...string) ([]byte, error) {
	cmd := exec.Command("tshark", append(append([]string{"-r", file}, options...), args...)...)
	var errs bytes.Buffer
	cmd.Stderr = &errs
	out, err := cmd.Output()
	if err != nil {
		return out, fmt.Errorf("tshark: %w: %s", err, errs.String())
	}
	return out, nil
}

// fields are the values of fields of the packets that a filter selects, one line for each.
func fields(file, filter string, names ...string) ([][]string, error) {
	args := []string{"-Y", filter, "-T", "fields", "-E", "separator=|", "-E", "aggregator=;"}
	for _, name := range names {
		args = append(args, "-e", name)
	}
	out, err := tshark(file, args...)
	if err != nil {
		return nil, err
	}
	var lines [][]string
	for _, line := range strings.Split(strings.TrimRight(string(out), "\n"), "\n") {
		if line != "" {
			lines = append(lines, strings.Split(line, "|"))
		}
	}
	return lines, nil
}

// row is an RPC message: what tshark and we must agree on. Numbers are as printed, "" where there is none.
type row struct {
	frame, stream, xid, msgtyp, program, version, procedure, peer, state, accept, reject, auth, status string
	// bad is why we cannot read the header; of tshark's, that it is malformed.
	bad string
}

var attribute = regexp.MustCompile(`^ *<(proto|field) name="([^"]*)".*? show="([^"]*)"`)

// segment is a segment of TCP as tshark sees it.
type segment struct {
	frame, stream, port string // the sender's port
	syn, ack            bool
	size                string
	completeness        int // of the connection: which kinds of segments there are
}

func segmentsOf(file string) (all []segment, err error) {
	list, err := fields(file, "tcp", "frame.number", "tcp.stream", "tcp.srcport", "tcp.flags.syn", "tcp.flags.ack", "tcp.len", "tcp.completeness")
	for _, f := range list {
		complete, err := strconv.Atoi(f[6])
		if err != nil {
			return nil, err
		}
		all = append(all, segment{f[0], f[1], f[2], f[3] == "1", f[4] == "1", f[5], complete})
	}
	return all, err
}

// theirs is tshark's table of the same. One frame may hold several messages, so it is read from PDML.
func theirs(file string) (rows []row, segments []segment, err error) {
	streams := map[string]string{}
	if segments, err = segmentsOf(file); err != nil {
		return nil, nil, err
	}
	for _, s := range segments {
		streams[s.frame] = s.stream
	}
	out, err := tshark(file, "-Y", "rpc", "-T", "pdml", "-J", "rpc nfs nfs.cb mount nlm nfsacl")
	if err != nil {
		return nil, nil, err
	}
	frame := ""
	s := bufio.NewScanner(bytes.NewReader(out))
	s.Buffer(nil, 1<<26)
	for s.Scan() {
		line := s.Text()
		if strings.HasPrefix(line, `  <proto name="rpc" `) {
			rows = append(rows, row{frame: frame, stream: streams[frame]})
			continue
		}
		if strings.HasPrefix(line, `    <field name="num"`) {
			frame = attribute.FindStringSubmatch(line)[3]
			continue
		}
		if len(rows) > 0 {
			rows[len(rows)-1].take(line)
		}
	}
	if s.Err() != nil {
		return nil, nil, s.Err()
	}
	return slices.DeleteFunc(rows, func(r row) bool {
		return r.xid == "" || r.early() // a fragment of a record has no XID
	}), segments, nil
}

// early says that the message is a reply to a call that comes later: tshark's second pass knows the call that has the XID on
// a connection, but not that the reply was late on an earlier connection between the same ports.
func (r *row) early() bool {
	peer, _ := strconv.Atoi(r.peer)
	frame, _ := strconv.Atoi(r.frame)
	return r.msgtyp == "1" && peer > frame
}

// take reads one field of a message. The first of its name counts: later ones belong to a call within the call.
func (r *row) take(line string) {
	if strings.HasPrefix(line, `  <proto name="_ws.malformed"`) {
		r.bad = "malformed"
	}
	at := strings.Index(line, `<field name="`)
	if at < 0 {
		return
	}
	name, _, _ := strings.Cut(line[at+len(`<field name="`):], `"`)
	to := map[string]*string{
		"rpc.xid": &r.xid, "rpc.msgtyp": &r.msgtyp, "rpc.program": &r.program, "rpc.programversion": &r.version,
		"rpc.procedure": &r.procedure, "rpc.repframe": &r.peer, "rpc.reqframe": &r.peer, "rpc.replystat": &r.state,
		"rpc.state_accept": &r.accept, "rpc.state_reject": &r.reject, "rpc.state_auth": &r.auth, "nfs.status": &r.status,
		"nfs.status3": &r.status, "nfs.nfsstat4": &r.status, "mount.status": &r.status, "nlm.stat": &r.status,
		"nlm.test_stat.stat": &r.status,
	}[name]
	if to == nil || *to != "" {
		return
	}
	if m := attribute.FindStringSubmatch(line); m != nil {
		*to = m[3]
	}
}

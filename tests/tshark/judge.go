package tshark

import (
	"fmt"
	"slices"
	"strings"

	"sunscope/core/record/pcapng"
)

// Judge has tshark read a capture, and returns what is wrong with it: malformed packets, wrong checksums, connections
// without a handshake, and where tshark's messages are not those that we find in it.
func Judge(file string, messages []pcapng.Message) []string { return judge(file, rowsOf(messages)) }

// rowsOf is our table.
func rowsOf(messages []pcapng.Message) (rows []row) {
	given := func(n int) string {
		if n == pcapng.None {
			return ""
		}
		return fmt.Sprint(n)
	}
	for _, m := range messages {
		r := row{frame: given(m.Frame), stream: given(m.Stream), xid: fmt.Sprintf("0x%08x", m.XID), msgtyp: "0", bad: m.Bad,
			state: given(m.Stat), accept: given(m.Accept), reject: given(m.Reject), auth: given(m.Auth), status: given(int(m.Status))}
		if m.Reply {
			r.msgtyp = "1"
		}
		if m.Peer != 0 {
			r.peer = given(m.Peer)
		}
		if !m.Reply || m.Peer != 0 {
			r.program, r.version, r.procedure = fmt.Sprint(m.Prog), fmt.Sprint(m.Vers), fmt.Sprint(m.Proc)
		}
		rows = append(rows, r)
	}
	return rows
}

// judge holds a capture against what must be true of it, and our table against tshark's; it returns what is not as it must be.
func judge(file string, table []row) (all []string) {
	found, segments, err := theirs(file)
	if err != nil {
		return []string{err.Error()}
	}
	return append(flaws(file, table, segments), differences(table, found)...)
}

// flaws are malformed packets, wrong checksums, and connections without a beginning.
func flaws(file string, table []row, segments []segment) (all []string) {
	bad, err := fields(file, "_ws.malformed || _ws.short || _ws.expert.severity==error || tcp.checksum.status==0 || udp.checksum.status==0 || ip.checksum.status==0",
		"frame.number", "_ws.col.Info", "_ws.expert.message")
	if err != nil {
		return []string{err.Error()}
	}
	for _, b := range bad {
		if slices.ContainsFunc(table, func(r row) bool { return r.bad != "" && r.frame == b[0] }) {
			continue // so say we
		}
		all = append(all, "malformed: "+strings.Join(b, " | "))
	}
	return append(all, handshakes(segments)...)
}

// handshakes are the connections on which whoever began them sends data before they are established. What comes from the
// other end may be late, of an earlier connection between the same ports.
func handshakes(segments []segment) (all []string) {
	const begun, data = 1 | 2 | 4, 8 // SYN, SYN-ACK, ACK
	client := map[string]string{}
	for _, s := range segments {
		if s.syn && !s.ack {
			client[s.stream] = s.port
		}
		if s.size != "0" && s.port == client[s.stream] && s.completeness&(begun|data) != begun|data {
			all = append(all, "the handshake of connection "+s.stream+" is not complete")
		}
	}
	for _, s := range segments {
		if client[s.stream] == "" {
			return append(all, "connection "+s.stream+" has no beginning")
		}
	}
	return all
}

// comparable leaves out what tshark does not show: a reply whose call it has not seen; of a message that it cannot read,
// anything but that; and that such a reply answers a call.
func comparable(rows []row, malformed map[string]bool) (kept []row) {
	for _, r := range rows {
		switch {
		case malformed[r.frame]:
			r = row{frame: r.frame, stream: r.stream, xid: r.xid}
		case r.msgtyp == "1" && r.peer == "":
			continue
		case malformed[r.peer]:
			r.peer = ""
		}
		r.bad = ""
		kept = append(kept, r)
	}
	return kept
}

// differences compares two tables.
func differences(ours, theirs []row) (all []string) {
	malformed := map[string]bool{}
	for _, r := range theirs {
		malformed[r.frame] = malformed[r.frame] || r.bad != ""
	}
	ours, theirs = comparable(ours, malformed), comparable(theirs, malformed)
	for i := range max(len(ours), len(theirs)) {
		switch {
		case i >= len(ours):
			return append(all, fmt.Sprintf("message %d: only tshark has %+v", i, theirs[i]))
		case i >= len(theirs):
			return append(all, fmt.Sprintf("message %d: tshark does not have %+v", i, ours[i]))
		case ours[i] != theirs[i]:
			all = append(all, fmt.Sprintf("message %d:\nours   %+v\ntshark %+v", i, ours[i], theirs[i]))
		}
	}
	return all
}

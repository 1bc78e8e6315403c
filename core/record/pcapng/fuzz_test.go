package pcapng

import (
	"bytes"
	"testing"

	"sunscope/core/trace"
)

// simulated is a log with one call over UDP and one over TCP, in the binary form.
func simulated(f *testing.F) []byte {
	l := &trace.Log{}
	put := func(kind trace.Kind, fields ...int64) {
		e := trace.Event{Kind: kind}
		copy(e.F[:], fields)
		l.Append(&e)
	}
	str := func(s string) int64 { return int64(l.Str(s)) }
	put(trace.Host, str("nfs-client"), str("10.0.0.2"), 0, 1, str("client"))
	for i, kind := range []string{"SYN", "SYN-ACK", "ACK", "DATA", "DATA", "FIN", "RST", "DGRAM"} {
		src, dst := str(client.String()), str(server.String())
		if i%2 == 1 {
			src, dst = dst, src
		}
		payload := str("")
		if kind == "DATA" || kind == "DGRAM" {
			payload = int64(l.Blob(ask(7, progNFS, 1)))
		}
		put(trace.WireSend, int64(i), src, dst, str(kind), 0, 0, payload)
		put(trace.WireRecv, int64(i), src, dst, str(kind), 0)
	}
	put(trace.Fault, str("LOST"), str("packet=1"))
	var b bytes.Buffer
	if _, err := l.WriteTo(&b); err != nil {
		f.Fatal(err)
	}
	return b.Bytes()
}

func FuzzAnyLogIsWrittenOrRefused(f *testing.F) {
	good := simulated(f)
	f.Add(good)
	for _, word := range []string{"10.0.0.2:700", "SYN-ACK", "DGRAM", "10.0.0.2"} {
		f.Add(bytes.Replace(good, []byte(word), bytes.Repeat([]byte("x"), len(word)), 1))
	}
	f.Add(bytes.Replace(good, []byte("10.0.0.2:700"), []byte("[fd00::1]:70"), 1))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := trace.ReadLog(bytes.NewReader(b))
		if err != nil {
			return
		}
		file, err := Write(l, AtAll, "")
		if err != nil {
			return
		}
		kinds, _ := blocks(t, file.Take())
		packets := 0
		for _, k := range kinds {
			if k == blockPacket {
				packets++
			}
		}
		if packets != file.Packets() {
			t.Fatalf("%d packets in the file, which says %d", packets, file.Packets())
		}
	})
}

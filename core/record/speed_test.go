package record

import (
	"bytes"
	"io"
	"testing"

	"github.com/stretchr/testify/require"
)

// The benchmarks count bytes of unpacked text, so that MB/s of one recording compare with those of another.

func BenchmarkReadText(b *testing.B)   { benchmarkRead(b, unpacked(b, "06-slot-contention"), false) }
func BenchmarkReadPacked(b *testing.B) { benchmarkRead(b, packed(b, "06-slot-contention"), false) }
func BenchmarkReadAndCheckText(b *testing.B) {
	benchmarkRead(b, unpacked(b, "06-slot-contention"), true)
}
func BenchmarkReadAndCheckPacked(b *testing.B) {
	benchmarkRead(b, packed(b, "06-slot-contention"), true)
}

func benchmarkRead(b *testing.B, data []byte, check bool) {
	b.SetBytes(int64(len(unpacked(b, "06-slot-contention"))))
	b.ReportAllocs()
	for b.Loop() {
		rec, err := Read("06", io.LimitReader(bytes.NewReader(data), int64(len(data))))
		require.NoError(b, err)
		if check && len(rec.Check().Refused) > 0 {
			b.Fatal("refused")
		}
	}
}

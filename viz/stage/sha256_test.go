package stage

import (
	"crypto/sha256"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestAFilesHashIsItsSHA256(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		data := rapid.SliceOfN(rapid.Byte(), 0, 300).Draw(rt, "data")
		s := newSHA256()
		for rest := data; len(rest) > 0; {
			n := rapid.IntRange(1, len(rest)).Draw(rt, "written at once")
			s.Write(rest[:n])
			rest = rest[n:]
		}
		require.Equal(rt, sha256.Sum256(data), s.Sum())
	})
	for n := range 200 { // every place at which the last block may end
		require.Equal(t, sha256.Sum256(make([]byte, n)), func() [32]byte { s := newSHA256(); s.Write(make([]byte, n)); return s.Sum() }(), n)
	}
}

func BenchmarkHashOfAFile(b *testing.B) {
	data := make([]byte, 1<<20)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		hashOf(data)
	}
}

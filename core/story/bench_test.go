package story

import "testing"

func BenchmarkFoldWholeRecording(b *testing.B) {
	log := recording(b, "06-slot-contention")
	b.ReportAllocs()
	b.ReportMetric(float64(log.Len()), "events")
	for b.Loop() {
		New(log)
	}
}

func BenchmarkStepForward(b *testing.B) {
	s := New(recording(b, "06-slot-contention"))
	at := 0
	b.ReportAllocs()
	for b.Loop() {
		if at++; at >= s.Len() {
			at = 0
		}
		s.At(at)
	}
}

func BenchmarkStepBack(b *testing.B) {
	s := New(recording(b, "06-slot-contention"))
	at := s.Len()
	b.ReportAllocs()
	for b.Loop() {
		if at--; at < 0 {
			at = s.Len() - 1
		}
		s.At(at)
	}
}

func BenchmarkSeekAnywhere(b *testing.B) {
	s := New(recording(b, "06-slot-contention"))
	at := 0
	b.ReportAllocs()
	for b.Loop() {
		at = (at + 7919) % s.Len()
		s.At(at)
	}
}

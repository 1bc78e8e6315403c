// Sunscope in a window: a lesson with its text beside the stage, without a browser.
//
//	go run ./viz/desktop                    the first lesson
//	go run ./viz/desktop -open trace.txt    a recording of a real kernel, beside the lesson
//	go run ./viz/desktop -scenario udp-loss a built-in scenario by itself
//	go run ./viz/desktop -open -            the same while it is made: ssh HOST cat /sys/kernel/tracing/trace_pipe |
//	go run ./viz/desktop -live ADDR /PATH   our own engine as it talks to a real server: reads a file over NFSv4.1
//
// The window's contents are package desk, which knows no window; this package opens one, paints, and hands in what the
// pointer and the keys do.
package main

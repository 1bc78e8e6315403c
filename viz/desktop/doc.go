// Sunscope in a window: a lesson with its text beside the stage, without a browser.
//
//	go run ./viz/desktop                    the first lesson
//	go run ./viz/desktop -open trace.txt    a recording of a real kernel; l shows the lesson beside it
//	go run ./viz/desktop -scenario udp-loss -seed 7   a built-in scenario by itself
//	go run ./viz/desktop -open -            the same while it is made: ssh HOST cat /sys/kernel/tracing/trace_pipe |
//	go run ./viz/desktop -live ADDR /PATH   our own engine as it talks to a real server: reads a file over NFSv4.1
//	go run ./viz/desktop -link "v=1&s=two-slots&seed=42&i=130"   the moment that a link of the page speaks of
//	go run ./viz/desktop -do "seek instant=100; select item=read[3]"   with commands to begin with
//	go run ./viz/desktop -export apng -o run.apng     a file instead of a window; needs no display
//
// The window's size and place, theme, language, the shared width and the recordings that were opened last are kept in
// sunscope/viewer.json in the user's folder for settings (state.go); -no-state leaves it alone.
//
// The window's contents are package desk, which knows no window; this package opens one, paints, and hands in what the
// pointer and the keys do.
package main

// Sunscope in a window: a lesson with its text beside the stage, without a browser.
//
//	go run ./viz/desktop                    the first lesson
//	go run ./viz/desktop -open trace.txt    a recording of a real kernel, beside the lesson
//
// The window's contents are package desk, which knows no window; this package opens one, paints, and hands in what the
// pointer and the keys do.
package main

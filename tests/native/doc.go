// Package native tests the native viewer as somebody meets it who starts it: the real program in a real window, real
// keys and pointer, and pictures of what it shows. Its tests carry the build tag e2e and need a display, Mesa and xdotool:
//
//	xvfb-run -a -s '-screen 0 1440x900x24' go test -tags e2e ./tests/native
//
// Before the tests run, the package opens a window of its own and measures frames in it (frame_test.go). Pictures go to
// tests/artifacts, to be looked at.
package native

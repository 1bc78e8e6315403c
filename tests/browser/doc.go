// Package browser tests the page as a learner meets it: the real server, the real module, Chromium with real keys and
// pointers. Its tests carry the build tag e2e and need Debian's chromium package:
//
//	go test -tags e2e ./tests/browser
//
// The harness (chromium_test.go) starts the server once and gives each test a page of its own, which fails the test if the
// browser's console holds an error at the end. Screenshots go to tests/artifacts, to be looked at.
package browser

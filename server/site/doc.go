// Package site is what the server serves: the list of lessons, the lessons, the viewer and its module, first frames as SVG.
//
//	/                      to the reader's language
//	/en/  /zh/             the lessons
//	/en/next-slot          a lesson
//	/assets/…              styles and scripts (package web), strings.js
//	/viewer/               the document of the stage's frame, viewer.wasm, wasm_exec.js
//	/first/next-slot.svg   the stage at the beginning, shown while the module loads
//
// [New] makes one http.Handler of it. It holds no state besides what it was given; every page works without a cookie.
package site

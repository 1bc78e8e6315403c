// Package web holds what a browser gets: templates for pages, styles, scripts and the document of the viewer's frame. The
// server embeds it; there is no build step and no dependency.
//
// A lesson's page (templates/lesson.html) has the text on one side and the stage on the other. The stage is an iframe
// (viewer/) in which the WebAssembly module draws; everything that can be operated or read aloud is DOM outside of it:
//
//	assets/main.js       puts the parts together
//	assets/bridge.js     messages to and from the viewer (the contract stands in viz/stage/bridge.go)
//	assets/transport.js  play, step, scrub, speed, clock
//	assets/passages.js   passages that wait for events
//	assets/predict.js    questions
//	assets/inspector.js  fields and bytes of what is selected
//	assets/twin.js       the picture in words
//	assets/source.js     seed, recordings from files
//	assets/settings.js   theme, language, motion
//	assets/help.js       keys
//	assets/palette.js    all commands, searched
//	assets/menu.js       the context menu of a thing on the stage
//	assets/panels.js     panels beside the picture, one at a time
//	assets/scenarios.js  what can be played
//	assets/lesson.js     hides the text
//	assets/faults.js     knobs and faults
//	assets/runs.js       forks: switching, comparing
//	assets/finder.js     search, run to a condition, breakpoints
//	assets/out.js        links to a moment, files; film.js records a range
//
// The page's first answer holds the stage's first frame as an svg element (server/first), which the viewer's picture replaces
// in its place; without scripts it stays. The viewer's module starts loading with the page, and early.js keeps what it says
// until the page's modules listen.
//
// Whatever the page says in its own words stands in strings.json, in English and Chinese; the templates read it, and scripts
// import it as /assets/strings.js.
package web

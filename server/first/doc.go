// Package first draws the stage as SVG at the beginning of a lesson's run: what a page shows while the viewer's module loads.
//
// It takes the same way as the viewer does: scenario and seed through the engine to a story, its state before the first event
// to a display list, and that to SVG. [Frames] keeps the stories, and the pictures that were asked for last.
package first

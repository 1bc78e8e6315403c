// Package prose sets a lesson as a display list, for the native viewer; in a page the lesson is HTML.
//
// A [Page] walks the lesson's Markdown tree and makes one long column of items (package scene's, so that the same
// painter draws text and stage). Layout cuts out of it what a view shows. How far the reader has come, which passages
// the run has reached and which questions were answered, is handed in as [Progress]: the text knows no player.
//
// What can be clicked is a scene.Hit whose Ref has the Kind [Act] and whose Name is a command line such as
// "answer id=next-up choice=read[3]".
//
// Lines are broken where UAX #14 allows it, so Chinese wraps between its characters and keeps its punctuation; there is
// no hyphenation. The type has no italics: emphasis is underlined, strong emphasis is bold.
package prose

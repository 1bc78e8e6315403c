// Package stage plays a run: it holds the instant, the clock, the selection and everything else that a reader can
// change, and shows it as a picture. A simulation and a recording of a real kernel are played alike.
//
// The package has two halves. [Player] is plain Go and draws nothing: a story, an instant, a display time between two
// events, and commands by id ([Commands], [Player.Do]) that pages, keys, buttons and tests all send alike. [Stage] and
// [Game] put a Player's picture on an Ebitengine screen, and hand pointer and keys back to it.
//
// An instant is an event's ordinal; -1 is before everything. Display time is simulated time and moves in two ways only:
// [Player.Advance] adds what a frame's worth of the reader's time buys at the present speed, and commands set it to
// an event's time. It is never computed from a wall clock, so a tab that slept wakes where it fell asleep, and a test
// that hands in its own frames sees what a reader sees.
//
// What a reader asks for in words is a [Condition]: search.go finds the events that one means, run.go runs to them and stops
// at breakpoints, both a piece of a long run in each frame (hunt.go); filter.go takes those that speak of tasks. palette.go
// and menu.go list what can be done. Every change goes through Player.Do or Player.change, which remember the moment before
// it: undo.go. link.go writes a moment as the fragment of a URL.
//
// Playback stops where a question of the lesson is to be asked, before the moment that decides it, and goes on when
// it was answered or skipped (see question.go). In a page the package talks to the document around its frame by
// messages: bridge.go is the reference of that contract.
package stage

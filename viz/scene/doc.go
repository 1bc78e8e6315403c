// Package scene turns a story into a picture: [Layout] takes the state at an instant and a [View] and gives a [List] of
// plain things to draw, areas that answer to a pointer, and the same picture in words. No Ebitengine and no browser are
// in it, so a test reads a picture as easily as it reads text.
//
// How a picture comes about: panels.go divides the view into rooms (side by side when it is wide, stacked on a phone);
// each room has its file (map.go, slots.go, bench.go, work.go, wire.go, demux.go, server.go, timeline*.go) that draws its
// frame into List.Back, which changes only with the view, and what happens into List.Front. What the state map shows is
// fsm's table of states and edges; this package only knows where on paper each of them lies (stations.go, rails.go), and
// which of them was taken, under which condition (taken.go). The client's room shows the insides of one transport at a time
// (xprts.go chooses): slots, queues, and its session (sessions.go) or its congestion window (window.go).
//
// What is observed is drawn with solid lines; what a rule infers has a dashed outline and "≈"; what nobody knows is "?".
// Everything is a function of the arguments: the same state and view give the same List, to the byte.
//
// [AppendSVG] prints a List; [Inspect] says everything about one selected thing.
package scene

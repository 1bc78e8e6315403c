// Package story folds events into what is visible at an instant.
//
// A [Story] stands over a log of events; [Story.At] gives the [State] after any one of them. Nothing else knows how
// to get from events to a picture, and nothing here knows whether the events come from a simulation or were recorded
// in a real kernel: a recording only leaves more to inference. Every field that could be a guess is a [Fact] that says
// whether an event states it, or by which [Rule] it follows, or that nobody knows.
//
// How it works: one [fold] reads events in order and keeps the State, with a few notes beside it (which thread runs
// which task, where a byte stream stands). The first pass goes over the whole log once. On the way it writes down
// which task each event is about and the spans of the timeline, and puts away copies of the fold, the keyframes.
// Going to an instant afterwards is folding on from the nearest keyframe, backwards as well as forwards, so that
// stepping back gives what was there before, to the last field.
//
// The fold of each group of events stands in its own file: fold_task.go, fold_xprt.go (slots, XIDs), fold_lock.go,
// fold_sock.go (connections), fold_wire.go (packets), fold_svc.go (the server), fold_work.go (work queues),
// fold_timer.go (until when a sleep may last), fold_session.go (sessions of NFSv4.1). [Story.Taken] holds one step of a task
// against fsm's table; [Story.Plot] is the history of a congestion window.
// [ParsePredicate] and [Story.Find] search events; [Story.Lanes] is the timeline.
package story

// Package grade decides what a lesson's question has for an answer, by looking at the run and nowhere else.
//
// A [Question] names two moments by event predicates: Ask, where playback pauses and the learner answers, and About,
// the first match after it, which decides. The workload item (read[3]) of the task that the deciding event is about is
// the truth. Lessons hold no answers, so an answer cannot grow stale: change the scenario, and the truth changes with it.
//
// [Locate] finds the two moments in a story, [Grade] compares a choice with what happened. Both refuse, in one line
// each, a question that does not fit the run. The package carries no lesson parser: it goes into the browser.
package grade

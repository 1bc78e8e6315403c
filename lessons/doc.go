// Package lessons holds the lessons and reads them.
//
// A lesson is a Markdown file per language (en/next-slot.md, zh/next-slot.md). It begins with front matter:
//
//	---
//	title: Who gets the next slot?
//	scenario: two-slots
//	seed: 42
//	order: 4
//	---
//
// and holds, between ordinary Markdown, blocks that are tied to the run of the scenario:
//
//	::: await rpc_task_sleep queue=xprt_backlog
//	A passage that appears when that event has happened.
//	:::
//
//	::: predict next-up
//	ask: rpc_task_end nth=2
//	about: rpc_task_run_action action=call_reserveresult
//	choices: read[3], read[4], read[8]
//
//	The question, as Markdown.
//	:::
//
//	::: check rpc_task_sleep queue=xprt_backlog nth=6
//	:::
//
// A check is a claim that is not shown: the tests run every lesson's checks, passages and questions against the
// engine, so that a lesson cannot rot (see [Lesson.Verify]).
//
// [Parse] makes a [Lesson] of a file: a list of [Block] values that hold goldmark nodes, which the native viewer walks and
// [Lesson.HTML] prints for the page. Events are named by the predicates of sunscope/core/story. Whatever is wrong with a
// file is a [Problem] with its line; raw HTML in a lesson is left out.
package lessons

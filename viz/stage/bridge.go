package stage

// BridgeVersion is the version of the messages between the viewer and the page around it.
//
// # Embedding
//
// The viewer is one document in an iframe: a script starts the WebAssembly module, which takes the whole frame and fetches
// nothing. The page outside sends commands with frame.contentWindow.postMessage(message, "*") and listens for messages whose
// event.source is that window. The frame may be sandboxed with allow-scripts alone. One frame holds one viewer.
//
// # To the viewer
//
// Every message is one command: {v: 1, cmd: ID, …arguments}. Arguments are strings, numbers or booleans; only recording
// takes an ArrayBuffer. Times are nanoseconds of the run's clock, instants are ordinals of events, -1 before the first.
//
//	play, pause, toggle            speed {value: "0.001"…"1000" | "max"}, faster, slower
//	step, back                     one event; not past a question that is open
//	step-task, back-task           to where the selected task (any, without one) enters a state, sleeps, wakes, ends
//	home, end, seek {instant} | {time} | {event: PREDICATE}      anywhere, questions or not
//	step-wire, back-wire                                         to the next packet that sets out or comes in
//	find {text: CONDITION}, find-next, find-prev, find-clear     search; see Condition for what is understood
//	run-to {when: CONDITION}, run-back {when}                    to where it next becomes true, or last did; Escape ends it
//	break-add {when: CONDITION}, break-drop {id}                 playing and running stop there
//	       find, run-to, run-back and break-add without their argument open the palette with their name typed
//	link, open-link {value: LINK}                                the answer to link is a link message; a whole URL will do as LINK
//	follow, follow {num: TASK}; filter, filter {text: WORDS}     one task; those that are shown at all: "" is all of them
//	focus {part}                                                 one part alone; once more what was shown before
//	undo, redo                                                   whatever the reader has changed
//	select {kind, num, name} | {item: "read[3]"} | {task: "14@4"}, deselect    task: tk_pid and client, num: our own number; kinds: task packet state slot queue thread xprt workqueue host
//	                                                             read callback callbackpool backchannel svcxprt served …; see kindNames
//	field {n}, field-next, field-prev                            which field of the selected packet stands out; -1: none
//	proc                                                         show or hide the /proc view
//	story {at: LINE | "now"}                                     which lines of the selected thing's story are told
//	theme {value: "light" | "dark" | "projector"}, lang {value: "en" | "zh"}, motion {value: "full" | "reduced"}
//	parts {value: "all" | "PART,…"}                              what the stage shows
//	room {value: "all" | ADDRESS}                                whose room the client's is, when several machines call
//	zoom {by, time}, zoom-in, zoom-out, zoom-all, pan {by}, pan-left, pan-right, window {from, to}   the timeline's window
//	zoom-selection [{kind, num}]                                 fit it to what is selected, or to that thing
//	lane-up, lane-down, lane {task}                              scroll the timeline's lanes; task 0: those of the moment
//	next-marker, prev-marker [{kind: "error,…"}]                 kinds: fault error timeout disconnect retransmission lost full callback connect
//	scenario {name, seed}                                        a simulation, run from its beginning
//	knob {name, value, at?}, fault {do, at?}                     fork the run: with another setting, or something going wrong, after
//	       the present instant or an earlier one; names, values and faults are in a knobs message
//	run {id}, run-drop {id}, compare {id} | {id: "off"}, diverge a kept run; compare lays it beside the present one; diverge goes to
//	       the first event that differs
//	recording {name, data: ArrayBuffer}                          trace text, gzip or not
//	watch {id, when: PREDICATE}                                  mark the event's first match
//	predict {id, ask: PREDICATE, about: PREDICATE, choices: "read[3],read[4]"}
//	answer {id, choice}, skip {id}, forget                       forget drops watches and questions
//	restore {value}                                              a moment that a state message described (see below)
//	export {format: "svg" | "ftrace" | "perfetto" | "csv" | "pcapng", from, to}   a file message follows
//	export {format: "png" | "webm" | "apng"}                     a wanted message follows, export-png: the page draws
//	key {key: "ArrowLeft"}                                       what the key does when the viewer has the focus
//	palette, palette {query} | {go: "next" | "previous" | "run" | "close"}      all commands, to be searched
//	menu, menu {kind, num, name} | {kind: "none"}                what can be done with a thing; without one, with the selected
//	help
//	lesson, show-scenarios, show-find, show-faults, show-runs, show-share   passed on to the page as wanted messages
//
// Watches and questions outlive the run: set them once a lesson, before or after its scenario. While a question is open and
// its moment was not visited, the timeline shows nothing that happens after the point at which it is asked.
//
// # Start
//
// The viewer says ready before it draws anything, and then waits up to two seconds for a run, so that the first frame is
// the run's. A page that opens none sees an empty stage after that. A frame that nobody embeds does not wait.
//
// # From the viewer
//
// Every message is {v: 1, type: TYPE, …}:
//
//	ready {commands: [{id, args, keys, en, zh, group}], groups: [{id, en, zh}], scenarios: [{name, title}]}     once; commands
//	       sent earlier are lost. keys are separated by spaces: "Ctrl+k", "Shift+F10"; see KeyName
//	state {source: "" | "simulation" | "recording", name, seed, saved, instant, count, furthest, time, start, end, playing, speed,
//	       hurried, asking, theme, lang, motion, help, selected: {kind, num, name}, height, marks: {ID: ORDINAL | -1},
//	       choices: {QUESTION: "read[3],read[4]"}, breaks: [{id, when}], running: "" | CONDITION, following: TASK | 0,
//	       filter: "" | WORDS, parts: "all" | "PART,…", undo, redo}     the last two say whether there is something to take back
//	       when something of it changed; at most 30 a second while playing. count is the number of events, furthest the
//	       greatest instant visited, asking the id of the question that playback stands at. speed and seed are strings.
//	       saved: the file that is open is a run of ours, not a kernel's recording.
//	       choices are what each question offers in this run: not those of predict if the truth is not among them.
//	       height is what the picture wants at its present width, in CSS pixels: less is possible, but crowded.
//	       hurried: nothing happens for long, and the clock runs faster than speed until something does.
//	inspect {title, …} or {none: true}               what is selected; see inspectMessage in tell.go for the fields
//	life {kind, num, count, from, lines: [{instant, time, text, why, how, rule, ref}], total,
//	      spent: [{what, time, part, percent, count, how, rule, ref, depth}]} or {none: true}
//	       the story of the selected task or transport: lines from .. of count, around the present one (inspect's present)
//	       or around the line that the story command asked for. time counts from the task's begin, of a transport from the
//	       run's. The event states text; how says where why comes from. spent says where the time of a task went: shares of
//	       total, each followed by what it is made of, one deeper.
//	proc {sections: [{name, lines: [{text, changed, guessed, gone, note}]}], counting} or {none: true}
//	       what /proc/net/rpc, mountstats and debugfs would print at this instant, while the proc command has it shown.
//	       changed are the parts of text that differ from the instant shown before ("3-5 9-12", in characters), guessed those
//	       that are inferred; gone: the line was there then and is no more; note: it says what no event tells. counting: the
//	       run is still being counted.
//	twin {lines: [{level, text, kind, num, name}]}   the picture in words, all of it however small the picture is and whatever
//	       parts it shows; at most twice a second
//	palette {open: false} | {open: true, query, chosen, entries: [ENTRY]}     when it changes. ENTRY is {cmd, args: {NAME: VALUE},
//	       label, key, group, on}: one line, in the player's language; on: it is the present choice. Sending cmd with its args
//	       does it; chosen is the index of the line that {go: "run"} would do
//	menu {open: false} | {open: true, of: {kind, num, name}, title, x, y, entries: [ENTRY]}     x, y: where, in the frame's CSS
//	       pixels. Any command closes it
//	runs {can, now, runs: [{id, parent, title, commands, events, ended, current, compared}], compare: ID | 0, same, this, other, here,
//	       there, making}    making: percent of a run that is being made, 0 without. can: there are knobs and faults (not of a recording). ended: why the run did not come to its end, or "".
//	       this, other: ordinals of the first events that differ from the compared run; here, there: their texts
//	knobs {knobs: [{name, key, help, value, was, choices, try, want, start}], faults: [{do, at, label}], of: {kind, num, name},
//	       here: [{do, at, label}]}    choices and try are values with commas between them: all that there are, or some. start:
//	       turning it makes a run from the beginning. faults are those of the whole world, here those of the selected thing
//	found {text: ""} | {text, count, index, seen, of}     a search: so many hits among the events seen so far (all when seen
//	       equals of), and at which of them the stage stands, from 0; -1 between them
//	link {value}                                     the fragment of a URL of this moment, without #, at most 2000 bytes
//	wanted {id: "recording", name, hash}             a link waits for this file; when it is opened with recording, its moment is
//	       shown. Another file is refused once, with an error message
//	stopped {id, when, instant}                      playing or running has stopped at a breakpoint
//	asked {id}                                       playback stands at a question, or the reader tried to go on
//	graded {id, right, truth, instant, seen, why}    seen: the reader had been at the deciding moment already
//	wanted {id}                                      the page is to do this: its key was pressed in the picture, or its command sent;
//	       leave: Escape was pressed with nothing to close, and the focus is to leave the picture
//	file {name, media, data: ArrayBuffer}            something to take away, as export asked for
//	error {message}                                  one line; nothing was done and nothing changed, except that a recording
//	       that is not whole is shown as far as it goes, as the line then says
//
// A version or a command that the viewer does not know is an error message too, never a guess.
//
// When the browser loses the drawing context, Ebitengine loads the frame's document again. The viewer then sends ready once
// more, the page sends its scenario or recording again, and the viewer returns by itself to where it was.
const BridgeVersion = 1

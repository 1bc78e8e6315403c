// Package export writes a story in the forms of other tools: [Perfetto] for ui.perfetto.dev and whatever else reads
// Chrome's trace-event JSON, [CSV] with a line for each task for spreadsheets and data frames, [Ftrace] as the kernel's
// own trace file prints it. All append to a byte slice, need no I/O, and give the same bytes for the same story.
package export

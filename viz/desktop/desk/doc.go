// Package desk is the native viewer's window without the window: the menus above, the controls of playback below them, a
// lesson at the left, the stage at the right, and below the lesson the inspector or a panel of faults, runs or
// breakpoints. It lays its parts out as display lists and answers to pointers and keys; package main hands them in and
// paints.
//
// A [Desk] owns a stage.Player and shows the same controls as the page: everything that can be clicked is a hit whose
// Ref names a command line, either one of the player's ("step", "seek instant=7") or one of the desk's own ("open",
// "lesson"; own.go). Keys come under the DOM's names to [Desk.Key], which hands them to what lies on top: a dialog, a menu,
// the search box, what Tab has come to (focus.go), and then to the commands that they stand for. Menus, palette and sheet
// of keys are made from the player's table of commands, so that a new command is in all of them at once.
//
// The stage itself is not in the lists: it is painted by package stage into [Areas.Stage]. Large recordings are read in a
// goroutine (load.go), the only one; what a reader wants remembered is [Kept].
//
// What was rejected: a library of widgets (none that can be had offers rich or accessible text), and the system's own menus
// and file dialogs, which Ebitengine cannot open without cgo.
package desk

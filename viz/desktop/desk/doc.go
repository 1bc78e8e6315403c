// Package desk is the native viewer's window without the window: a lesson at the left, the controls above, the stage at
// the right, the inspector below the lesson when something is selected. It lays its parts out as display lists
// and answers to pointers and commands; package main hands them in and paints.
//
// A [Desk] owns a stage.Player and shows the same controls as the page: everything that can be clicked is a hit whose
// Ref names a command, either one of the player's ("step", "speed") or one of the desk's own ("open", "lang"); see
// commands.go. The stage itself is not in the lists: it is painted by package stage into [Areas.Stage].
package desk

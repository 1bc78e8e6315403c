package main

// A reactor's main never runs.
func main() {}

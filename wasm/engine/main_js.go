package main

// The exports may be called as long as main has not returned.
func main() { select {} }

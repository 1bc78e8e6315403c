// Package scenario is the declarative form of a world: two hosts, the link between them, the mount's settings and what
// the client's processes do. It says nothing of how that is simulated.
//
// People write scenarios as YAML; core/scenario/yaml reads that. Here lives the same thing flattened to lines of
// "key value" ([Scenario.Encode], [Decode]), which is what the WebAssembly modules are given and what -set on the
// command line uses. [Keys] lists every key with its unit and its bounds: an impossible value is refused where it is
// set, with the key and what was expected.
package scenario

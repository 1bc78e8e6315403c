package story

// Rule is a rule of inference: by which reasoning a field that no event states is filled in. String gives it in words.
type Rule uint8

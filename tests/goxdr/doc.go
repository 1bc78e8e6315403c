// Package goxdr has buildbarn/go-xdr, whose codecs are generated from the RFCs and share nothing with ours, read the RPC
// messages of every builtin scenario and write them again.
package goxdr

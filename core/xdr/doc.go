// Package xdr writes and reads External Data Representation (RFC 4506), the form of everything that ONC RPC puts on a
// wire: big-endian units of four bytes, lengths before what varies, zero bytes to fill the last unit.
//
// An [Encoder] appends to a byte slice and cannot fail. A [Decoder] reads one; its first error sticks, so that a whole
// message is read without looking and Err is asked once at the end. Every reading method is told the field's name: it
// is what an [Error] says ("call/cred/body at byte 28: …") and what a [Field] is called when the decoder is asked to
// record where each field lies ([Decoder.Record]). The hexadecimal view of a packet is such a recording.
//
// What the RFC demands and what is accepted: lengths are bounded by the caller and by the bytes that are there, before
// anything is allocated. Padding must be present. Padding that is not zero (RFC 4506 section 3 says it shall be) and a
// bool other than 0 and 1 (section 4.4) are accepted, because Linux and libtirpc accept them, but [Decoder.Odd] tells
// of the first one and a recording shows each.
package xdr

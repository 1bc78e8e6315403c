package main

import (
	"fmt"
	"strconv"
	"strings"

	"sunscope/core/nfs"
	"sunscope/core/nlm"
	"sunscope/core/rpcbind"
	"sunscope/core/xdr"
)

// known is a program that call and serve know by name, and the names of its procedures.
type known struct {
	number uint32
	names  []string // the first is the one to print
	proc   func(vers, num uint32) (string, bool)
	body   func(d *xdr.Decoder, prog, vers, num uint32, reply bool) bool
}

var knownPrograms = []known{
	{rpcbind.Program, []string{"rpcbind", "portmapper", "pmap"}, rpcbind.ProcName, rpcbind.DissectBody},
	{nfs.Program, []string{"nfs"}, nfsProcName(nfs.Program), nfs.DissectBody},
	{nfs.MountProgram, []string{"mountd", "mount"}, mountProcName, nfs.DissectBody},
	{nfs.ACLProgram, []string{"nfsacl", "nfs_acl"}, aclProcName, nfs.DissectBody},
	{nlm.Program, []string{"nlockmgr", "lockd"}, nlmProcName, nlm.DissectBody},
}

func nfsProcName(prog uint32) func(vers, num uint32) (string, bool) {
	return func(vers, num uint32) (string, bool) {
		if p := nfs.Lookup(prog, vers, num); p != nil {
			return p.Name, true
		}
		return "", false
	}
}

func mountProcName(_, num uint32) (string, bool) {
	return at([]string{"NULL", "MNT", "DUMP", "UMNT", "UMNTALL", "EXPORT"}, num)
}

func aclProcName(_, num uint32) (string, bool) { return at([]string{"NULL", "GETACL", "SETACL"}, num) }

func nlmProcName(_, num uint32) (string, bool) {
	name := nlm.ProcName(num)
	return name, name != ""
}

func at(names []string, num uint32) (string, bool) {
	if int(num) < len(names) {
		return names[num], true
	}
	return "", false
}

// programNamed is the program with that name or number.
func programNamed(text string) (known, error) {
	for _, p := range knownPrograms {
		for _, name := range p.names {
			if strings.EqualFold(name, text) || text == strconv.Itoa(int(p.number)) {
				return p, nil
			}
		}
	}
	n, err := strconv.ParseUint(text, 0, 32)
	if err != nil {
		return known{}, fmt.Errorf("PROGRAM %q: expected a number, or one of %s", text, programNames())
	}
	return known{number: uint32(n)}, nil
}

func programNames() string {
	var all []string
	for _, p := range knownPrograms {
		all = append(all, p.names[0])
	}
	return strings.Join(all, ", ")
}

// procNamed is the number of a procedure that is given by name or number.
func (p *known) procNamed(vers uint32, text string) (uint32, error) {
	if n, err := strconv.ParseUint(text, 0, 32); err == nil {
		return uint32(n), nil
	}
	var all []string
	for n := uint32(0); p.proc != nil && n < 32; n++ {
		name, ok := p.proc(vers, n)
		if ok && strings.EqualFold(name, text) {
			return n, nil
		}
		if ok {
			all = append(all, name)
		}
	}
	if len(all) == 0 {
		return 0, fmt.Errorf("PROC %q: expected a number; the names of this version's procedures are not known", text)
	}
	return 0, fmt.Errorf("PROC %q: expected a number, or one of %s", text, strings.Join(all, ", "))
}

// procName is a procedure as it is printed.
func (p *known) procName(vers, num uint32) string {
	if p.proc != nil {
		if name, ok := p.proc(vers, num); ok {
			return name
		}
	}
	return strconv.FormatUint(uint64(num), 10)
}

func (p *known) name() string {
	if len(p.names) > 0 {
		return p.names[0]
	}
	return strconv.FormatUint(uint64(p.number), 10)
}

// fields are what results say, if anybody knows how to read them.
func (p *known) fields(vers, num uint32, results []byte) (fields []xdr.Field, ok bool) {
	if p.body == nil {
		return nil, false
	}
	d := xdr.NewDecoder(results)
	d.Record(&fields)
	_ = d.Tolerate(len(results), func(d *xdr.Decoder) { ok = p.body(d, p.number, vers, num, true) }) // the fields say what went wrong
	return fields, ok
}

package slim

import (
	"fmt"
	"slices"
)

// Numbers of internal/abi in Go 1.26.
const (
	pcdataUnsafePoint = 0
	pcdataInlTree     = 2
	pcdataArgLive     = 3

	funcdataInlTree = 3
	funcdataArgInfo = 5
	funcdataArgLive = 6

	idWrapper = 23 // FuncIDWrapper
)

// A runtime.inlinedCall: its size, and the fields that only traces read.
const (
	inlinedCall     = 16
	inlinedCallName = 4
	inlinedCallLine = 12
)

func needsPCData(r record, i int) bool {
	return i != pcdataUnsafePoint && i != pcdataArgLive && (i != pcdataInlTree || r.id == idWrapper)
}

func needsFuncdata(r record, i int) bool {
	return i != funcdataArgInfo && i != funcdataArgLive && (i != funcdataInlTree || r.id == idWrapper)
}

// cutPCData takes the tables by instruction that only traces read out of every function, and out of pctab what no function
// has any more. Functions share tables, so the second step needs the first of all of them.
func (t *tables) cutPCData() error {
	live := make([]bool, t.funcs-t.pcs)
	live[0] = true // padding: 0 is "no table"
	for _, r := range t.records {
		for _, field := range []int{fieldFile, fieldLine, fieldUnit, fieldStartLine} {
			t.put(r.at+field, 0)
		}
		keep := []uint32{t.word(r.at + fieldPCSP)}
		for i := range r.pcdata {
			if needsPCData(r, i) {
				keep = append(keep, t.word(r.pcdataAt(i)))
			} else {
				t.put(r.pcdataAt(i), 0)
			}
		}
		for _, offset := range keep {
			if int(offset) < len(live) && live[offset] {
				continue
			}
			end, _, err := t.table(offset)
			if err != nil {
				return err
			}
			for i := int(offset); i < end-t.pcs; i++ {
				live[i] = true
			}
		}
	}
	for i, needed := range live {
		if !needed {
			t.mem[t.pcs+i] = 0
		}
	}
	return nil
}

// cutFuncdata does the same with the function data, which lie one after another: each ends where the next begins.
func (t *tables) cutFuncdata() error {
	live := map[uint32]bool{}
	for _, r := range t.records {
		for i := range r.funcdata {
			offset := t.word(r.funcdataAt(i))
			if offset == none {
				continue
			}
			if int(offset) >= t.end-t.funcdata {
				return fmt.Errorf("function data at offset %d, expected less than %d", offset, t.end-t.funcdata)
			}
			needed := needsFuncdata(r, i)
			live[offset] = live[offset] || needed
			if !needed {
				t.put(r.funcdataAt(i), none)
			} else if i == funcdataInlTree {
				if err := t.cutInlTree(r, int(offset)); err != nil {
					return err
				}
			}
		}
	}
	var offsets []uint32
	for offset := range live {
		offsets = append(offsets, offset)
	}
	slices.Sort(offsets)
	for i, offset := range offsets {
		end := t.end - t.funcdata
		if i+1 < len(offsets) {
			end = int(offsets[i+1])
		}
		if !live[offset] {
			clear(t.mem[t.funcdata+int(offset) : t.funcdata+end])
		}
	}
	return nil
}

// cutInlTree takes the names and lines out of a table of inlined calls, which has as many as its pcdata counts.
func (t *tables) cutInlTree(r record, offset int) error {
	if r.pcdata <= pcdataInlTree || t.word(r.pcdataAt(pcdataInlTree)) == 0 {
		return fmt.Errorf("the function at %d has inlined calls, and no table says where", r.at)
	}
	_, last, err := t.table(t.word(r.pcdataAt(pcdataInlTree)))
	if err != nil {
		return err
	}
	if n := (int(last) + 1) * inlinedCall; n > t.end-t.funcdata-offset {
		return fmt.Errorf("the function at %d has %d inlined calls, which do not fit", r.at, last+1)
	}
	for i := range int(last) + 1 {
		t.put(t.funcdata+offset+i*inlinedCall+inlinedCallName, 0)
		t.put(t.funcdata+offset+i*inlinedCall+inlinedCallLine, 0)
	}
	return nil
}

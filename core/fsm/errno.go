package fsm

import "strconv"

// The error numbers that the conditions speak of, as Linux numbers them on every architecture but the old ones. A
// status is zero, positive (bytes, for some reads and writes), or one of these with a minus sign.
const (
	ePERM           = 1
	eIO             = 5
	eAGAIN          = 11
	eNOMEM          = 12
	eACCES          = 13
	eNFILE          = 23
	ePIPE           = 32
	eBADSLT         = 57
	ePROTO          = 71
	eBADMSG         = 74
	ePROTONOSUPPORT = 93
	eOPNOTSUPP      = 95
	ePFNOSUPPORT    = 96
	eADDRINUSE      = 98
	eNETDOWN        = 100
	eNETUNREACH     = 101
	eCONNABORTED    = 103
	eCONNRESET      = 104
	eNOBUFS         = 105
	eNOTCONN        = 107
	eTIMEDOUT       = 110
	eCONNREFUSED    = 111
	eHOSTDOWN       = 112
	eHOSTUNREACH    = 113
	eKEYEXPIRED     = 127
	eRESTARTSYS     = 512
)

// errnos are the errors that have names here, by number. The bit of an Errors is its place among them.
var errnos = [...]struct {
	number int32
	name   string
}{
	{1, "EPERM"}, {2, "ENOENT"}, {5, "EIO"}, {11, "EAGAIN"}, {12, "ENOMEM"}, {13, "EACCES"}, {22, "EINVAL"},
	{23, "ENFILE"}, {32, "EPIPE"}, {57, "EBADSLT"}, {71, "EPROTO"}, {74, "EBADMSG"}, {90, "EMSGSIZE"},
	{93, "EPROTONOSUPPORT"}, {95, "EOPNOTSUPP"}, {96, "EPFNOSUPPORT"}, {98, "EADDRINUSE"}, {100, "ENETDOWN"},
	{101, "ENETUNREACH"}, {103, "ECONNABORTED"}, {104, "ECONNRESET"}, {105, "ENOBUFS"}, {107, "ENOTCONN"},
	{108, "ESHUTDOWN"}, {110, "ETIMEDOUT"}, {111, "ECONNREFUSED"}, {112, "EHOSTDOWN"}, {113, "EHOSTUNREACH"},
	{127, "EKEYEXPIRED"}, {129, "EKEYREJECTED"}, {512, "ERESTARTSYS"},
}

// errnoBits finds the bit of an error below its length.
var errnoBits = func() (t [140]Errors) {
	for i, e := range errnos {
		if int(e.number) < len(t) {
			t[e.number] = 1 << i
		}
	}
	return t
}()

// bitOf is the bit of a positive errno; none for an error without a name here.
func bitOf(errno int32) Errors {
	switch {
	case errno >= 0 && int(errno) < len(errnoBits):
		return errnoBits[errno]
	case errno == eRESTARTSYS:
		return 1 << (len(errnos) - 1)
	}
	return 0
}

// errnoName is the name of a positive errno.
func errnoName(errno int32) (string, bool) {
	for i := range errnos {
		if errnos[i].number == errno {
			return errnos[i].name, true
		}
	}
	return "", false
}

// StatusText prints a status with the name of its error, if it has one that matters here: "-11 (EAGAIN)".
func StatusText(status int32) string {
	s := strconv.Itoa(int(status))
	if name, ok := errnoName(-status); ok {
		s += " (" + name + ")"
	}
	return s
}

// StatusNamed is the status that a text means: a number, or the name of an error, with or without its minus sign.
func StatusNamed(text string) (status int32, ok bool) {
	if n, err := strconv.ParseInt(text, 10, 32); err == nil {
		return int32(n), true
	}
	if text != "" && text[0] == '-' {
		text = text[1:]
	}
	for i := range errnos {
		if errnos[i].name == text {
			return -errnos[i].number, true
		}
	}
	return 0, false
}

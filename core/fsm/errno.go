package fsm

import "strconv"

// The errors that have names here, each the class of itself. A status is zero, positive (bytes, for some reads and
// writes), or the number of an error with a minus sign.
const (
	ePERM Class = 1 << (firstErrno + iota)
	eNOENT
	eIO
	eAGAIN
	eNOMEM
	eACCES
	eINVAL
	eNFILE
	ePIPE
	eBADSLT
	ePROTO
	eBADMSG
	eMSGSIZE
	ePROTONOSUPPORT
	eOPNOTSUPP
	ePFNOSUPPORT
	eADDRINUSE
	eNETDOWN
	eNETUNREACH
	eCONNABORTED
	eCONNRESET
	eNOBUFS
	eNOTCONN
	eSHUTDOWN
	eTIMEDOUT
	eCONNREFUSED
	eHOSTDOWN
	eHOSTUNREACH
	eKEYEXPIRED
	eKEYREJECTED
	eRESTARTSYS
)

// errnos are their numbers, as Linux has them on every architecture but the old ones, and their names, in the same order.
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

// The statuses that the checks compare with.
const (
	statusAgain      = -11
	statusNoMem      = -12
	statusTimedOut   = -110
	statusRestartSys = -512
)

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

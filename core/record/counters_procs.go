package record

import "strings"

// Procedures are the names of the procedures of a version of the NFS program as its client counts them, in the order of the
// lines procV; nil if it has no such version.
func Procedures(version int) []string {
	if version < 0 || version > maxVersion {
		return nil
	}
	return procNames[version]
}

// procNames are the NFS client's procedures by version, in the order in which the lines procN of /proc/net/rpc/nfs count
// them. For versions 2 and 3 that is the order of the procedure numbers (RFC 1094, RFC 1813). Version 4 has one procedure
// on the wire, COMPOUND; the client counts the kinds of compounds that it makes, in an order of its own (what nfsstat -c
// prints).
var procNames = [maxVersion + 1][]string{
	2: strings.Fields(`NULL GETATTR SETATTR ROOT LOOKUP READLINK READ WRCACHE WRITE CREATE REMOVE RENAME LINK SYMLINK MKDIR
		RMDIR READDIR STATFS`),
	3: strings.Fields(`NULL GETATTR SETATTR LOOKUP ACCESS READLINK READ WRITE CREATE MKDIR SYMLINK MKNOD REMOVE RMDIR RENAME
		LINK READDIR READDIRPLUS FSSTAT FSINFO PATHCONF COMMIT`),
	4: strings.Fields(`NULL READ WRITE COMMIT OPEN OPEN_CONFIRM OPEN_NOATTR OPEN_DOWNGRADE CLOSE SETATTR FSINFO RENEW
		SETCLIENTID SETCLIENTID_CONFIRM LOCK LOCKT LOCKU ACCESS GETATTR LOOKUP LOOKUP_ROOT REMOVE RENAME LINK SYMLINK CREATE
		PATHCONF STATFS READLINK READDIR SERVER_CAPS DELEGRETURN GETACL SETACL FS_LOCATIONS RELEASE_LOCKOWNER SECINFO
		FSID_PRESENT EXCHANGE_ID CREATE_SESSION DESTROY_SESSION SEQUENCE GET_LEASE_TIME RECLAIM_COMPLETE LAYOUTGET
		GETDEVICEINFO LAYOUTCOMMIT LAYOUTRETURN SECINFO_NO_NAME TEST_STATEID FREE_STATEID GETDEVICELIST BIND_CONN_TO_SESSION
		DESTROY_CLIENTID SEEK ALLOCATE DEALLOCATE LAYOUTSTATS CLONE COPY OFFLOAD_CANCEL LOOKUPP LAYOUTERROR COPY_NOTIFY
		GETXATTR SETXATTR LISTXATTRS REMOVEXATTR READ_PLUS`),
}

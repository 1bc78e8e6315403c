package client

import "sunscope/core/nfs4"

// The attributes that the client asks for (nfs4_fattr_bitmap and its like), before those are left out that the server does
// not have.
var (
	// everything is what an inode is made of.
	everything = nfs4.Bits(nfs4.AttrType, nfs4.AttrChange, nfs4.AttrSize, nfs4.AttrFSID, nfs4.AttrFileID, nfs4.AttrMode, nfs4.AttrNumlinks,
		nfs4.AttrOwner, nfs4.AttrOwnerGroup, nfs4.AttrRawdev, nfs4.AttrSpaceUsed, nfs4.AttrTimeAccess, nfs4.AttrTimeMetadata,
		nfs4.AttrTimeModify, nfs4.AttrMountedOn)
	// entry is that and what READDIR needs.
	entry = nfs4.Bits(nfs4.AttrType, nfs4.AttrChange, nfs4.AttrSize, nfs4.AttrFSID, nfs4.AttrRdattrError, nfs4.AttrFilehandle, nfs4.AttrFileID,
		nfs4.AttrMode, nfs4.AttrNumlinks, nfs4.AttrOwner, nfs4.AttrOwnerGroup, nfs4.AttrRawdev, nfs4.AttrSpaceUsed, nfs4.AttrTimeAccess,
		nfs4.AttrTimeMetadata, nfs4.AttrTimeModify, nfs4.AttrMountedOn)
	// consistency tells whether what is cached is still right (cache_consistency_bitmask).
	consistency = nfs4.Bits(nfs4.AttrChange, nfs4.AttrSize, nfs4.AttrTimeMetadata, nfs4.AttrTimeModify)
	// consistencyRead is that of a file that was read.
	consistencyRead = nfs4.Bits(nfs4.AttrChange, nfs4.AttrSize, nfs4.AttrTimeAccess, nfs4.AttrTimeMetadata, nfs4.AttrTimeModify)
	// written is that after a WRITE.
	written = nfs4.Bits(nfs4.AttrChange, nfs4.AttrSize, nfs4.AttrSpaceUsed, nfs4.AttrTimeMetadata, nfs4.AttrTimeModify)
	// caps is what SERVER_CAPS asks; fsinfo and the others likewise.
	caps = nfs4.Bits(nfs4.AttrSupported, nfs4.AttrFHExpire, nfs4.AttrLinkSupport, nfs4.AttrSymlinkSupport, nfs4.AttrACLSupport,
		nfs4.AttrCaseInsens, nfs4.AttrCasePreserving, nfs4.AttrSuppExclcreat)
	caps40 = nfs4.Bits(nfs4.AttrSupported, nfs4.AttrFHExpire, nfs4.AttrLinkSupport, nfs4.AttrSymlinkSupport, nfs4.AttrACLSupport,
		nfs4.AttrCaseInsens, nfs4.AttrCasePreserving)
	fsinfo = nfs4.Bits(nfs4.AttrLeaseTime, nfs4.AttrMaxFileSize, nfs4.AttrMaxRead, nfs4.AttrMaxWrite, nfs4.AttrTimeDelta,
		nfs4.AttrLayoutTypes, attrLayoutBlksize)
	pathconf = nfs4.Bits(nfs4.AttrMaxLink, nfs4.AttrMaxName)
	statfs   = nfs4.Bits(nfs4.AttrFilesAvail, nfs4.AttrFilesFree, nfs4.AttrFilesTotal, nfs4.AttrSpaceAvail, nfs4.AttrSpaceFree,
		nfs4.AttrSpaceTotal)
)

const attrLayoutBlksize = 65

// have leaves out what the server does not have. Before the mount has asked, nothing is left out.
func (m *Mount) have(want nfs4.Bitmap) nfs4.Bitmap {
	if m.supported == nil {
		return want
	}
	got := make(nfs4.Bitmap, 0, len(want))
	for i, w := range want {
		if i < len(m.supported) {
			w &= m.supported[i]
		} else {
			w = 0
		}
		got = append(got, w)
	}
	for len(got) > 0 && got[len(got)-1] == 0 {
		got = got[:len(got)-1]
	}
	return got
}

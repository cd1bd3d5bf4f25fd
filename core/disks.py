"""What kind of disk a folder lies on."""

import re
from pathlib import Path

_MOUNTS = Path("/proc/mounts")
# File systems of other machines: processes share no memory through them, as the store's log needs.
_NETWORK = re.compile(
    r"nfs[0-9]?|cifs|smb[0-9]?|smbfs|afs|9p|ncpfs|ceph|lustre|beegfs|gfs2?|ocfs2|glusterfs"
    r"|fuse\.(sshfs|rclone|glusterfs|ceph.*|s3fs|davfs.*|smbnetfs|curlftpfs|gcsfuse|goofys)"
)


def network_file_system(folder: Path, mounts: Path = _MOUNTS) -> str | None:
    """Return the kind of network file system that a folder lies on; None on a local disk, or if unknown."""
    try:
        lines = mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except OSError:
        return None  # not Linux
    whole = folder.resolve()
    # The last of those mounted on one place lies above the others.
    found = [
        (len(place.parts), number, kind)
        for number, (place, kind) in enumerate(map(_mount, lines))
        if whole == place or place in whole.parents
    ]
    kind = max(found)[2] if found else ""
    return kind if _NETWORK.fullmatch(kind) else None


def _mount(line: str) -> tuple[Path, str]:
    """Return where and as what something is mounted, see fstab(5): blanks are written as octal numbers."""
    _, place, kind, *_ = [*line.split(" "), "", "", ""]
    return Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), place)), kind

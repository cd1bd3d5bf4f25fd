from pathlib import Path

import pytest

from core.disks import network_file_system

MOUNTS = r"""
overlay / overlay rw,relatime 0 0
proc /proc proc rw 0 0
server:/export /mnt/share nfs4 rw,vers=4.2 0 0
/dev/sda1 /mnt/share/local ext4 rw 0 0
//server/a\040share /mnt/a\040share cifs rw 0 0
me@server: /home/me/far fuse.sshfs rw 0 0
/dev/sdb1 /mnt/twice nfs rw 0 0
/dev/sdb2 /mnt/twice ext4 rw 0 0
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/srv/backtape", None),
        ("/mnt/share", "nfs4"),
        ("/mnt/share/backtape", "nfs4"),
        ("/mnt/shared", None),
        ("/mnt/share/local/backtape", None),
        ("/mnt/a share/backtape", "cifs"),
        ("/home/me/far/backtape", "fuse.sshfs"),
        ("/mnt/twice/backtape", None),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_mount_closest_above(
    tmp_path: Path, folder: str, kind: str | None
) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert network_file_system(Path(folder), mounts) == kind


def test_where_nobody_lists_the_mounts_nothing_is_said(tmp_path: Path) -> None:
    assert network_file_system(tmp_path, tmp_path / "missing") is None


def test_the_folder_of_this_test_can_be_looked_up(tmp_path: Path) -> None:
    assert network_file_system(tmp_path) in {None, "9p"}

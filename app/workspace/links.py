"""What names and symbolic links of a tree may be, decided by their text alone.

A link is safe when its target climbs first and then only descends, and never climbs above the tree. Where
`..` follows a name, that name could itself be a link and the climb would start somewhere else; so such
targets count as leaving, even those that happen not to. In a tree where every link is safe none leads out.
"""

from __future__ import annotations

import re

# HFS+ ignores these code points in names, so `.g\u200cit` is `.git` there (CVE-2014-9390).
_IGNORED_ON_HFS = re.compile("[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]")
# NTFS drops trailing dots and spaces, what follows a colon, and has short names.
_NTFS_TAIL = re.compile(r"[. ]*(?::.*)?\Z", re.DOTALL)
_DRIVE = re.compile(rb"[A-Za-z]:")


def leaves(path: bytes, target: bytes) -> bool:
    """Whether the link at `path` (relative to the tree) may lead out of the tree, or into its `.git`."""
    if not target or target.startswith(b"/") or b"\\" in target or b"\0" in target or _DRIVE.match(target):
        return True
    above = path.count(b"/")
    descended = False
    for part in target.split(b"/"):
        if part in (b"", b"."):
            continue
        if part != b"..":
            descended = True
            if is_git(part):
                return True
        elif descended or above == 0:
            return True
        else:
            above -= 1
    return False


def is_git(name: bytes) -> bool:
    """Whether one component of a path is `.git` on some file system: other cases, `git~1`, hidden characters."""
    text = _IGNORED_ON_HFS.sub("", name.decode("utf-8", "surrogateescape")).casefold()
    return any(_NTFS_TAIL.sub("", part) in (".git", "git~1") for part in text.split("\\"))

"""What every git command is told, whatever it does: the environment and the settings that nothing overrides.

Meanings: git(1), "Environment Variables", and git-config(1). Settings given with `-c` win over those of a
repository, and git hands them on to the commands it starts itself.
"""

from __future__ import annotations

ENVIRONMENT = {
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LFS_SKIP_SMUDGE": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_LITERAL_PATHSPECS": "1",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_CEILING_DIRECTORIES": "/",
}
"""Nothing of the caller's environment, nobody's settings, no questions; paths mean themselves."""

CONFIGURATION = (
    "core.hooksPath=/dev/null",
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.attributesFile=/dev/null",
    "core.excludesFile=/dev/null",
    "core.protectHFS=true",
    "core.protectNTFS=true",
    "core.autocrlf=false",
    "core.fileMode=true",
    "core.bigFileThreshold=32m",
    "core.fsync=objects,reference",
    "core.fsyncMethod=batch",
    "core.askPass=",
    "credential.helper=",
    "protocol.allow=never",
    "protocol.http.allow=always",
    "protocol.https.allow=always",
    "http.followRedirects=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=60",
    "safe.bareRepository=explicit",
    "submodule.recurse=false",
    "diff.ignoreSubmodules=dirty",
    "gc.auto=0",
    "maintenance.auto=false",
)
"""No program of a repository's choosing, no other protocol, host or credentials, nothing in the background.

Names that are `.git` on other systems are refused, objects reach the disk before a command ends.
"""

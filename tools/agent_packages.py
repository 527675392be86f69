"""The agents that the tests run: which packages at which versions, by which digests, and what of them is needed."""

from __future__ import annotations

import dataclasses

from tools.npm_packages import Package

CLAUDE, CODEX, GEMINI = "2.1.330", "0.169.0", "0.61.0"


@dataclasses.dataclass(frozen=True, slots=True)
class Build:
    """One agent for some platforms; empty `platforms` is every one of them."""

    agent: str
    platforms: list[str]
    package: Package
    program: str  # where it is started, below `prefix`
    prefix: str = "package/"
    keep: tuple[str, ...] = ("",)  # beginnings of the names that are needed, below `prefix`
    leave: tuple[str, ...] = ()  # of those, the ones that are not


def _claude(platform: str, integrity: str) -> Build:
    package = Package(f"@anthropic-ai/claude-code-{platform}", CLAUDE, integrity)
    return Build("claude", [platform], package, "claude")


def _codex(cpu: str, triple: str, integrity: str) -> Build:
    # Linked against musl, so it runs with either libc. Beside it: its search, its sandbox, its host for scripts.
    platforms = [f"linux-{cpu}", f"linux-{cpu}-musl"]
    package = Package("@openai/codex", f"{CODEX}-linux-{cpu}", integrity)
    keep = ("bin/", "codex-path/", "codex-resources/bwrap", "codex-package.json")
    return Build("codex", platforms, package, "bin/codex", f"package/vendor/{triple}/", keep)


BUILDS = [
    _claude(
        "linux-x64", "sha512-9Gn+V7DtJ8M1nztP9CeDVl9g3RtrepI7rOFTyPRRnZe8D6zebIHKmC7OvBauucuAP0X0k85SDN/LPVZyjsGezQ=="
    ),
    _claude(
        "linux-arm64", "sha512-V4yanAY5EA5UpwwRPtjSfqDbNqAlUJeVn3NYZw2AgmRHjdpSsLtHAzbxRXfkAnbjwTXzE0uedjQxUY02ARPcsA=="
    ),
    _claude(
        "linux-x64-musl",
        "sha512-OnduSSPY1b59FA8jTbq20Y1XkDUV0S1OVyvYBNslEbpX79P81JF7Ih4lgYvDKiFnnSv75z4Kv6qLE5DQqogYXA==",
    ),
    _claude(
        "linux-arm64-musl",
        "sha512-NemfeTqZ30tQDhAeumZgDYoX4ewhAHkN3dbcsyvlgb+yvpKUlcYu5Bor8K+Du5azGe3uy9sftlJxbGhTsCR7zA==",
    ),
    _codex(
        "x64",
        "x86_64-unknown-linux-musl",
        "sha512-o05NyAOCDygSPRo1yinzxvkRSdmsZyBD9E7mbpmjRanSfM8lypqWtQgEo4XfNkwhuCR2aFu8mlGOsQGFXVbVww==",
    ),
    _codex(
        "arm64",
        "aarch64-unknown-linux-musl",
        "sha512-NZ/DaQUpcQmxmqee7Z9uC1rzw3GhSbooawcaTe1LN5Yk+WlinUKGdTXJgClRT/9ogQEEM9TWxYzvxPfj5G/xFg==",
    ),
    Build(
        "gemini",
        [],
        Package(
            "@google/gemini-cli",
            GEMINI,
            "sha512-dbQ9A0qBtFJNi6XBkHvfZ6Azpn6PNgH/P8h2MZ67RLlX8hSAVjup39CRWqdRxZv7YXIuhrFaytr8y0jKnkoxnQ==",
        ),
        "bundle/gemini.js",
        keep=("bundle/", "package.json"),
        leave=("bundle/docs/", "bundle/examples/", "bundle/bundled/third_party/"),
    ),
]

"""Draws the life of a run, as `decide` has it, into the README; `--print` shows it instead."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
BEGIN, END = "<!-- lifecycle:begin -->\n", "<!-- lifecycle:end -->"


def main() -> None:
    """Bring the README up to date."""
    sys.path.insert(0, str(ROOT))
    from app.lifecycle import diagram  # noqa: PLC0415 (the checkout, not an installed dursor, is drawn)

    if "--print" in sys.argv[1:]:
        print(diagram.draw(), end="")
        return
    before, begin, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f"{README.name} has no place for the picture: {BEGIN.strip()} … {END}")
    README.write_text(f"{before}{BEGIN}{block(diagram.draw())}{END}{after}", encoding="utf-8")


def block(picture: str) -> str:
    """A picture as GitHub renders it."""
    return f"```mermaid\n{picture}```\n"


if __name__ == "__main__":
    main()

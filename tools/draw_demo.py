"""Runs `dursor demo` and keeps what it said: as `docs/demo.svg`, at its own pace, and as text in the README.

Nothing is made up: the lines, their colours and their times are the demo's. Only the folder, which is a
temporary one here, is called as it is for everybody else.
"""

from __future__ import annotations

import html
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "docs" / "demo.svg"
BEGIN, END = "<!-- demo:begin -->\n", "<!-- demo:end -->"
SHOWN_FOLDER = "data/demo"
SIZE, LEADING, MARGIN = 13, 19, 18
STYLE = (
    f"text{{font:{SIZE}px ui-monospace,Menlo,Consolas,monospace;fill:#e6edf3;white-space:pre;animation:show .2s both}}"
    "@keyframes show{from{opacity:0}}@media(prefers-reduced-motion){text{animation:none}}"
)
COLORS = {"2": "#8b949e", "31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff"}

_ESCAPE = re.compile(r"\x1b\[(\d*)m")
_SECONDS = re.compile(r"^ *(\d+\.\d)s ")


def main() -> int:
    """Run the demo in a terminal of its own; exit code 1, and nothing changed, when it does not end merged."""
    with tempfile.TemporaryDirectory() as folder:
        code, said = run_in_terminal([sys.executable, "-m", "app", "demo", "--dir", folder])
    if code:
        print(said, file=sys.stderr)
        return 1
    lines = ["$ make demo", *said.replace(str(Path(folder).resolve()), SHOWN_FOLDER).splitlines()]
    PICTURE.write_text(svg(lines), encoding="utf-8")
    readme = ROOT / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    text = "\n".join(_ESCAPE.sub("", line).rstrip() for line in lines)
    readme.write_text(f"{before}{BEGIN}```text\n{text}\n```\n{END}{after}", encoding="utf-8")
    print(f"{PICTURE.relative_to(ROOT)} and README.md show the demo that was just run.")
    return 0


def run_in_terminal(command: list[str]) -> tuple[int, str]:
    """Exit code and output of a command that believes to write to a terminal, so that it uses colours."""
    ours, theirs = os.openpty()
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs) as process:
        os.close(theirs)
        heard = bytearray()
        while chunk := _read(ours):
            heard += chunk
    os.close(ours)
    return process.returncode, heard.decode().replace("\r\n", "\n")


def svg(lines: list[str]) -> str:
    """A picture of a terminal in which the lines appear when they did; all of them where nothing may move."""
    parts, at = [], 0.0
    for number, line in enumerate(lines):
        if seconds := _SECONDS.match(_ESCAPE.sub("", line)):
            at = float(seconds[1])
        y = MARGIN + SIZE + number * LEADING
        parts.append(f'<text x="{MARGIN}" y="{y}" style="animation-delay:{at + 0.5:.1f}s">{_spans(line)}</text>')
    longest = max(len(_ESCAPE.sub("", line)) for line in lines)
    width, height = 2 * MARGIN + int(longest * SIZE * 0.61), 2 * MARGIN + len(lines) * LEADING
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" xml:space="preserve">',
        "<title>dursor demo: a pull request from red CI to merged</title>",
        f"<style>{STYLE}</style>",
        f'<rect width="{width}" height="{height}" rx="8" fill="#0d1117"/>',
        *parts,
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _spans(row: str) -> str:
    spans, color = [], None
    for place, piece in enumerate(_ESCAPE.split(row)):
        if place % 2:
            color = COLORS.get(piece)
        elif piece:
            fill = f' fill="{color}"' if color else ""
            spans.append(f"<tspan{fill}>{html.escape(piece)}</tspan>")
    return "".join(spans)


def _read(descriptor: int) -> bytes:
    """What came; nothing at the end, which Linux tells as an error."""
    try:
        return os.read(descriptor, 65536)
    except OSError:
        return b""


if __name__ == "__main__":
    sys.exit(main())

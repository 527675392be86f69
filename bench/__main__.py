"""python -m bench [comments] [intake] [requests] [start]: all measurements, or those that are named."""

from __future__ import annotations

import sys

from bench import comments, intake, requests, start

ALL = {"comments": comments.main, "intake": intake.main, "requests": requests.main, "start": start.main}


def main() -> None:
    wanted = sys.argv[1:] or list(ALL)
    unknown = [name for name in wanted if name not in ALL]
    if unknown:
        sys.exit(f"There is no measurement {unknown[0]!r}; there are: {', '.join(ALL)}.")
    for name in wanted:
        ALL[name]()


if __name__ == "__main__":
    main()

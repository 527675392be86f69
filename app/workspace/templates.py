"""The repository's template for descriptions of pull requests, at the places where GitHub looks for it."""

from __future__ import annotations

from app.workspace import commits, git, mirror

_PLACES = (".github", "", "docs")
_NAMES = ("pull_request_template.md", "pull_request_template.txt", "pull_request_template")
_FOLDER = "pull_request_template"
_MAX_BYTES = 40_000
_MAX_LISTING = 4 * 1024**2


async def for_pulls(repo: mirror.Mirror, sha: str) -> str | None:
    """The template as a commit has it, at most 40,000 bytes; None where there is none, or it says nothing.

    In any case of letters. Of a folder of several it is the one called `default`. Raises NotFound.
    """
    tree = await commits.tree_of(repo, sha)
    paths = [path for place in _PLACES for path in await _files(repo, tree, place)]
    by_name = {path.lower(): path for path in reversed(paths)}
    wanted = [f"{place}/{name}".lstrip("/") for place in _PLACES for name in _NAMES]
    for place in _PLACES:
        folder = f"{place}/{_FOLDER}/".lstrip("/")
        several = sorted(path for path in by_name if path.startswith(folder) and path.endswith((".md", ".txt")))
        defaults = [path for path in several if path.removeprefix(folder).startswith("default.")]
        wanted += defaults or (several if len(several) == 1 else [])
    for path in wanted:
        content = await commits.read_file(repo, sha, by_name[path], _MAX_BYTES) if path in by_name else None
        if content and (text := content.decode("utf-8", "replace").strip()):
            return text
    return None


async def _files(repo: mirror.Mirror, tree: str, place: str) -> list[str]:
    """The files in a folder of a tree and in those folders below it that are called as templates are."""
    found: list[str] = []
    for name, kind in await _listed(repo, tree, f"{place}/" if place else ""):
        if kind == "blob":
            found.append(name)
        elif name.rpartition("/")[2].lower() == _FOLDER:
            found += [below for below, what in await _listed(repo, tree, f"{name}/") if what == "blob"]
    return found


async def _listed(repo: mirror.Mirror, tree: str, folder: str) -> list[tuple[str, str]]:
    """Path and kind of what lies in a folder, which ends with a slash or is empty. A listing too long is cut."""
    below = ("--", folder) if folder else ()
    listing = await git.run(
        "ls-tree", "-z", "--full-tree", tree, *below, git_dir=repo.path, limit=_MAX_LISTING, cut=True
    )
    found = []
    for record in listing.out.split(b"\0"):
        meta, _, name = record.partition(b"\t")
        if name and len(kinds := meta.split()) > 1:
            try:
                found.append((name.decode(), kinds[1].decode()))
            except UnicodeDecodeError:
                continue
    return found

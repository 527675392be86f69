"""Which files a contained program sees, told from paths alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.executors import view


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "home"
    path.mkdir()
    monkeypatch.setenv("HOME", str(path))
    return path


def make(*paths: Path) -> None:
    for path in paths:
        path.mkdir(parents=True, exist_ok=True)


def test_of_two_paths_one_in_the_other_the_deeper_counts(tmp_path: Path, home: Path) -> None:
    srv, data, shown = tmp_path / "srv", tmp_path / "srv/data", tmp_path / "srv/data/shown"
    make(shown, srv / "tools")

    seen = view.of([srv, shown], [data], "")

    assert [seen.shows(str(path)) for path in (srv, srv / "tools", data, data / "x", shown, shown / "x")] == [
        True, True, False, False, True, True,
    ]  # fmt: skip
    assert list(seen.hides()).count(str(data)) == 1


def test_what_is_both_shown_and_hidden_is_hidden(tmp_path: Path, home: Path) -> None:
    assert not view.of([home], [], "").shows(str(home / ".ssh"))
    assert not view.of([tmp_path], [tmp_path], "").shows(str(tmp_path))


def test_of_a_home_the_directories_on_path_are_seen_and_nothing_beside_them(home: Path) -> None:
    make(home / ".cargo/bin", home / ".nvm/v22/bin", home / ".nvm/v22/lib", home / ".pyenv/shims", home / ".pyenv/lib")
    search = f"relative:{home}/.cargo/bin:{home}/.nvm/v22/bin:{home}/.pyenv/shims:{home}:/bin::/"

    seen = view.of([], [], search)

    for name in (".cargo/bin/x", ".nvm/v22/bin/node", ".nvm/v22/lib/node_modules", ".pyenv/lib/x"):
        assert seen.shows(str(home / name)), name
    for name in (".cargo/credentials.toml", ".ssh/id", ".netrc"):
        assert not seen.shows(str(home / name)), name


def test_a_name_that_is_a_link_leads_to_the_real_place(tmp_path: Path, home: Path) -> None:
    make(tmp_path / "real/tools")
    (tmp_path / "tools").symlink_to(tmp_path / "real/tools")

    seen = view.of([tmp_path / "tools"], [], "")

    assert seen.shows(str(tmp_path / "real/tools/x"))
    assert (str(tmp_path / "tools"), str(tmp_path / "real/tools")) in seen.links
    assert not seen.shows(str(tmp_path / "real"))


@pytest.mark.parametrize(
    ("program", "shown"),
    [
        ("lib/node_modules/@a/cli/bundle/x.js", "lib/node_modules"),
        ("agent/1.0/bin/agent", "agent/1.0/lib"),
        ("agent/claude", "agent"),
    ],
)
def test_a_program_brings_its_package(tmp_path: Path, program: str, shown: str) -> None:
    assert tmp_path / shown in view.package(str(tmp_path / program))

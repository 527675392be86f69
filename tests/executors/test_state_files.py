"""A private directory in which an earlier run left links."""

from __future__ import annotations

import pytest

from app.executors import state_files


@pytest.mark.parametrize("target", ["elsewhere", "settings"], ids=["leads out", "leads to itself"])
def test_a_link_leads_nothing_out_of_it_and_not_even_a_directory(tmp_path, target):
    state, elsewhere = tmp_path / "state", tmp_path / "elsewhere"
    state.mkdir()
    elsewhere.mkdir()
    (state / "settings").symlink_to(elsewhere if target == "elsewhere" else state / "settings")
    with pytest.raises(OSError, match="symbolic"):
        state_files.write(state, {"settings/deep/file": "x"})
    assert not list(elsewhere.iterdir())


def test_what_is_in_a_files_place_is_replaced_and_not_followed(tmp_path):
    (tmp_path / "victim").write_text("old")
    state = tmp_path / "state"
    state.mkdir()
    (state / "key").symlink_to(tmp_path / "victim")
    state_files.write(state, {"key": "new"})
    assert (tmp_path / "victim").read_text() == "old"
    assert (state / "key").read_text() == "new"
    assert (state / "key").stat().st_mode & 0o777 == 0o600

"""What nobody needs any more is removed, and nothing else."""

from __future__ import annotations

import os
from datetime import timedelta

from app.lifecycle.run import Phase
from app.perform import worktrees
from app.reconcile import tidying
from app.store import preferences
from app.store.connection import iso
from tests.stories import scenes
from tests.stories.server import running


async def test_the_homes_of_executors_go_a_month_after_their_run_ended(hub, server):
    pull = await scenes.working_on(hub, server)
    run = await server.until(pull)
    homes = [server.world.root / "state" / name for name in (run.id, f"{run.id}.review")]
    for home in homes:
        (home / "sessions").mkdir(parents=True)

    async def tidied(phase, ago):
        when = iso(server.world.now() - ago)
        await server.world.database.write(
            lambda db: db.execute("UPDATE agentic_runs SET phase = ?, last_activity = ?", (phase, when))
        )
        await tidying.tidy(server.world)
        return [home.exists() for home in homes]

    assert await tidied(Phase.AWAITING_HUMAN, timedelta(days=60)) == [True, True]
    assert await tidied(Phase.COMPLETED, timedelta(days=29)) == [True, True]
    assert await tidied(Phase.COMPLETED, timedelta(days=31)) == [False, False]


def old_tree(folder, name="01ABC.0"):
    """A tree of a run that ended long ago."""
    tree = folder / name
    tree.mkdir()
    (tree / "a.py").write_text("A = 1\n")
    os.utime(tree, (0, 0))
    return tree


async def preferring(server, folder):
    await server.world.database.write(lambda db: preferences.save(db, worktrees_dir=str(folder)))
    return await worktrees.folder(server.world)


async def test_old_trees_go_from_the_folder_that_is_preferred(server, tmp_path):
    tree = old_tree(await preferring(server, tmp_path / "preferred"))
    await tidying.tidy(server.world)
    assert not tree.exists()


async def test_nothing_behind_a_link_that_somebody_put_in_the_place_of_the_folder_for_trees_is_removed(
    server, tmp_path
):
    folder = await preferring(server, tmp_path / "preferred")
    (tmp_path / "elsewhere").mkdir()
    tree = old_tree(tmp_path / "elsewhere")
    folder.rmdir()
    folder.symlink_to(tmp_path / "elsewhere")

    await tidying.tidy(server.world)
    assert tree.exists()


async def test_the_trees_of_another_server_with_the_same_preference_are_left_alone(hub, server, tmp_path):
    mine = await preferring(server, tmp_path / "preferred")
    async with running(hub, tmp_path / "another") as other:
        theirs = await preferring(other, tmp_path / "preferred")
    tree = old_tree(theirs)
    await tidying.tidy(server.world)
    assert tree.exists()
    assert mine.parent == theirs.parent

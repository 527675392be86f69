"""TryModel: whether a model answers, found out with one small question; the answer is noted with the model."""

from __future__ import annotations

from app import encryption, redact
from app.errors import DursorError
from app.executors import trial
from app.lifecycle import effects
from app.perform.world import Outcome, World
from app.store import model_profiles


async def try_model(effect: effects.TryModel, world: World) -> Outcome:
    """Ask, within a time, and note what came: whatever goes wrong is the answer and no reason to ask again."""
    try:
        keys = encryption.keys(world.settings)
        profile = await world.database.read(lambda db: model_profiles.find(db, effect.model_id, keys))
        if profile is not None:
            redact.register(profile.key)
            await trial.ask(profile.provider, profile.model_name, profile.key, profile.base_url)
        problem = None
    except DursorError as error:
        problem = redact.text(str(error))
    return lambda db: model_profiles.note_trial(db, effect.model_id, problem)

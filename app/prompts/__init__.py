"""What executors are told, all in one place: what to do, what people asked for, and evidence as data."""

from app.prompts.breakdown import breakdown
from app.prompts.describing import described, describing
from app.prompts.issue import issue
from app.prompts.repository import FILES, MAX_FILE_BYTES, repository
from app.prompts.review import review, within
from app.prompts.work import conflict, going_on, instruction

__all__ = [
    "FILES",
    "MAX_FILE_BYTES",
    "breakdown",
    "conflict",
    "described",
    "describing",
    "going_on",
    "instruction",
    "issue",
    "repository",
    "review",
    "within",
]

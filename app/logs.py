"""Logging: structlog, one line an event, for people or for machines, and redacted whatever it holds."""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog
from structlog.typing import EventDict, Processor

from app import redact
from app.config import Settings


def configure(settings: Settings) -> None:
    """Set up logging for the process; libraries' own loggers are heard from `warning` on, in the same form."""
    level = getattr(logging, settings.log_level.upper())
    shape: Processor = (
        structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback)
        if settings.log_format == "console"
        else structlog.processors.JSONRenderer()
    )
    processors: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        _redacted,
    ]
    structlog.configure(
        processors=[*processors, shape],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=processors,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, shape],
        )
    )
    logging.basicConfig(level=max(level, logging.WARNING), handlers=[handler], force=True)


def _redacted(logger: object, method: str, event: EventDict) -> EventDict:
    """The event without secrets; what begins with an underscore is structlog's own, and not shown."""
    return {key: value if key.startswith("_") else _clean(value) for key, value in event.items()}


def _clean(value: Any) -> Any:
    """The value without secrets, in whatever it is nested."""
    if isinstance(value, str):
        return redact.text(value)
    if isinstance(value, dict):
        return {key: _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [_clean(part) for part in value]
    return value if value is None or isinstance(value, bool | int | float) else redact.text(str(value))

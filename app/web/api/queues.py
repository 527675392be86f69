"""/deliveries and /jobs: the inbox and the outbox, and how to put right what went wrong there."""

from __future__ import annotations

import zlib
from typing import Annotated, Literal

from pydantic import Field

from app.store import deliveries, jobs, listing
from app.store.connection import Connection
from app.web.api.operation import Call, Operation
from app.web.api.paging import found, lists, shows
from app.web.api.problems import NotFound, Trouble
from app.web.api.shapes import Asked, Moment, Object, Page, Paged, Shown, Switch

State = Literal["pending", "done", "ignored", "failed"]
JobState = Literal["queued", "running", "done", "failed", "canceled"]


class Delivery(Shown):
    """A webhook delivery, without its body."""

    guid: str
    sequence: int = Field(description="the order of arrival")
    event: str
    action: str | None
    installation: int | None
    repository: int | None = Field(description="GitHub's id")
    status: State
    error: str | None
    attempts: int
    interruptions: int | None
    received_at: Moment
    processed_at: Moment | None


class WholeDelivery(Delivery):
    """A webhook delivery; its body only where it was asked for."""

    payload: str | None = Field(None, description="the body as it came; null unless asked for with `payload=true`")


class DeliveryQuery(Paged):
    """Filters of the list."""

    status: State | None = None
    event: Annotated[str | None, Field(pattern=r"^[a-z_]{1,64}$")] = None


class DeliveryView(Asked):
    """How much to show of a delivery."""

    payload: Annotated[Switch, Field(description="show the body, too")] = False


class Job(Shown):
    """An effect that was decided, on its way to be performed."""

    id: str
    kind: str
    key: str
    lane: str | None
    status: JobState
    attempts: int
    interruptions: int | None
    error: str | None
    run_after: Moment
    created_at: Moment
    updated_at: Moment


class WholeJob(Job):
    """A job with what it is to do."""

    payload: Object


class JobQuery(Paged):
    """Filters of the list."""

    status: JobState | None = None
    kind: Annotated[str | None, Field(pattern=r"^[A-Za-z]{1,64}$")] = None


def show(db: Connection, call: Call[DeliveryView, None]) -> WholeDelivery:
    """The delivery, with its body where that was asked for."""
    row = dict(found(db, listing.DELIVERIES, call.ids["guid"], "delivery"))
    if call.query.payload:
        row["payload"] = _body(db, row["guid"])
    return WholeDelivery.model_validate(row)


def replay(db: Connection, call: Call[None, None]) -> Delivery:
    """The delivery, which waits to be handled once more."""
    if not deliveries.replay(db, call.ids["guid"]):
        raise NotFound("delivery")
    return Delivery.model_validate(dict(found(db, listing.DELIVERIES, call.ids["guid"], "delivery")))


def retry(db: Connection, call: Call[None, None]) -> Job:
    """The job, queued once more."""
    row = found(db, listing.JOBS, call.ids["job_id"], "job")
    if not jobs.retry(db, row["id"]):
        raise Trouble("conflict", "The job has not failed, or the same is queued already.")
    return Job.model_validate(dict(found(db, listing.JOBS, row["id"], "job")))


def _body(db: Connection, guid: str) -> str | None:
    packed = deliveries.packed(db, guid)
    try:
        return deliveries.unpack(packed).decode(errors="replace") if packed else None
    except zlib.error:
        return None  # damaged: as the inbox says of it, too


OPERATIONS = (
    Operation("GET", "/deliveries", "listDeliveries", "List webhook deliveries, the newest first",
              lists(listing.DELIVERIES, Delivery), Page[Delivery], query=DeliveryQuery),
    Operation("GET", "/deliveries/{guid}", "getDelivery", "Show a delivery", show, WholeDelivery, query=DeliveryView),
    Operation("POST", "/deliveries/{guid}/replay", "replayDelivery", "Handle a delivery once more", replay, Delivery),
    Operation("GET", "/jobs", "listJobs", "List jobs, the newest first", lists(listing.JOBS, Job), Page[Job],
              query=JobQuery),
    Operation("GET", "/jobs/{job_id}", "getJob", "Show a job", shows(listing.JOB, WholeJob, "job"), WholeJob),
    Operation("POST", "/jobs/{job_id}/retry", "retryJob", "Try a failed job again", retry, Job, conflicts=True),
)  # fmt: skip

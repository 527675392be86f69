"""Who may: the administrator with the token, and nobody where no token is set."""

from __future__ import annotations

import pytest

from tests.api.conftest import PROBLEM
from tests.edge import front as fronts

PATHS = ["/repos", "/openapi.json", "/models", "/no-such-thing", "/repos/nobody", "/%0A", "/repos/%0D%0Ax", ""]
WRONG = {
    "none": None, "another": "Bearer another-token", "empty": "Bearer ", "basic": f"Basic {fronts.ADMIN}",
    "a part": f"Bearer {fronts.ADMIN[:-1]}", "more": f"Bearer {fronts.ADMIN}x", "bare": fronts.ADMIN,
}  # fmt: skip
pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.mark.parametrize("path", PATHS)
async def test_whoever_has_not_the_token_learns_nothing_whatever_is_asked(shared, path):
    answers = [await shared.ask("GET", path, Authorization=given) for given in WRONG.values()]
    assert {answer.status for answer in answers} == {401}
    assert {answer.headers["WWW-Authenticate"] for answer in answers} == {"Bearer"}
    assert {answer.headers["Content-Type"] for answer in answers} == {PROBLEM}
    assert len({answer.body for answer in answers}) == 1


async def test_nothing_is_done_for_whoever_has_not_the_token(shared):
    await shared.refused(401, "unauthorized", "DELETE", "/models/{model_id}", Authorization="Bearer another")
    await shared.refused(401, "unauthorized", "POST", "/tasks", b"{", Authorization=None)
    assert (await shared.get("/models/{model_id}"))["id"] == shared.ids["model_id"]


async def test_the_token_opens_it_however_the_scheme_is_written(shared):
    for scheme in ("Bearer", "bearer", "BEARER"):
        assert (await shared.ask("GET", "/repos", Authorization=f"{scheme} {fronts.ADMIN}")).status == 200


@pytest.mark.asyncio(loop_scope="function")
async def test_without_a_token_the_api_is_off_and_says_how_to_turn_it_on(tmp_path, pem):
    async with fronts.door(tmp_path, pem, admin_token=None) as front:
        for path in PATHS:
            for given in ("Bearer ", "Bearer None", None):
                answer = await front.ask("GET", f"/api/v1{path}", Authorization=given)
                assert (answer.status, answer.json["type"]) == (404, "urn:dursor:problem:api-off")
                assert "DURSOR_ADMIN_TOKEN" in answer.json["detail"]

"""What tokens are taken to cost: by the model's name, and never by the name of another model."""

from __future__ import annotations

import pytest

from app.executors import prices

USED = {"input": 1_000_000, "cached": 400_000, "output": 100_000}


@pytest.mark.parametrize(
    "model", ["gpt-5.5", "gpt-5.5-2026-04-23", "gpt-5.5-latest", "claude-opus-4-5@20251101", "claude-opus-4-5-20251101"]
)
def test_a_version_of_a_model_costs_what_the_model_does(model):
    assert prices.cost(model, USED) == prices.cost(model[:7] if model.startswith("gpt") else "claude-opus-4-5", USED)


def test_what_came_from_the_cache_is_a_part_of_the_input_and_cheaper():
    assert prices.cost("gpt-5.5", USED) == pytest.approx(0.6 * 5 + 0.4 * 0.5 + 0.1 * 30)
    assert prices.cost("gpt-5.5", {"input": 10, "cached": 20}) == pytest.approx(10 * 0.5 / 1_000_000)
    assert prices.cost("gpt-5.5", {}) == 0


@pytest.mark.parametrize("model", ["gpt-5.5-pro", "gpt-5.55", "gpt-5.5-codex-max", "my-gpt-5.5", "llama", "", "gpt"])
def test_a_model_that_is_not_listed_has_no_price(model):
    assert prices.cost(model, USED) is None


def test_a_family_s_small_model_is_not_its_large_one():
    large, small = prices.cost("gpt-5.4", USED), prices.cost("gpt-5.4-mini", USED)
    assert large is not None
    assert small is not None
    assert small < large

"""The manual's page on v2 says what the code does, and its example runs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from simulator.apis.uid2.subscription import Subscription
from simulator.apis.uid2.v2.operations import OPERATIONS
from simulator.apis.uid2.world import Uid2World
from simulator.core.model.api import Operation

PAGE = (Path(__file__).parents[4] / "simulator/apis/uid2/README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    [example] = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(example, "simulator/apis/uid2/README.md", "exec"), {})
    assert capsys.readouterr().out.split() == re.findall(r"^ *# (\S+)$", example, re.MULTILINE)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda found: found.name)
def test_every_operation_is_listed_with_its_path(operation: Operation[Uid2World]) -> None:
    assert f"`{operation.name}`" in PAGE
    assert f"`{operation.path}`" in PAGE


def test_the_subscription_is_the_codes() -> None:
    assert f"`{Subscription().public_key}`" in PAGE
    assert f"`{Subscription().subscription_id}`" in PAGE

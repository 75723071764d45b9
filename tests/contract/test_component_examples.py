"""The sandbox and the PHP component answer as the contract's examples say."""

from __future__ import annotations

import re

import pytest

from contract.component_crm import NOW
from contract.component_examples import FOLDER, example, names
from contract.component_fixtures import Stage, php_component, sandbox, sandbox_stage, stage
from contract.component_scenes import SCENES, granted
from sandbox_crm.component.operations import OPERATIONS

__all__ = ["php_component", "sandbox", "sandbox_stage", "stage"]
README = (FOLDER.parent / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", names())
def test_the_component_answers_as_the_example(stage: Stage, name: str) -> None:
    wanted = example(name)
    token = SCENES[name](stage.caller, stage.component, stage.clock)
    parameters = wanted.parameters | (granted(stage.window) if name == "token" else {})

    if wanted.files:
        files = {name: text.encode() for name, text in wanted.files.items()}
        answer = stage.caller.upload(wanted.operation, token, files, **parameters)
    else:
        answer = stage.caller.raw(wanted.operation, token if wanted.signed_in else "", **parameters)

    assert wanted.differences(answer.status_code, answer.json()) == []


def test_every_scene_has_its_example() -> None:
    assert sorted(SCENES) == names()


def test_an_example_tells_a_difference() -> None:
    wanted = example("login-no-seat")
    other = example("login-inactive")

    found = wanted.differences(other.status, other.answer)

    assert found
    assert any("no_seat" in line for line in found)


def test_every_operation_and_every_code_is_shown_and_written_down() -> None:
    table = README.partition("## Codes")[2].partition("\n## ")[0]
    told = set(re.findall(r"^\| `([a-z_]+)`(?:, `([a-z_]+)`)? \|", table, re.MULTILINE))
    codes = {code for pair in told for code in pair if code}
    shown = {code for name in names() if (code := example(name).answer.get("data", {}).get("code"))}

    assert shown <= codes
    assert codes == shown, "a code of the contract without an example"
    assert {example(name).operation for name in names()} == set(OPERATIONS)
    assert all(f"## {operation}\n" in README for operation in OPERATIONS)


def test_the_server_tells_its_own_time(stage: Stage) -> None:
    status = stage.caller.result("mailconnectorstatus")

    assert status["server_time"] == NOW.isoformat()
    assert status["time_zone"] == "Europe/Rome"

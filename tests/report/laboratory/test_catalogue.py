"""The laboratory is complete: each verdict has habits to find, and each good client does its work."""

from __future__ import annotations

from collections import Counter

import pytest

from simulator.apis import discover
from simulator.core.model.call import WIRE_FAULTS
from simulator.report import verdicts
from simulator.report.probe_files import FOLDER
from simulator.scenario import loader, shipped
from tests.report.laboratory.catalogue import BAD, GOOD, PROGRAMS, Program, trials_of
from tests.report.laboratory.probing import FAITHFUL, PROBES
from tests.report.laboratory.run import Laboratory


def test_each_verdict_has_two_planted_habits_at_least() -> None:
    planted = Counter(program.verdict for program in BAD)
    assert {name: planted[name] for name in verdicts.names() if planted[name] < 2} == {}


def test_each_habit_names_verdicts_that_exist() -> None:
    named = {program.verdict for program in BAD} | {name for program in PROGRAMS.values() for name in program.beside}
    assert named - {*verdicts.names()} == set()


def test_good_clients_come_in_ten_styles_and_speak_both_apis() -> None:
    assert len(GOOD) >= 10
    assert {program.api for program in GOOD} == {api.name for api in discover()}


def test_no_two_programs_have_one_name() -> None:
    assert len(PROGRAMS) == len(GOOD) + len(BAD)


def test_each_program_is_asked_by_probes_that_fit_it() -> None:
    misfits = [program.name for program in PROGRAMS.values() if not all(map(program.fits, trials_of(program)))]
    assert misfits == []


def test_each_scenario_of_the_folder_is_a_probe() -> None:
    own = {probe.scenario for probe in PROBES.values()}
    assert {path.name for path in FOLDER.iterdir() if path not in own} == set()


def test_each_shipped_scenario_is_a_probe() -> None:
    assert set(shipped.names()) - set(PROBES) == set()


@pytest.mark.parametrize("path", sorted(FOLDER.iterdir()), ids=lambda path: path.stem)
def test_a_probes_scenario_has_no_mistake_and_no_doubt(path: object) -> None:
    text = (FOLDER / str(path)).read_text()
    assert (
        loader.load(text, discover(), verdicts=verdicts.names(), name=str(path), supported_faults=WIRE_FAULTS).doubts
        == ()
    )


@pytest.mark.parametrize("program", GOOD, ids=lambda program: program.name)
def test_a_good_client_ends_well_where_nothing_fails(opened: Laboratory, program: Program) -> None:
    outcome = opened.run(program, FAITHFUL)
    assert (outcome.result.exit_status, outcome.result.crash, outcome.result.stopped_us) == (0, "", 0), (
        outcome.result.output
    )
    assert all(entry.status == 200 for entry in outcome.report.entries if entry.operation)
    assert any(entry.operation for entry in outcome.report.entries)

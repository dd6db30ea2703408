"""The runner of the mutants on a toy project: it calls nothing killed that is not."""

import dataclasses
import subprocess
import textwrap

import pytest

from tests.mutants import mutants, newest_first
from tests.mutation import judge, run_mutants
from tests.planted import ROOT, Mutant, Outcome, Runner

SUMS = """
    def total(values):
        result = 0
        for value in values:
            result += value
        return result


    def again(values):
        result = list(values)
        return result
"""
TESTS = """
    import pytest

    from toybox import sums


    @pytest.mark.parametrize("values", [[], [1, 2]])
    def test_total(values):
        assert sums.total(values) == sum(values)


    def test_cannot_fail():
        sums.total([1, 2])


    @pytest.fixture
    def summed():
        assert sums.total([1, 2]) == 3


    def test_with_fixture(summed):
        pass


    def test_already_wrong():
        assert sums.total([1]) == 2


    @pytest.mark.skip
    def test_skipped():
        assert sums.total([1]) == 1
"""


@pytest.fixture
def toy(tmp_path):
    """Write a toy project with one module and its tests."""
    root = tmp_path / "toy"
    for path, content in {"toybox/sums.py": SUMS, "checks/test_sums.py": TESTS}.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(textwrap.dedent(content).lstrip())
    return root


def mutant(name, test="test_total", before="+= value", after="-= value", module="toybox.sums"):
    return Mutant(name, module, before, after, f"checks/test_sums.py::{test}")


def verdicts(mutants, root):
    """Run the mutants on the toy; return what run_mutants says, the status by name, the report."""
    written = []
    good = run_mutants(mutants, Runner(root, preload=()), written.append)
    report = "".join(written)
    table = report[report.index("\nmutant ") :].splitlines()
    names = {one.name for one in mutants}
    rows = [line.split() for line in table if "checks/test_sums.py::" in line]
    return good, {row[0]: row[1] for row in rows if row[0] in names}, report


def test_a_killed_mutant_passes_and_a_skipped_one_is_told(toy):
    before = (toy / "toybox/sums.py").read_text()
    good, found, report = verdicts([mutant("sign"), mutant("unseen", "test_skipped")], toy)
    assert good and found == {"sign": "killed", "unseen": "skipped"}
    assert report.endswith("\nmutants: 1 passed, 0 failed, 1 skipped\n")
    assert (toy / "toybox/sums.py").read_text() == before


def test_a_surviving_mutant_fails_the_run(toy):
    good, found, report = verdicts([mutant("sign"), mutant("lives", "test_cannot_fail")], toy)
    assert not good and found == {"sign": "killed", "lives": "SURVIVED"}
    assert "lives (toybox.sums): the test passes with the mistake planted" in report
    assert report.endswith("\nmutants: 1 passed, 1 failed\n")


def test_what_is_no_proof_is_an_error(toy):
    trouble = {
        mutant("absent", before="*= value"): "it occurs 0x",
        mutant("twice", before="return result"): "it occurs 2x",
        mutant("same", after="+= value"): "differ from after",
        mutant("syntax", after="+= ) value"): "must leave valid Python",
        mutant("nowhere", module="toybox.other"): "there is no",
        mutant("no-import", before="def total", after="import none_such\ndef total"): "did not run",
        mutant("fixture", "test_with_fixture"): "failed outside its own body",
        mutant("already", "test_already_wrong"): "fails without any mistake planted",
        mutant("repeated"): "another mutant has the same name",
        mutant("repeated", after="*= value"): "another mutant has the same name",
    }
    good, found, report = verdicts(list(trouble), toy)
    assert not good and set(found.values()) == {"ERROR"} and len(found) == 9
    for reason in trouble.values():
        assert reason in report
    assert report.endswith("\nmutants: 0 passed, 10 failed\n")


def test_within_a_time_the_first_batches_are_tried_and_the_rest_is_counted(toy, monkeypatch):
    monkeypatch.setattr("tests.mutation.BATCH", 2)
    clock = iter(range(10)).__next__
    several = [mutant(f"sign-{number}") for number in range(5)]
    written = []
    assert run_mutants(several, Runner(toy, preload=()), written.append, seconds=2, clock=clock)
    report = "".join(written)
    assert report.count("sign-0: killed") == 1 and "sign-2" not in report
    assert report.endswith("\nmutants: 2 passed, 0 failed, 3 left for want of time\n")
    assert run_mutants(several, Runner(toy, preload=()), written.append, seconds=0)
    assert written[-1] == "\nmutants: 0 passed, 0 failed, 5 left for want of time\n"


def test_the_mutants_of_the_last_edits_come_first(toy):
    (toy / "checks/test_other.py").write_text("def test_other():\n    pass\n")
    (toy / "toybox/other.py").write_text("OTHER = 1\n")
    sums, other = mutant("sums"), dataclasses.replace(mutant("other"), module="toybox.other")
    other = dataclasses.replace(other, test="checks/test_other.py::test_other")
    assert newest_first([sums, other], toy) == [sums, other]  # no repository
    git(toy, "init", "--quiet")
    for files in ("checks/test_other.py", "toybox/other.py", "toybox/sums.py", "checks"):
        git(toy, "add", files)
        git(toy, "commit", "--quiet", "--allow-empty", "--message", files)
    assert newest_first([other, sums], toy) == [sums, other]
    (toy / "toybox/other.py").write_text("OTHER = 2\n")
    assert newest_first([sums, other], toy) == [other, sums]


def git(root, *arguments):
    """Run git in a folder, as somebody."""
    names = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org"]
    subprocess.run(["git", "-C", str(root), *names, *arguments], check=True)


def test_a_test_that_does_not_exist_is_an_error(toy):
    good, found, report = verdicts([mutant("typo", "test_totall")], toy)
    assert not good and found == {"typo": "ERROR"} and "no such test was collected" in report


def test_a_mutant_that_never_ends_is_an_error(toy):
    endless = mutant("endless", before="result = 0", after="result = 0\n    while True: pass")
    path, source = endless.plant(toy)
    runner = Runner(toy, preload=(), seconds=2.0)
    ((index, outcome),) = runner.run([([endless.test], (endless.module, str(path), source))])
    assert index == 0 and outcome.code is None and judge(outcome)[0] == "ERROR"


def test_an_exit_code_of_one_without_a_failed_test_is_an_error():
    for code, phases in ((1, []), (1, [("t", "call", "passed")]), (70, []), (-9, [])):
        assert judge(Outcome(code, phases, "", 0.0))[0] == "ERROR"
    assert judge(Outcome(1, [("t", "call", "failed")], "", 0.0)) == ("killed", "")


MUTANTS = mutants()


@pytest.mark.parametrize("one", MUTANTS, ids=lambda one: one.name)
def test_every_mutant_can_be_planted_and_names_a_test(one):
    one.plant()
    file, _, function = one.test.partition("::")
    assert f"def {function.split('[')[0]}(" in (ROOT / file).read_text(encoding="utf-8")


def test_no_two_mutants_have_the_same_name():
    assert len({one.name for one in MUTANTS}) == len(MUTANTS)

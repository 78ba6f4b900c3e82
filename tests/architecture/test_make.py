"""The targets that users and the change gate rely on."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def planned(target, *variables):
    """What make would run for a target, in an environment that is not made yet."""
    command = ["make", "-n", target, *variables]
    done = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT)
    return done.stdout


@pytest.mark.parametrize(
    ("target", "extras", "runs"),
    [
        ("demo", "server", "python tools/demo.py"),
        ("check", "dev", "python tools/check.py"),
        ("test", "dev", "python -m pytest"),
        ("bench", "dev", "benchmarks/install.py"),
        ("soak", "dev", "python -m pytest"),
        ("docs", "dev", "python tools/errors.py"),
        ("hostile", "dev", "python tools/hostile.py"),
    ],
)
def test_each_target_makes_the_environment_it_needs_and_runs(tmp_path, target, extras, runs):
    plan = planned(target, f"VENV={tmp_path / 'venv'}")
    assert f"tools/setup.sh {extras}" in plan
    assert runs in plan


def test_help_lists_every_target():
    done = subprocess.run(
        ["make", "--no-print-directory", "help"], check=True, capture_output=True, text=True, cwd=ROOT
    )
    listed = {line.split()[1] for line in done.stdout.splitlines()}
    assert listed == {"help", "demo", "test", "check", "bench", "soak", "docs", "hostile", "clean"}


def test_the_gate_checks_and_tests():
    gate = (ROOT / ".ci" / "run").read_text()
    assert "for target in check test; do" in gate

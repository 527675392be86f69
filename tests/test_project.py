"""The project as a thing people clone, install and build: locks, the wheel, and what no file may say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ["requirements-build.lock", "requirements-dev.lock", "requirements-image.lock", "requirements.lock"]


def test_no_file_names_the_host_of_a_package_registry():
    hosts = [".".join(parts) for parts in [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org")]]
    for path in project_files():
        content = path.read_bytes()
        assert not [host for host in hosts if host.encode() in content], path


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_hashed_versions_and_no_address(name):
    lock = (ROOT / name).read_text()
    entries = re.split(r"\n(?=\S)", lock.strip())
    assert entries
    for entry in entries:
        assert re.match(r"[a-z0-9-]+==\S+ (; [^\n]+)?\\\n( +--hash=sha256:[0-9a-f]{64}( \\\n)?)+$", entry), entry


@pytest.mark.parametrize("name", LOCKS)
def test_the_locks_agree_on_versions(name):
    everything = versions("requirements-dev.lock")
    assert versions(name).items() <= everything.items()


def test_the_wheel_holds_the_program_and_its_schema_and_nothing_else(tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", tmp_path]
    done = subprocess.run(build, cwd=ROOT, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    [path] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        names = wheel.namelist()
        assert wheel.read("app/schema.sql") == (ROOT / "schema.sql").read_bytes()
        [entry_points] = [wheel.read(name).decode() for name in names if name.endswith("/entry_points.txt")]
    assert "dursor = app.cli:main" in entry_points
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"app", "dursor"}
    assert not [name for name in names if name.rpartition("/")[2].startswith(("test_", "conftest"))]


@pytest.mark.parametrize(("ci", "outcome"), [("true", pytest.ExitCode.TESTS_FAILED), ("", pytest.ExitCode.OK)])
def test_a_skipped_test_fails_in_ci_only(tmp_path, ci, outcome):
    (tmp_path / "test_idle.py").write_text("import pytest\n\ndef test_idle():\n    pytest.skip('no mood')\n")
    command = [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider"]
    command += ["--basetemp", tmp_path / "run", tmp_path / "test_idle.py"]
    done = subprocess.run(command, cwd=ROOT, env=os.environ | {"CI": ci}, check=False, capture_output=True)
    assert done.returncode == outcome, done.stdout


def project_files() -> list[Path]:
    """Every file that is, or would be, committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [path for name in listed.split("\0") if name and (path := ROOT / name).is_file()]


def versions(lock: str) -> dict[str, str]:
    """Name to version, of each package in a lock."""
    return dict(re.findall(r"^([a-z0-9-]+)==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))

"""What is missing is installed where it is missed."""

import sys

import pytest

from sharky.model.extras import way_to_install


@pytest.fixture
def python(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(sys, "executable", "/home/of mine/.venv/bin/python")
    monkeypatch.setattr(sys, "base_prefix", "/usr")
    return monkeypatch


def test_a_virtual_environment_gets_it_by_its_own_pip(python: pytest.MonkeyPatch) -> None:
    python.setattr(sys, "prefix", "/home/of mine/.venv")
    assert way_to_install("sharky[pi]", "python3-lgpio") == "'/home/of mine/.venv/bin/python' -m pip install 'sharky[pi]'"


def test_the_systems_python_gets_it_from_debian_where_it_has_it(python: pytest.MonkeyPatch) -> None:
    python.setattr(sys, "prefix", "/usr")
    assert way_to_install("sharky[pi]", "python3-lgpio") == "sudo apt install python3-lgpio"
    assert way_to_install("scapy").endswith("-m pip install scapy")

"""The owner's code: what is none, and that no message says what it is."""

from __future__ import annotations

import pytest

from sharky.appliance.settings import Machine, read_machine
from sharky.model.errors import SettingsError


def read(page: str) -> Machine:
    return read_machine(f"version: 1\npage: {page}\n", "sharky.yaml")


@pytest.mark.parametrize(
    ("written", "code"), [('"reef lantern"', "reef lantern"), ("reef-42", "reef-42"), ("012345", "012345"), ('"Größe: 7"', "Größe: 7")]
)
def test_a_code_is_text_as_it_was_written(written: str, code: str) -> None:
    assert read(f"{{code: {written}}}").code == code


def test_without_one_nobody_in_the_network_may_change_anything() -> None:
    assert read("{port: 81}").code == ""


@pytest.mark.parametrize(
    ("written", "trouble"),
    [
        ("{code: s3cr3}", "2:14: the code has 5 characters\n  write 6 to 100"),
        ('{code: "  s3cr3  "}', "the code has 5 characters"),
        ('{code: ""}', "the code has 0 characters"),
        (f"{{code: {'s3cr3' * 30}}}", "the code has 150 characters"),
        ("{code: [s3cr3t]}", '"code" takes text'),
        ("{code: s3cr3t, port: 0}", '"port" is at least 1'),
        ("{port: 0, 'code' : s3cr3t}", '"port" is at least 1'),
    ],
)
def test_what_is_wrong_is_said_without_the_code(written: str, trouble: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(written)
    assert trouble in str(caught.value)
    assert "s3cr3" not in str(caught.value)


def test_nor_is_it_where_settings_are_printed() -> None:
    assert "s3cr3t" not in repr(read("{code: s3cr3t}"))

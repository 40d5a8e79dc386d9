"""What is fuzzed: each target takes octets and fails on whatever must never happen. None of them needs a fuzzer to run."""

from collections.abc import Callable

from tests.fuzz.targets.dissector import check_dissector
from tests.fuzz.targets.lights import check_lights
from tests.fuzz.targets.names import check_names
from tests.fuzz.targets.owners import check_owners
from tests.fuzz.targets.readers import check_readers
from tests.fuzz.targets.requests import check_requests
from tests.fuzz.targets.rules import check_rules

TARGETS: dict[str, Callable[[bytes], None]] = {
    "readers": check_readers,
    "dissector": check_dissector,
    "names": check_names,
    "rules": check_rules,
    "lights": check_lights,
    "owners": check_owners,
    "requests": check_requests,
}

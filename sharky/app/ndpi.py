"""nDPI's opinion of each flow, by way of nfstream: an extra that nobody needs, off unless it is asked for."""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from sharky.model.errors import CaptureError, Problem
from sharky.model.extras import way_to_install

if TYPE_CHECKING:
    from sharky.app.flows import Ends

UNKNOWN = "Unknown"
"""What nDPI says where it has no opinion."""


def names_by_ndpi(capture: Path) -> dict[Ends, str]:
    """Return what nDPI calls the flows of a capture, such as `TLS.Netflix`, where it has an opinion.

    Raises:
        CaptureError: If nfstream is not installed, or cannot read the capture.
    """
    try:
        from nfstream import NFStreamer
    except ImportError as error:
        raise CaptureError(Problem("nfstream is not installed, and it brings nDPI", way_to_install("sharky[ndpi]"))) from error
    try:
        flows = list(NFStreamer(source=str(capture), statistical_analysis=False, n_meters=1))
    except (ValueError, OSError) as error:
        raise CaptureError(Problem(f"nfstream cannot read {capture.name}: {error}", "try again without --ndpi")) from error
    return {_ends(flow): flow.application_name for flow in flows if flow.application_name != UNKNOWN}


def _ends(flow: object) -> Ends:
    sides = ((getattr(flow, f"{side}_ip"), getattr(flow, f"{side}_port")) for side in ("src", "dst"))
    return frozenset((str(ip_address(address)), int(port)) for address, port in sides)

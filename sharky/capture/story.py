"""A story: a capture with a title and captions that tell what is happening, in a YAML file of the same name beside it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sharky.capture.files import open_captures
from sharky.capture.pacing import LAP_GAP_NS
from sharky.capture.sidecar import Caption, read_sidecar, sidecar_of

CAPTURES = (".pcapng", ".pcap", ".pcapng.gz", ".pcap.gz")


@dataclass(frozen=True, slots=True)
class Story:
    """A capture that tells something.

    Attributes:
        capture: The capture file.
        title: A few words.
        about: One sentence on what there is to see.
        captions: In the order of time.
        first_ns: Time of the capture's first packet.
        lap_ns: How long it lasts until it begins again when it is looped.
    """

    capture: Path
    title: str
    about: str
    captions: tuple[Caption, ...]
    first_ns: int
    lap_ns: int

    def caption_at(self, time_ns: int) -> str:
        """Return what is said at a moment of packet time, in any lap; empty before the first caption.

        >>> story = Story(Path("a.pcapng"), "", "", (Caption(5, "Hello"),), first_ns=100, lap_ns=50)
        >>> [story.caption_at(time_ns) for time_ns in (104, 105, 154, 155)]
        ['', 'Hello', '', 'Hello']
        """
        at_ns = (time_ns - self.first_ns) % self.lap_ns
        return next((caption.text for caption in reversed(self.captions) if caption.at_ns <= at_ns), "")


def find_stories(folder: Path) -> tuple[Path, ...]:
    """Return the captures of a folder that have a sidecar, by name."""
    files = sorted(path for path in folder.iterdir() if path.name.endswith(CAPTURES)) if folder.is_dir() else []
    return tuple(path for path in files if sidecar_of(path).is_file())


def load_story(path: Path) -> Story:
    """Read a story, named by its capture.

    Raises:
        CaptureError: Where the capture cannot be read.
        SettingsError: Where the sidecar cannot be used, with all that is wrong with it.
    """
    first_ns, last_ns = _span(path)
    sidecar = read_sidecar(sidecar_of(path))
    return Story(path, sidecar.title, sidecar.about, sidecar.captions, first_ns, last_ns - first_ns + LAP_GAP_NS)


def _span(path: Path) -> tuple[int, int]:
    """Return the time of the first packet, and the packet clock behind the last."""
    capture = open_captures([path])
    first_ns, last_ns = 0, 0
    for batch in capture.batches():
        first_ns = int(batch.time_ns[0]) if batch.first_number == 1 else first_ns
        last_ns = batch.now_ns
    capture.close()
    return first_ns, max(first_ns, last_ns)

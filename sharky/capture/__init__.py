"""Where packets come from: capture files, and the pace at which they are replayed."""

from sharky.capture.clock import SystemClock
from sharky.capture.files import open_captures
from sharky.capture.pacing import Looped, Paced
from sharky.capture.story import Story, find_stories, load_story

__all__ = ["Looped", "Paced", "Story", "SystemClock", "find_stories", "load_story", "open_captures"]

"""All stories that Sharky brings along, in the order in which they are told."""

from __future__ import annotations

from scripts.stories import intruder, morning, movie_night, smart_home

STORIES = {story.name: story for story in (morning.STORY, movie_night.STORY, intruder.STORY, smart_home.STORY)}

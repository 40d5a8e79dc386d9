"""The one path every packet takes, live or replayed."""

from sharky.pipeline.path import Identified, Pipeline, Reading

__all__ = ["Identified", "Pipeline", "Reading"]

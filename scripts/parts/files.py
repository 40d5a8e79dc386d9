"""Pieces as files that every slicer reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trimesh import Trimesh

from scripts.parts.pieces import Piece
from sharky.model.errors import OutputError, Problem


def file_name(piece: Piece) -> str:
    """Return a piece's file name, with how often it is needed."""
    return f"{piece.name}-x{piece.copies}.stl" if piece.copies > 1 else f"{piece.name}.stl"


def write_pieces(pieces: Sequence[Piece], folder: Path) -> list[str]:
    """Write a file for each piece, in millimetres and as it lies on the bed, and return their names.

    Raises:
        OutputError: Where that is not possible.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for piece in pieces:
            _mesh(piece).export(folder / file_name(piece))
    except OSError as error:
        raise _unwritten(folder, error, "name another folder with -o") from error
    return [file_name(piece) for piece in pieces]


def write_picture(markup: str, path: Path) -> None:
    """Write a picture.

    Raises:
        OutputError: Where that is not possible.
    """
    try:
        path.write_text(markup, encoding="utf-8")
    except OSError as error:
        raise _unwritten(path, error, "name another file with --picture") from error


def _unwritten(path: Path, error: OSError, hint: str) -> OutputError:
    return OutputError(Problem(f"cannot be written: {error.strerror}", hint, str(path)))


def _mesh(piece: Piece) -> Trimesh:
    mesh = piece.printed.to_mesh64()
    return Trimesh(mesh.vert_properties[:, :3], mesh.tri_verts, process=False)

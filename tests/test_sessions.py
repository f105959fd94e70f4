"""Sessions at the command line, as text: what is typed, what is said, how it ends.

A line ``$ cablegram ...`` is typed; what follows is what standard output, then standard error
(behind ``! ``) must say, and ``[n]`` the exit status where it is not 0.  ``@ folder NAME``,
``@ file NAME TEXT`` and ``@ move NAME NAME`` prepare things; ``@ speak TAG`` sets the language.
Digests, handles, roots and
fingerprint words differ each time: they stand as ``sha256:<1>``, ``<handle 1>``, ``<root 1>``
and ``<words 1>``, numbered as they first appear.  ``CABLEGRAM_SESSIONS=write`` writes what is
said now; read the difference.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
from pathlib import Path

import pytest

from cablegram import cli
from cablegram.wiring import room

FOLDER = Path(__file__).parent / "sessions"
_VARYING = (
    ("sha256:<{}>", re.compile(r"sha256:[0-9a-f]{64}")),
    ("<root {}>", re.compile(r"\b[0-9a-f]{64}\b")),
    ("<handle {}>", re.compile(r"\b[0-9a-f]{32}\b")),
    ("<words {}>", re.compile(r"\b[a-z]{5}(?:-[a-z]{5}){7}\b")),
)


class Session:
    """One run of a session's text in a folder of its own."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.names: dict[str, str] = {}

    def play(self, text: str) -> str:
        """The text with what is really said."""
        out = []
        for line in text.splitlines():
            if line.startswith("@ "):
                self.prepare(line)
                out.append(line)
            elif line.startswith("$ "):
                out += [line, *self.type(line)]
            elif line == "" or line.startswith("#"):
                out.append(line)
        return "\n".join(out) + "\n"

    def prepare(self, line: str) -> None:
        _, what, name, *rest = line.split(" ", 3)
        path = self.folder / name
        if what == "folder":
            path.mkdir()
        elif what == "speak":
            os.environ["CABLEGRAM_LANGUAGE"] = name
        elif what == "move":
            path.rename(self.folder / rest[0])
        else:
            path.write_text(rest[0].replace("\\n", "\n"), "utf-8")

    def type(self, line: str) -> list[str]:
        for value, name in self.names.items():
            line = line.replace(name, value)
        arguments = shlex.split(line.removeprefix("$ "))
        assert "cablegram" == arguments[0]
        stdout, stderr = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.StringIO()
        with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
            status = cli.run(arguments[1:])
            stdout.flush()
        said = stdout.buffer.getvalue().decode().splitlines()
        said += [f"! {line}" for line in stderr.getvalue().splitlines()]
        said += [f"[{status}]"] if status else []
        return [self.tame(line) for line in said]

    def tame(self, line: str) -> str:
        for folder in (self.folder.resolve(), self.folder):
            line = line.replace(str(folder), "<here>")
        for form, pattern in _VARYING:
            for value in pattern.findall(line):
                if value not in self.names:
                    stem = form.partition("{")[0]
                    count = sum(name.startswith(stem) for name in self.names.values()) + 1
                    self.names[value] = form.format(count)
                line = line.replace(value, self.names[value])
        return line


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_a_session_says_what_its_text_says(path, tmp_path, monkeypatch):
    """Each line that people see stands in a file, and a change of it is seen in the file."""
    monkeypatch.chdir(tmp_path)
    for name in ("CABLEGRAM_OFFICE", "CABLEGRAM_AS", "CABLEGRAM_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("CABLEGRAM_LANGUAGE", "en")
    expected = path.read_text("utf-8")
    session = Session(tmp_path)
    try:
        said = session.play(expected)
    finally:
        for settings in tmp_path.glob("*/office.toml"):
            room.lock(settings.parent)
    if os.environ.get("CABLEGRAM_SESSIONS") == "write":
        path.write_text(said, "utf-8")
    assert expected == said

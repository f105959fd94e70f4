"""``demo``: telegram 21497 on its whole way, by the very commands that an office uses.

Three offices are made in a folder, with clocks of their own that stand in July 1951 and rooms
that are processes of their own.  Each step is shown as it would be typed there; a step that
comes out otherwise than the story says stops the demo.
"""

from __future__ import annotations

import contextlib
import io
import json
import secrets
import shlex
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from cablegram.cli import saying
from cablegram.cli.ordering import order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cablegram.cli.story import Scene, Step, Story

OFFICES: Final = ("beijing", "eighth", "special-sector")
ZONE: Final = "Europe/Moscow"
WORK: Final = 12
"""The work factor of the demo's passphrase: its offices guard nothing."""


@order("demo", "cablegram demo")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--text",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The archive's page with the real words; retold ones, labelled so, if not given.",
)
def demo(folder: Path | None, text: Path | None) -> None:
    """Watch telegram 21497 go from Beijing to Moscow, to a third office, and back.

    The offices are left in FOLDER (a temporary one if none is given) to play with.
    """
    from cablegram.cli import story
    from cablegram.errors import SetUpError

    told = story.retold() if text is None else story.read(text)
    if folder is not None and folder.exists() and any(folder.iterdir()):
        raise SetUpError(
            "there is something in {folder} already", hint="Name a new folder.", folder=folder.name
        )
    root = Path(tempfile.mkdtemp(prefix="cablegram-")) if folder is None else folder
    root.mkdir(parents=True, exist_ok=True)
    with contextlib.chdir(root):
        stage = Stage(root.resolve(), told)
        try:
            for scene in story.scenes(told.label, WORK):
                stage.play(scene)
        finally:
            stage.close()
    _leave(stage)


COMMANDS = (demo,)


class Stage:
    """The folder of the story, and how its scenes are shown and played."""

    def __init__(self, root: Path, told: Story) -> None:
        self.root = root
        self.taken: dict[str, object] = {"sheets": 0, "draft": ""}
        for name in ("line", "lists"):
            Path(name).mkdir()
        secret = Path("passphrase.txt")
        secret.touch(0o600)
        secret.write_text(secrets.token_hex(16) + "\n")
        for lang, words in told.texts.items():
            Path(f"21497.{lang}.md").write_text(words, encoding="utf-8")

    def play(self, scene: Scene) -> None:
        """Show a scene's heading, set the clocks, and run its steps."""
        saying.say()
        saying.say(f"== {scene.heading}")
        for name, text in scene.files.items():
            Path(name).write_text(text, encoding="utf-8")
        if scene.at:
            self._set_clocks(scene.at)
        for step in scene.steps:
            self._step(step)

    def close(self) -> None:
        """End the rooms that were started."""
        from cablegram.wiring import room

        for name in OFFICES:
            if (self.root / name).is_dir():
                room.lock(self.root / name)

    def _set_clocks(self, at: str) -> None:
        from zoneinfo import ZoneInfo

        from cablegram.model.times import read_moment
        from cablegram.wiring import clock

        for name in OFFICES:
            clock.start(Path(name) / clock.FILE, read_moment(at, ZoneInfo(ZONE)))

    def _step(self, step: Step) -> None:
        from cablegram.cli import run
        from cablegram.errors import SetUpError

        words = step.words.format(**self.taken)
        at = f"--office {step.office} " if step.office else ""
        if not step.quiet:
            if step.note:
                saying.say(f"   # {step.note}")
            saying.say("   $ cablegram {at}{words}", at=at, words=words)
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            came = run(shlex.split(at + words))
        if not step.quiet:
            for line in _shown(out.getvalue(), err.getvalue(), self.root):
                saying.say(f"     {line}")
        if came != step.status:
            raise SetUpError(
                "the demo stopped: `{words}` ended with {came}, and the story says {status}",
                hint="It said: {split}",
                kept="The offices lie in {root}.",
                words=words,
                came=came,
                status=step.status,
                split=" ".join(err.getvalue().split())[:300],
                root=self.root,
            )
        if step.takes:
            self.taken[step.takes] = _find(json.loads(out.getvalue()), step.takes)


def _shown(out: str, err: str, root: Path) -> Iterator[str]:
    """What a command said; paths as seen from the story's folder, the clock told by the scenes."""
    for line in (out + err).splitlines():
        if "keeps a clock of its own" not in line:
            yield line.replace(f"{root}/", "")


def _find(said: object, name: str) -> object:
    """The first value of that name, however deep it stands in what a command said."""
    inside = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    if isinstance(said, dict) and name in said:
        return said[name]
    return next((found for item in inside if (found := _find(item, name)) is not None), None)


def _leave(stage: Stage) -> None:
    """Say where everything is, and how to go on."""
    saying.say()
    saying.say("== What is left")
    for what, where in (
        ("sheets as PDF", "eighth/paper/"),
        ("books", "eighth/books.sqlite"),
        ("ledger, for anyone", "eighth/ledger/"),
        ("disclosure, for an inspector", "inspector.jsonl"),
    ):
        saying.say(f"   {what:<30} {stage.root / where}")
    saying.say("   The offices keep clocks of their own; their rooms are locked again.  To go on:")
    saying.say("   $ cd {root}", root=shlex.quote(str(stage.root)))
    typed = shlex.quote(_program())
    saying.say("   $ {typed} --office eighth where 21497/2", typed=typed)
    saying.say(
        "   $ {typed} --office eighth --passphrase-file passphrase.txt room unlock", typed=typed
    )


def _program() -> str:
    """The program as it can be typed: by its name where that is found, else by its path."""
    beside = Path(sys.executable).with_name("cablegram")
    return "cablegram" if shutil.which("cablegram") or not beside.exists() else str(beside)

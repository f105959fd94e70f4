"""Bring catalogues and the table of commands up to what the code says: ``make words``.

Each language keeps what it has said, gains the new sentences untranslated, and loses those that
nobody says any more.  The same code gives the same files: no dates, no lines, no machine.
"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages import pofile
from babel.messages.catalog import Catalog

sys.path.insert(0, str(Path(__file__).parent))

import commands
import pages
import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = reading.SOURCE / "languages"
WIDTH = 100
PLURALS = {
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && "
    "(n%100<10 || n%100>=20) ? 1 : 2);",
    "zh": "nplurals=1; plural=0;",
    "ko": "nplurals=1; plural=0;",
}
"""Languages with a catalogue, and how gettext spells their plurals."""
CATEGORIES = {"ru": ("one", "few", "many"), "zh": ("other",), "ko": ("other",)}
"""What a browser calls the forms of a language's plurals, in gettext's order."""
SIGNER = reading.SOURCE / "signer" / "static"


def path(language: str) -> Path:
    """Where a language's catalogue lies."""
    return FOLDER / language / "LC_MESSAGES" / "cablegram.po"


def files() -> Mapping[Path, str]:
    """Every file as it is to be, by its path."""
    said = reading.everything((*pages.of_templates(), *pages.of_scripts()))
    made = {
        commands.PATH: commands.text(),
        FOLDER / "cablegram.pot": _text(_catalog(said, "", None), ""),
    }
    for language in PLURALS:
        catalog = _catalog(said, language, read(language))
        made[path(language)] = _text(catalog, language)
        made[SIGNER / "words" / f"{language}.json"] = _for_scripts(catalog, language)
    return made


def read(language: str) -> Catalog:
    """A catalogue as it lies there; an empty one where there is none."""
    if not path(language).is_file():
        return Catalog(locale=language)
    with path(language).open("rb") as file:
        return pofile.read_po(file, locale=language)


def _catalog(said: list[reading.Found], language: str, before: Catalog | None) -> Catalog:
    made = Catalog(locale=language or None)
    for one in said:
        old = None if before is None else before.get(one.text, one.context or None)
        empty = ("",) * made.num_plurals if one.more else ""
        string = old.string if old is not None and bool(one.more) == old.pluralizable else empty
        made.add(
            (one.text, one.more) if one.more else one.text,
            string,
            locations=[(one.where, 0)],
            context=one.context or None,
            flags={"python-brace-format"} if "{" in one.text else (),
        )
    return made


def _text(catalog: Catalog, language: str) -> str:
    out = io.BytesIO()
    pofile.write_po(
        out, catalog, width=WIDTH, omit_header=True, include_lineno=False, ignore_obsolete=True
    )
    plural = f'"Plural-Forms: {PLURALS[language]}\\n"\n' if language else ""
    head = (
        "# What Cablegram says. `make words` keeps this file up to the code.\n"
        'msgid ""\nmsgstr ""\n'
        f'"Project-Id-Version: cablegram\\n"\n"Language: {language}\\n"\n{plural}'
        '"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n\n'
    )
    return head + out.getvalue().decode().strip("\n") + "\n"


def _for_scripts(catalog: Catalog, language: str) -> str:
    """What the signer's scripts say and is translated: by context, then by the English."""
    scripts = [path.read_text("utf-8") for path in sorted(SIGNER.rglob("*.js"))]
    texts = {(one.context, one.text) for script in scripts for one in pages.of_script(script)}
    lists = {context for script in scripts for context in pages.lists_of_script(script)}
    said: dict[str, dict[str, dict[str, str]]] = {}
    for message in catalog:
        english = message.id[0] if message.pluralizable else message.id
        forms = message.string if message.pluralizable else (message.string,)
        if all(forms) and ((message.context or "", english) in texts or message.context in lists):
            names = CATEGORIES[language] if message.pluralizable else ("other",)
            entry = dict(zip(names, forms, strict=True))
            # A browser asks for "other" where a number is no whole one.
            said.setdefault(message.context or "", {})[english] = {**entry, "other": forms[-1]}
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def main() -> None:
    """Write the files that have changed, and say what is not said yet."""
    for file, text in files().items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    for language in PLURALS:
        entries = [m for m in read(language) if m.id]
        lacks = sum(not (all(m.string) if m.pluralizable else m.string) for m in entries)
        print(f"{language}: {len(entries)} sentences, {lacks} not translated")  # noqa: T201


if __name__ == "__main__":
    main()

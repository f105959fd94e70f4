"""Persons at a desk in a real browser: logged in, with a passkey for orders that is appointed.

>>> with at_desk(root, browser) as (page, devtools): ...

The passkey is made on the signer's own page where it is asked for; its key is put in post here, by
the office's own keys, as the chief's order would do.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import desks
from cablegram import cli, registry
from cablegram.ports import Thing
from cablegram.registry.reading import every
from cablegram.wire import canonical
from cablegram.wiring import inviting, settings, tools
from cablegram.wiring.desk import Office
from cablegram.wiring.tools import keys as key_files
from folders import PASSPHRASE
from offices import later

MAKE = """async () => {
    const {base64url} = await import("/static/canonical.js");
    const {writeLine} = await import("/static/sshsig.js");
    const made = await navigator.credentials.create({publicKey: {
        rp: {id: location.hostname, name: "signer"}, challenge: new Uint8Array(32),
        user: {id: crypto.getRandomValues(new Uint8Array(16)), name: "x", displayName: "x"},
        pubKeyCredParams: [{type: "public-key", alg: -7}],
        authenticatorSelection: {residentKey: "required", userVerification: "required"},
        extensions: {prf: {}}}});
    const spki = new Uint8Array(made.response.getPublicKey());
    const line = writeLine(spki.slice(-65), location.hostname);
    return {credential: base64url(new Uint8Array(made.rawId)), line};
}"""


AXE = Path(__file__).resolve().parents[1] / "build/node/node_modules/axe-core/axe.min.js"
JUDGE = """axe.run(document, {resultTypes: ["violations"]}).then((all) => all.violations.flatMap(
    (one) => one.nodes.map((node) => `${one.id}: ${node.html.slice(0, 160)}`)))"""

SECOND = "vaganov"
"""Seconds every appointment after their own."""


def staff(office: Office, *persons: str) -> None:
    """Put the second officer in post, and then these."""
    keys = key_files.unlock(office.root, PASSPHRASE)
    tools.appoint(office, tools.Post(SECOND, "officer"), chief="makarov", keys=keys)
    for person in persons:
        tools.appoint(office, tools.Post(person, "officer"), chief="makarov", other=SECOND)


def enter(page: Any, office: Office, person: str) -> None:
    """Log the person in, by an invitation."""
    desks.enter(page, inviting.invite(office, person))


def signing_passkey(
    page: Any,
    office: Office,
    person: str,
    label: str = "laptop",
    *,
    chief: str = "makarov",
    second: str = SECOND,
) -> str:
    """Make a passkey for orders in the page's authenticator and put it in post; its credential."""
    page.goto(f"{office.settings.signer}/sign")
    made = page.evaluate(MAKE)
    line = made["line"]
    blob = b64decode(line.split(" ")[1])
    host = len(settings.host(office.settings.signer))
    digest = canonical.digest(blob[-4 - host - 65 : -4 - host])
    said = {**made, "label": label, "made_at": "2026-11-25T12:00:00Z"}
    office.store.put(Thing("key", digest, canonical.encode(said), person))
    post = tools.Post(person, "chief" if person == chief else "officer", key_line=line)
    tools.appoint(office, post, chief=chief, other=second)
    return str(made["credential"])


def knows(office: Office, other: Office) -> None:
    """Enter the other office's card, its words compared."""
    card = other.bureau.card
    facts = {"office": other.bureau.name, "card": canonical.digest(card), "compared": "yes"}
    signed = tools.sign_order(office, "makarov", "correspond", (), facts)
    registry.perform([signed], office.bureau, matter=card)
    office.head()


def faults(page: Any) -> list[str]:
    """What axe-core finds wrong with a signer's page, in a world that its scripts never see.

    Nothing where it is not installed (make judges): what else is looked at goes on.  The session
    stays: the page's virtual authenticator goes with the first that is detached.
    """
    if not AXE.is_file():
        return []
    devtools = page.context.new_cdp_session(page)
    frame = devtools.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = devtools.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
    inside = {"contextId": world["executionContextId"]}
    source = AXE.read_text("utf-8") + ";0"
    devtools.send("Runtime.evaluate", {"expression": source, **inside})
    asked = {"expression": JUDGE, "awaitPromise": True, "returnByValue": True, **inside}
    found = devtools.send("Runtime.evaluate", asked)["result"]["value"]
    return [str(one) for one in found]


class Watch:
    """Every byte that a browser sends, to whom, with what; for canaries that must not be there."""

    def __init__(self, page: Any) -> None:
        self.sent: list[tuple[str, bytes]] = []
        page.context.on("request", self._note)

    def _note(self, request: Any) -> None:
        body = request.post_data_buffer or b""
        self.sent.append((request.url, request.url.encode() + b"\n" + body))

    def holds(self, canary: str) -> list[str]:
        """Where requests went that have the canary, as text, UTF-16, base64 or in percents."""
        raw = canary.encode()
        spelled = {raw, canary.encode("utf-16-le"), quote(canary).encode(), raw.hex().encode()}
        for shift in range(3):
            padded = b64encode(b"\0" * shift + raw).rstrip(b"=")
            inner = padded[4 if shift else 0 : len(padded) - 2]
            spelled |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
        return [url for url, said in self.sent if any(one in said for one in spelled)]


def on_disk(root: Path, canary: str) -> list[str]:
    """The files of the office that have the canary."""
    raw = canary.encode()
    files = (path for path in root.rglob("*") if path.is_file())
    return [path.relative_to(root).as_posix() for path in files if raw in path.read_bytes()]


def command(*words: str) -> None:
    """Give a command in this process, as its words stand on the command line."""
    status = cli.run([str(word) for word in words])
    assert 0 == status, f"cablegram {' '.join(map(str, words))}: {status}"


def two_offices(folder: Path) -> tuple[Path, Path]:
    """Moscow and Beijing with a stick between them, their rooms unlocked; their folders.

    Moscow has vaganov and molotov beside its chief makarov, and addresses for desk and signer.
    """
    moscow, beijing, stick, secret = (
        folder / name for name in ("moscow", "beijing", "stick", "pass")
    )
    stick.mkdir()
    secret.write_text(PASSPHRASE)
    key = ("--passphrase-file", secret)
    for root, chief, zone in (
        (moscow, "makarov", "Europe/Moscow"),
        (beijing, "zhou", "Asia/Shanghai"),
    ):
        founded = ("--id", root.name, "--name", f"en={root.name.title()}", "--chief", chief)
        clock = ("--zone", zone, "--own-clock", "1951-07-05T21:00", "--series", "G", "--work", 10)
        command(*key, "office", "init", root, *founded, *clock, "--carrier", stick)
    known = settings.read(moscow)
    desk, signer = (f"http://{name}.localhost:{desks.free_port()}" for name in ("desk", "sign"))
    (moscow / settings.FILE).write_text(replace(known, desk=desk, signer=signer).text())
    at_moscow, at_beijing = ("--office", moscow, "--as", "makarov"), ("--office", beijing)
    command(*key, *at_moscow, "officer", "add", SECOND)
    command(*at_moscow, "--second", SECOND, "officer", "add", "molotov")
    command(*at_moscow, "office", "cover", "Filippov", "molotov")
    command(*at_moscow, "correspondent", "add", beijing / "card.json", "--compared")
    command(*at_beijing, "correspondent", "add", moscow / "card.json", "--compared")
    command(*key, *at_moscow, "room", "unlock")
    command(*key, *at_beijing, "room", "unlock")
    return moscow, beijing


def send(beijing: Path, text: Path, *more: str) -> None:
    """A telegram for Filippov goes onto the stick."""
    at = ("--office", beijing)
    said = (
        "--to",
        "moscow",
        "--for",
        "Filippov",
        "--signatory",
        "Mao Zedong",
        "--level",
        "top secret",
    )
    command(*at, "draft", *said, "--text", f"en={text}", *more)
    with closing(Office(beijing)) as office, office.bureau.books.view() as view:
        number = max(row.number for row in every(view.drafts))
    command(*at, "release", number)
    command(*at, "carry")


def copies_for(office: Office, person: str, **facts: str) -> list[Any]:
    """Take in what came; copies for this person are sealed, verified and issued to them."""
    at = ("--office", office.root)
    command(*at, "--as", SECOND, "take-in")
    with office.bureau.books.view() as view:
        before = {row.handle for row in every(view.telegrams)}
        outer = [row.outer_number for row in every(view.incoming) if row.state == "waiting"]
    # What is no telegram is an attachment of one, and is known as such once that was opened.
    opened = [cli.run([*map(str, at), "--as", SECOND, "open", str(n)]) for n in outer]
    assert 0 in opened
    with office.bureau.books.view() as view:
        (telegram,) = {row.handle for row in every(view.telegrams)} - before
        found = [copy for copy in every(view.copies, "telegram", telegram) if copy.whom == person]
    asked = ("print", tools.subjects(found), {"screen": "*", **facts})
    office.room.print(telegram, [tools.sign_order(office, SECOND, *asked)])
    _give(office, "makarov", "verify", found, {})
    due = later(office.bureau.now(), days=3)
    _give(office, "makarov", "issue", found, {"holder": person, "due_at": due, "return_to": "here"})
    with office.bureau.books.view() as view:
        return [view.copies.get(copy.handle) for copy in found]


def _give(office: Office, by: str, act: str, copies: Any, facts: Any) -> None:
    with office.bureau.books.view() as view:
        now = [view.copies.get(copy.handle) for copy in copies]
    registry.perform([tools.sign_order(office, by, act, tools.subjects(now), facts)], office.bureau)
    office.head()

"""What a machine can hold of HOUSE.md: sizes, directions, locks, links, words no file may say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "cablegram"
MODULES = sorted(SOURCE.rglob("*.py"))
LOCKS = sorted(ROOT.glob("requirements*.lock"))
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

FILE_LINES_MAX = 450
FUNCTION_LINES_MAX = 60
HINT_OF_LOCK = "run `make lock`"

# Written in pieces, so that this file may be read by its own test.
INDEX_WORDS = re.compile(
    r"pypi\.(?:org|python)|python(?:hosted)\.org|npm(?:js)\.(?:org|com)|(?:extra-)?index[-_]url"
    r"|find[-_]links|trusted[-_]host|\"resolved\"\s*:|https?://[^\s\"]*/(?:simple|packages)/",
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(r"(?<![\w.$~/-])/(?:work|root|home|Users|opt)/[\w.-]")


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def project_files() -> list[Path]:
    """Every file that is, or is about to be, part of the project."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout: nobody can say which files belong to it")
    paths = [ROOT / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in paths if path.is_file()]


def lines_that_say(pattern: re.Pattern[str]) -> list[str]:
    found = []
    for path in project_files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{named(path)}:{number}: {line.strip()[:100]}"
            for number, line in enumerate(text.splitlines(), 1)
            if pattern.search(line)
        ]
    return found


def requirements(lock: Path) -> dict[str, list[str]]:
    """Each requirement of a lock file with its hashes."""
    text = lock.read_text().replace("\\\n", " ")
    rows = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    return {row[0]: [word for word in row if word.startswith("--hash=")] for row in rows}


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


# --- what no file may say ---------------------------------------------------------------------


def test_no_file_names_a_package_index():
    """A lock file, setting or page names no index host and no address of one."""
    assert [] == lines_that_say(INDEX_WORDS)


def test_no_file_names_a_path_of_one_machine():
    """The project runs wherever it is cloned, so no absolute path of a machine stands in it."""
    assert [] == lines_that_say(MACHINE_PATHS)


@pytest.mark.parametrize(
    "line",
    [
        "--index" + "-url somewhere",
        "  files.python" + "hosted.org/a",
        '"resol' + 'ved": "',
        "https://mirror.example" + "/simple/x",
    ],
)
def test_the_watch_for_index_addresses_sees_them(line):
    """The pattern above would find each spelling that lock files use."""
    assert INDEX_WORDS.search(line)


@pytest.mark.parametrize("line", ["open /wo" + "rk/x", 'Path("/ro' + 'ot/.x")', "(/ho" + "me/ann)"])
def test_the_watch_for_machine_paths_sees_them(line):
    """Likewise for absolute paths."""
    assert MACHINE_PATHS.search(line)


# --- locks ------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_pins_one_version_with_hashes(lock):
    """Each requirement is one version with at least one SHA-256, and nothing else stands there."""
    for name, hashes in requirements(lock).items():
        assert re.fullmatch(r"[a-z0-9-]+==[\w.]+", name), f"{lock.name}: {name}; {HINT_OF_LOCK}"
        assert hashes, f"{lock.name}: {name} has no hash; {HINT_OF_LOCK}"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", word) for word in hashes)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_lock_holds_no_address(lock):
    """No URL, no local file and no option but hashes, so that any index can serve it."""
    text = lock.read_text()
    assert "://" not in text
    assert "file:" not in text
    assert " @ " not in text
    assert {"--hash"} == set(re.findall(r"--[a-z-]+", text))


def test_locks_cover_what_the_project_asks_for():
    """Every dependency in pyproject.toml is pinned in the lock that serves it."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    groups = project["dependency-groups"]
    runtime = project["project"]["dependencies"]
    runtime = [*runtime, *project["project"]["optional-dependencies"]["cjk"]]
    asked = {
        "requirements.lock": runtime,
        "requirements-setup.lock": groups["setup"],
        "requirements-dev.lock": [
            *runtime,
            *groups["setup"],
            *(entry for entry in groups["dev"] if isinstance(entry, str)),
        ],
        "requirements-judges.lock": groups["judges"],
        "requirements-node.lock": groups["node"],
    }
    for lock, wanted in asked.items():
        pinned = {name.partition("==")[0] for name in requirements(ROOT / lock)}
        wanted_names = {re.split(r"[^\w-]", entry)[0] for entry in wanted}
        assert set() == wanted_names - pinned, f"{lock}: {HINT_OF_LOCK}"


def test_locks_agree_with_each_other():
    """What is pinned for running is pinned alike for the tests."""
    development = requirements(ROOT / "requirements-dev.lock")
    for lock in ("requirements.lock", "requirements-setup.lock"):
        for name in requirements(ROOT / lock):
            assert name in development, f"{lock} and requirements-dev.lock; {HINT_OF_LOCK}"


# --- modules ----------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_module_is_of_a_readable_size_and_says_what_it_is_for(module):
    """A docstring, 450 lines at most, and no function over 60."""
    text = module.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no docstring"
    assert len(text.splitlines()) <= FILE_LINES_MAX
    long = {
        f.name: size
        for f in functions(tree)
        if (size := (f.end_lineno or f.lineno) - f.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert {} == long


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_spec_pages_that_a_module_cites_exist(module):
    """A reader holds module and page side by side, so the page is there."""
    cited = re.findall(r"docs/[\w/-]+\.md", module.read_text())
    assert [] == [page for page in cited if not (ROOT / page).is_file()]


def test_no_module_is_named_after_nothing():
    """A helper is named after its subject."""
    nothing = {"utils.py", "util.py", "helpers.py", "common.py", "base.py", "misc.py"}
    assert [] == [named(module) for module in MODULES if module.name in nothing]


# --- sentences ----------------------------------------------------------------------------------

SAYING = {"say", "tell", "refuse", "UsageError"}
MAKERS = {"sentence", "counted"}
PLACE = re.compile(r"(?<!\{)\{(\w*)[^{}]*\}(?!\})")
HOW = 'write "... {name} ...", name=VALUE (HOUSE.md, "Sentences")'


def called(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def sentences_of(call: ast.Call) -> list[ast.expr]:
    """What a person reads of a call: all that an error says, and what is said or told."""
    name = called(call)
    if name.endswith("Error") and name not in {"AssertionError", "ValueError", "TypeError"}:
        return [*call.args[:1], *(k.value for k in call.keywords if k.arg in {"hint", "kept"})]
    return list(call.args) if name in SAYING | MAKERS else []


def is_text(node: ast.AST) -> bool:
    """Whether an f-string has words in it; one of names and dots alone is data."""
    return isinstance(node, ast.JoinedStr) and any(
        isinstance(part, ast.Constant) and re.search("[A-Za-z]{2}", str(part.value))
        for part in node.values
    )


def faults_of_sentences(tree: ast.Module) -> list[str]:
    found = []
    raised = {
        id(arg)
        for node in ast.walk(tree)
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
        if called(node.exc) not in {"AssertionError", "ValueError", "TypeError", "KeyError"}
        for arg in node.exc.args
    }
    for node in ast.walk(tree):
        if id(node) in raised and is_text(node):
            found.append(f"{node.lineno}: {HOW}")
        if not isinstance(node, ast.Call):
            continue
        texts = sentences_of(node)
        # An error's sentences may hold another's, which an f-string would flatten to English.
        whole = called(node).endswith("Error")
        found += [
            f"{text.lineno}: {HOW}"
            for text in texts
            if is_text(text) or (whole and isinstance(text, ast.JoinedStr))
        ]
        given = {"count"} if called(node) == "counted" else set()
        given |= {keyword.arg for keyword in node.keywords}
        later = called(node) == "sentence" and not given  # it takes its values where it is said
        for text in () if later else texts:
            if isinstance(text, ast.Constant) and isinstance(text.value, str) and None not in given:
                lacks = {name or "a name" for name in PLACE.findall(text.value)} - given
                if lacks:
                    found.append(f"{text.lineno}: {sorted(lacks)} has no value: {HOW}")
    return sorted(set(found))


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_sentences_are_literals_with_named_places(module):
    """What people read can be said in another language: no f-string, and a value a place."""
    assert [] == faults_of_sentences(ast.parse(module.read_text()))


@pytest.mark.parametrize(
    "code",
    [
        'raise CustodyError(f"{copy} is out", hint="Wait.")',
        'raise CustodyError("it is out", hint=f"Ask {holder}.")',
        'error = LedgerError("it is gone", hint="Stop.", kept=f"{n} entries are kept.")',
        'raise _wrong("zone", f"is {zone}, which is unknown")',
        'raise CustodyError("{copy} is out", hint="Wait.")',
        'raise CustodyError("{copy} is out", hint="Ask {holder}.", copy=copy)',
        'saying.say(f"{copy} is issued")',
        'saying.tell("{copy} is issued", name=copy)',
        'sentence("{} is issued", copy=copy)',
        'counted(n, "{count} copy of {cable}", "{count} copies", cab=1)',
    ],
)
def test_the_watch_for_sentences_sees_what_cannot_be_translated(code):
    """Each of these is refused by the test above."""
    assert 1 == len(faults_of_sentences(ast.parse(code)))


def test_the_watch_for_sentences_lets_the_others_be():
    """And none of these."""
    code = """
raise CustodyError("{copy} is out with {holder}", hint="Ask {holder}.", copy=copy, holder=who)
raise AssertionError(f"no such kind: {kind}")
saying.say(f"{name}  {digest}")
saying.say("{name} has {count:,}", **values)
counted(n, "{count} copy of {cable}", "{count} copies of {cable}", cable=1)
"""
    assert [] == faults_of_sentences(ast.parse(code))


def test_imports_go_one_way():
    """The import contracts of pyproject.toml hold."""
    import_linter = Path(sys.executable).with_name("lint-imports")
    if not import_linter.exists():
        pytest.skip("import-linter is not installed")
    ran = subprocess.run(
        [import_linter, "--no-logo", "--no-cache"],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT / "src"), "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == ran.returncode, ran.stdout[-3000:] + ran.stderr


# --- pages ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_between_pages_lead_somewhere(page):
    """Every relative link in a page names a file of the project."""
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    inside = [link for link in links if "://" not in link and not link.startswith("mailto:")]
    assert [] == [link for link in inside if not (page.parent / link).exists()]


def test_index_lists_every_page():
    """docs/index.md leads to each page under docs/."""
    index = ROOT / "docs" / "index.md"
    linked = {
        (index.parent / link).resolve() for link in re.findall(r"\]\(([^)#\s]+)", index.read_text())
    }
    assert [] == [named(p) for p in PAGES if "docs" in p.parts and p not in linked | {index}]


def test_commands_in_the_pages_exist():
    """Each `make` target that a page names is in the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in PAGES:
        if page.name != "CHANGELOG.md":
            asked = set(re.findall(r"(?:^|`|\$ )make ([a-z-]+)", page.read_text(), re.MULTILINE))
            assert set() == asked - targets, named(page)


# --- the wheel --------------------------------------------------------------------------------


def build_wheel(folder: Path) -> Path:
    pytest.importorskip("hatchling")
    ran = subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == ran.returncode, ran.stderr
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_wheel_holds_modules_templates_and_licence(tmp_path):
    """Everything under src, templates and migrations too, is in the wheel; no test is."""
    names = set(zipfile.ZipFile(build_wheel(tmp_path)).namelist())
    ours = {path for path in project_files() if path.is_relative_to(SOURCE)}
    assert set() == {path.relative_to(ROOT / "src").as_posix() for path in ours} - names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not any("test" in name for name in names)


def test_wheel_is_the_same_bytes_twice(tmp_path):
    """Two builds of one tree cannot be told apart."""
    first, second = build_wheel(tmp_path / "a"), build_wheel(tmp_path / "b")
    assert first.read_bytes() == second.read_bytes()

"""Which strategies there are, and what each wants to know, without running any of them."""

import ast
import difflib
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Literal

from core.errors import BacktapeError
from core.strategies import source as texts
from core.strategies.errors import StrategyError
from core.strategies.parameters import Parameter
from core.strategies.reading import Resolve, read_classes, read_strategy, uses_model
from core.strategies.strategy import Options, options_of
from core.text import clean

BUILTIN_FOLDER = Path(__file__).parent / "builtin"
_BUILTIN_PACKAGE = "core.strategies.builtin."

_MOST_MEANT = 3
_ALIKE = 0.7  # of the beginning of a name, which is short and soon alike


@dataclass(frozen=True)
class Description:
    """A strategy as its text describes it.

    `source` is the canonical JSON {file name: text} that a run keeps and
    `version` its digest. `unread` names attributes that may be parameters or
    options and are not written in plain values: what they are is known only by
    running the file, which `core.jobs.describing` does. With `error` set the
    strategy cannot be run; `name` is then the file's and the rest may be empty.
    """

    name: str
    builtin: bool
    path: Path
    doc: str = ""
    kind: Literal["signals", "on_bar"] | None = None
    parameters: tuple[Parameter, ...] = ()
    unread: tuple[str, ...] = ()
    options: Options = field(default_factory=Options)
    uses_model: bool = False
    source: str = ""
    version: str = ""
    error: str | None = None

    @property
    def summary(self) -> str:
        """The first line of the docstring."""
        return self.doc.partition("\n")[0]

    @property
    def warmup(self) -> int:
        """How many bars before the period it wants to see."""
        return self.options.warmup

    @property
    def context_timeframes(self) -> tuple[str, ...]:
        """The coarser timeframes that it looks at."""
        return self.options.context_timeframes

    def chosen(self, values: Mapping[str, object]) -> "Description":
        """Return it with the options that these parameter values make; StrategyError for a wrong one."""
        return replace(self, options=options_of({**asdict(self.options), **values}))


def describe_all(folder: Path | None = None) -> list[Description]:
    """Return the built-in strategies and those in `folder`, by name within each.

    What cannot be used is in the list as well, with `error` set, so that an
    author sees why a file is not offered.
    """
    own = [] if folder is None else _described_folder(folder)
    return [*_builtins(), *_with_names_taken(own)]


def find(name: str, folder: Path | None = None) -> Description:
    """Return the strategy of that name; BacktapeError if it is unknown or cannot be used."""
    description = look_up(name, folder)
    if description.error is not None:
        raise StrategyError(description.error)
    return description


def look_up(name: str, folder: Path | None = None) -> Description:
    """Return the strategy of that name, one with an error too; BacktapeError if there is none."""
    known = describe_all(folder)
    of_name = [description for description in known if description.name == name]
    for description in sorted(of_name, key=lambda one: one.error is not None):
        return description
    usable = [description.name for description in known if description.error is None]
    near = _near(name, usable)
    meant = f"did you mean {' or '.join(near)}? There" if near else "there"
    raise BacktapeError(
        f"There is no strategy {clean(name, limit=60)!r}; {meant} are: {', '.join(usable)}.",
        field="strategy",
    )


def _near(name: str, names: list[str]) -> list[str]:
    """Return which of these may have been meant: all that begin so, else the one that is most alike.

    Alike is a name as a whole, or its beginning, as long as what was typed.
    """
    typed = name.lower()
    if not typed:
        return []
    begun = [one for one in names if one.lower().startswith(typed)]
    beginnings = {one.lower()[: len(typed)]: one for one in reversed(names)}
    whole = {one.lower(): one for one in names}
    alike = difflib.get_close_matches(typed, whole, n=1)
    alike_begun = difflib.get_close_matches(typed, beginnings, n=1, cutoff=_ALIKE)
    return begun[:_MOST_MEANT] or [whole[one] for one in alike] or [beginnings[one] for one in alike_begun]


@cache
def _builtins() -> tuple[Description, ...]:
    files = sorted(path for path in BUILTIN_FOLDER.glob("*.py") if not path.stem.startswith("_"))
    return tuple(_described(path, builtin=True) for path in files)


def _described_folder(folder: Path) -> list[Description]:
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix == ".py")
        texts.refuse_world_writable(folder)
    except FileNotFoundError:
        return []
    except OSError as error:
        return [_unusable(folder, f"The strategies folder cannot be read: {error.strerror}.")]
    except StrategyError as error:
        return [_unusable(folder, str(error))]
    offered = [path for path in files if not path.stem.startswith("_")]
    described = [_described(path, builtin=False) for path in offered]
    helpers = _imported(described)
    return [one for one in described if one.error is None or one.path.stem not in helpers]


def _unusable(path: Path, sentence: str, *, builtin: bool = False) -> Description:
    return Description(clean(path.stem, limit=60), builtin, path, error=sentence)


def _imported(described: Iterable[Description]) -> set[str]:
    """Return the modules that usable strategies import beside them: they need not be strategies."""
    usable = (one for one in described if one.error is None)
    return {Path(file).stem for one in usable for file in json.loads(one.source) if file != one.path.name}


def _described(path: Path, *, builtin: bool) -> Description:
    try:
        return _from_texts(path, texts.gather(path), builtin=builtin)
    except StrategyError as error:
        return _unusable(path, str(error), builtin=builtin)


def _from_texts(path: Path, gathered: texts.Gathered, *, builtin: bool) -> Description:
    tree = gathered.trees[path.name]
    reading = read_strategy(tree, texts.shown_name(path), resolver(gathered.trees))
    source = texts.canonical(gathered.texts)
    return Description(
        name=reading.name,
        builtin=builtin,
        path=path,
        doc=reading.doc,
        kind=reading.kind,
        parameters=tuple(spec for spec in reading.parameters.values() if spec is not None),
        unread=tuple(name for name, spec in reading.parameters.items() if spec is None),
        options=options_of(reading.options),
        uses_model=reading.uses_model or any(map(uses_model, gathered.trees.values())),
        source=source,
        version=texts.version(source),
    )


def resolver(trees: dict[str, ast.Module]) -> Resolve:
    """Return how a strategy's imports are followed: to its own files and to built-in ones."""

    def resolve(module: str) -> ast.Module | None:
        if f"{module}.py" in trees:
            return trees[f"{module}.py"]
        path = BUILTIN_FOLDER / f"{module.removeprefix(_BUILTIN_PACKAGE)}.py"
        if module.startswith(_BUILTIN_PACKAGE) and path.is_file():
            return texts.parse(texts.read_text(path), path.name)
        return None

    return resolve


def file_of(name: str, files: dict[str, str]) -> str | None:
    """Return which of a stored source's files holds the strategy called `name`."""
    trees = {file: texts.parse(text, file) for file, text in files.items()}
    for file, tree in trees.items():
        classes = read_classes(tree, file, resolver(trees))
        if any(reading.name == name for reading in classes):
            return file
    return None


def _with_names_taken(own: list[Description]) -> list[Description]:
    """Return the users' strategies, an error set where the name belongs to another one."""
    builtin = {description.name for description in _builtins()}
    seen: Counter[str] = Counter()
    checked: list[Description] = []
    for description in own:
        taken_by = "a built-in strategy" if description.name in builtin else "another file"
        if description.error is None and (description.name in builtin or seen[description.name]):
            sentence = (
                f"{texts.shown_name(description.path)}: The name {description.name} is taken by {taken_by}"
            )
            checked.append(replace(description, error=f"{sentence}; rename the class."))
            continue
        seen[description.name] += description.error is None
        checked.append(description)
    return checked

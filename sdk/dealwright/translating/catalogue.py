"""The catalogue of a package in a language: brought up to date, compiled, and searched for what it lacks."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from string import Formatter

from attrs import frozen
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from dealwright.language import sdk as _
from dealwright.tables.files import replaced
from dealwright.translating.messages import Message, messages_in

Id = str | tuple[str, str]


@frozen
class Lack:
    """What is wrong with the translation of a message."""

    text: str
    wrong: str


def file_of(folder: Path, language: str) -> Path:
    """Where the catalogue of the package in ``folder`` is kept."""
    return folder / "locale" / language / "LC_MESSAGES" / f"{folder.name}.po"


def updated(folder: Path, language: str) -> Path:
    """Write the catalogue of a package anew, with all it says and the translations there are, and compile it."""
    path = file_of(folder, language)
    old = _read(path, language)
    new = Catalog(language, fuzzy=False, project=folder.name, header_comment=f"# {folder.name}: {language}")
    new.revision_date = new.creation_date = old.creation_date if path.exists() else new.creation_date
    for each in messages_in(folder):
        known = old.get(_id(each))
        new.add(_id(each), known.string if known is not None else "", [(each.file, 0)])
    path.parent.mkdir(parents=True, exist_ok=True)
    with replaced(path) as part, part.open("wb") as file:
        write_po(file, new, width=110, include_lineno=False)
    compiled(folder, language)
    return path


def compiled(folder: Path, language: str) -> Path:
    """Make of a catalogue what gettext reads, beside it."""
    path = file_of(folder, language)
    target = path.with_suffix(".mo")
    with replaced(target) as part, part.open("wb") as file:
        write_mo(file, _read(path, language))
    return target


def lacks(folder: Path, language: str) -> Iterator[Lack]:
    """The messages of a package that its catalogue does not translate, or translates with other values."""
    known = _read(file_of(folder, language), language)
    said = messages_in(folder)
    for each in said:
        found = known.get(_id(each))
        if found is None or not found.string or (isinstance(found.string, tuple) and not all(found.string)):
            yield Lack(each.text, _("is not translated"))
        elif found.fuzzy:
            yield Lack(each.text, _("is marked as fuzzy: look at it again"))
        elif (wrong := _wrong_values(each, found.string)) is not None:
            yield Lack(each.text, wrong)
    wanted = {_key(_id(each)) for each in said}
    for message in known:
        if message.id and _key(message.id) not in wanted:
            yield Lack(_key(message.id), _("is said nowhere: take it out"))


def _wrong_values(message: Message, translations: str | Sequence[str]) -> str | None:
    """Whether a translation names other values than its message does."""
    wanted = _values(message.text) | _values(message.plural)
    for each in (translations,) if isinstance(translations, str) else translations:
        if wanted and _values(each) != wanted:
            return _("its translation does not name the same values: {translation}", translation=each)
    return None


def _values(template: str) -> set[str]:
    try:
        return {each[1] for each in Formatter().parse(template) if each[1]}
    except ValueError:
        return {template}


def _id(message: Message) -> Id:
    return (message.text, message.plural) if message.plural else message.text


def _key(id: object) -> str:
    return str(id[0] if isinstance(id, list | tuple) else id)


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language)

"""Messages that remember what they are made of, so that they can be said in another language."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, SupportsIndex


class Message(str):
    """English text for people, which can be said in another language. Put before or behind another it stays one."""

    __slots__ = ()

    def __add__(self, other: str) -> "Joined":
        return Joined("", (self, other))

    def __radd__(self, other: str) -> "Joined":
        return Joined("", (other, self))


class Text(Message):
    """A message in English, and with it the template and the values that it is made of.

    ``package`` names the Python package whose catalogue translates the template; ``plural`` and ``number`` choose a
    form where the template depends on a number.
    """

    __slots__ = ("number", "package", "plural", "template", "values")
    template: str
    package: str
    values: Mapping[str, Any]
    plural: str
    number: int | None

    def __new__(
        cls,
        template: str,
        package: str,
        values: Mapping[str, Any],
        plural: str = "",
        count: int | None = None,
    ) -> "Text":
        form = template if count is None or count == 1 else plural
        text = super().__new__(cls, form.format(**values) if values else form)
        text.template, text.package, text.values, text.plural, text.number = (
            template, package, values, plural, count,
        )  # fmt: skip
        return text

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return Text, (self.template, self.package, dict(self.values), self.plural, self.number)


class Joined(Message):
    """Several messages in a row, and a separator between them."""

    __slots__ = ("parts", "separator")
    separator: str
    parts: tuple[object, ...]

    def __new__(cls, separator: str, parts: Iterable[object]) -> "Joined":
        parts = tuple(parts)
        text = super().__new__(cls, separator.join(map(str, parts)))
        text.separator, text.parts = separator, parts
        return text

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return Joined, (self.separator, self.parts)


def joined(separator: str, parts: Iterable[object]) -> str:
    """Messages in a row, as ``separator.join`` would put them; each is still translated by itself.

    `said` puts the marks of the language for ``", "``, ``"; "`` and the words ``and`` and ``or``.
    """
    return Joined(separator, parts)


class Told(ABC):
    """What people are told in several lines."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self.text)

    @property
    def text(self) -> str:
        """All of it."""
        return joined("\n", self._told())

    @abstractmethod
    def _told(self) -> Iterator[str]:
        """Its lines."""


class Titled(Message):
    """The name of a thing, as English has it in running text, and the title by which `label` knows it."""

    __slots__ = ("called",)
    called: str

    def __new__(cls, name: str, title: str = "") -> "Titled":
        text = super().__new__(cls, name)
        text.called = title or name.replace("_", " ").capitalize()
        return text

    def __reduce_ex__(self, protocol: SupportsIndex) -> tuple[Any, ...]:
        return Titled, (str(self), self.called)


class Texts:
    """Makes the messages of a package: ``_ = Texts("dealwright_quota")``, then ``_("no quota for {member}", ...)``."""

    def __init__(self, package: str) -> None:
        self.package = package

    def __call__(self, template: str, /, **values: Any) -> str:
        """The message of a template with ``{names}``; without values it is taken as it stands."""
        return Text(template, self.package, values)

    def counted(self, count: int, template: str, plural: str, /, **values: Any) -> str:
        """One of two templates: for a count of one, and for any other. ``{count}`` stands for the number."""
        return Text(template, self.package, {"count": count, **values}, plural, count)

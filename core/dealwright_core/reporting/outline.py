"""Values of nested parts, such as a tree, that a person reads line by line."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence


class Outline(ABC):
    """Printed as its `lines`, the cells of which stand below one another; as JSON with its parts nested."""

    __slots__ = ()

    @abstractmethod
    def lines(self) -> Iterable[Sequence[str]]:
        """The cells of each line, as many in every one; white space at the start of a line indents it."""

"""Elements of SVG as text."""

from html import escape
from typing import Final

from dealwright.tables.texts import shown

MIDDLE: Final = "middle"
END: Final = "end"


def element(tag: str, *content: str, **attributes: str | int) -> str:
    """An element. ``content`` is markup, attributes are escaped; ``class_`` and ``a_b`` are ``class`` and ``a-b``."""
    given = "".join(
        f' {name.rstrip("_").replace("_", "-")}="{escape(str(value))}"' for name, value in attributes.items()
    )
    return f"<{tag}{given}>{''.join(content)}</{tag}>"


def plain(text: str) -> str:
    """Any text as the content of an element."""
    return escape(shown(text))


def letters(text: str, x: int, y: int, *, anchor: str = "start", class_: str = "") -> str:
    """A text on its base line."""
    return element("text", plain(text), x=x, y=y, text_anchor=anchor, class_=class_)


def box(x: int, y: int, width: int, height: int, class_: str, said: str = "") -> str:
    """A rectangle, which says something where one points at it."""
    content = [element("title", plain(said))] if said else []
    return element("rect", *content, x=x, y=y, width=width, height=height, class_=class_)


def line(x1: int, y1: int, x2: int, y2: int, class_: str) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)

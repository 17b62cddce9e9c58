"""Spellings of one company's name, and companies that are different ones."""

from collections.abc import Callable

from hypothesis import strategies as st

ENDINGS = (
    "",
    " Ltd",
    " Limited",
    ", Inc.",
    " GmbH",
    " AG",
    " S.A.",
    " B.V.",
    " Co., Ltd.",
    " LLC",
    " PLC",
    " GmbH & Co. KG",
)
CHINESE_ENDINGS = ("", "有限公司", "有限责任公司", "股份有限公司", " 有限公司", " Co., Ltd.")
WORDS = ("acme", "clinics", "north", "müller", "façade", "smith", "orion", "delta9", "bio", "2050", "ørsted")
CHINESE_WORDS = ("北京", "阿克梅", "医疗", "集团", "华东", "东方", "2050")

names = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)
chinese_names = st.lists(st.sampled_from(CHINESE_WORDS), min_size=1, max_size=4)


def full_width(text: str) -> str:
    """Latin letters, digits and signs as East Asian typewriters write them."""
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def plain(text: str) -> str:
    """Without the accents that people leave out."""
    return text.replace("ü", "u").replace("ç", "c").replace("ø", "o")


CASES: tuple[Callable[[str], str], ...] = (str, str.upper, str.title, plain, full_width)
GAPS = (" ", "  ", "-", " - ", "\u3000", ". ", " & ", "\u00a0")


@st.composite
def spellings(draw: st.DrawFn, words: list[str], endings: tuple[str, ...] = ENDINGS) -> str:
    """One way to write a name of these words."""
    text = words[0]
    for each in words[1:]:
        text += draw(st.sampled_from(GAPS)) + each
    text = draw(st.sampled_from(CASES))(text) + draw(st.sampled_from(endings))
    return draw(st.sampled_from(("", " ", "\u3000"))) + text + draw(st.sampled_from(("", " ", ".")))

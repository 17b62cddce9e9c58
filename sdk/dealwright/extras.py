"""What only some deployments need is installed by an extra."""

from importlib.util import find_spec

from dealwright.language import sdk as _
from dealwright_core.errors import DealwrightError

# What an extra is for, and the module that it brings.
EXTRAS = {
    "reports": (_("a page"), "jinja2"),
    "xlsx": (_("a spreadsheet"), "xlsxwriter"),
    "i18n": (_("a catalogue"), "babel"),
}


def has_extra(extra: str) -> bool:
    """Whether what an extra brings is installed."""
    return find_spec(EXTRAS[extra][1]) is not None


def check_extra(extra: str) -> None:
    """Raise `DealwrightError` with the command to type where an extra is not installed."""
    if not has_extra(extra):
        what, module = EXTRAS[extra]
        raise DealwrightError(
            _(
                "{what} is made with {module}, which is not installed; {install}",
                what=what,
                module=module,
                install=install(extra),
            )
        )


def install(extra: str) -> str:
    """The command that installs an extra."""
    return f"pip install 'dealwright[{extra}]'"

"""Loading a plugin: import, version, hooks, settings. One that fails is a line in a list; the others live."""

from types import ModuleType
from typing import Any

import attrs
from attrs import frozen
from packaging.specifiers import InvalidSpecifier, SpecifierSet

from dealwright_core.config.deployment import Deployment
from dealwright_core.config.sections import CORE
from dealwright_core.config.structure import structure
from dealwright_core.errors import InvalidValue, Problem
from dealwright_core.host.faults import Implementation, told
from dealwright_core.host.hooks import Hook, hooks_of
from dealwright_core.host.offers import Offer, Rejected, rejected
from dealwright_core.language import core as _
from dealwright_core.language import joined, know

API_VERSION = "0.1"
API_ATTRIBUTE = "dealwright_api"
SETTINGS_ATTRIBUTE = "Settings"


@frozen(eq=False)
class Plugin:
    """A loaded plugin: the module or object ``source``, its settings, and its functions for hooks."""

    name: str
    distribution: str
    version: str
    source: object
    settings: Any
    implementations: tuple[Implementation, ...]

    @property
    def hooks(self) -> tuple[str, ...]:
        """The hooks it implements."""
        return tuple(dict.fromkeys(each.hook for each in self.implementations))

    def of(self, hook: str) -> tuple[Implementation, ...]:
        """The functions for one hook."""
        return tuple(each for each in self.implementations if each.hook == hook)

    def __str__(self) -> str:
        where = f"{self.distribution} {self.version}".strip()
        return f"{self.name} ({where})" if where else self.name


@frozen
class Loader:
    """Loads what is offered, as the configuration of a deployment says."""

    deployment: Deployment
    uses_plugins: bool = True
    is_traced: bool = False

    def load(self, offer: Offer) -> tuple[Plugin | Rejected, list[Problem]]:
        """The plugin, or why it is not used; and the problems of its settings."""
        if (reason := self._turned_off(offer)) is not None:
            return rejected(offer, reason, "disabled"), []
        hooks: tuple[Hook, ...] = ()
        try:
            self._check_allowed(offer)
            plugin = _imported(offer)
            _check_api(plugin)
            hooks = hooks_of(plugin)
            settings, problems = self._settings(offer, plugin)
        except InvalidValue as error:
            return self._failed(offer, error.text, hooks), []
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # a plugin may do anything, in a validator of its settings, too
            return self._failed(offer, _("cannot be loaded: {told}", told=told(error)), hooks), []
        if problems:
            return self._failed(offer, joined("; ", (each.text for each in problems)), hooks), problems
        implementations = tuple(
            Implementation(offer.name, each.name, each.function, each.takes, settings, self.is_traced)
            for each in hooks
        )
        return Plugin(offer.name, offer.distribution, offer.version, plugin, settings, implementations), []

    def _failed(self, offer: Offer, reason: str, hooks: tuple[Hook, ...]) -> Rejected:
        return rejected(offer, reason, hooks=tuple(dict.fromkeys(each.name for each in hooks)))

    def _turned_off(self, offer: Offer) -> str | None:
        if offer.name == CORE:
            return None
        if not self.uses_plugins:
            return _("no plugins are used (--no-plugins)")
        if offer.name not in self.deployment.plugins.disabled:
            return None
        return _("disabled in {origin}", origin=self.deployment.origin(("plugins", "disabled")))

    def _check_allowed(self, offer: Offer) -> None:
        """Refuse a version that is not allowed before any code of it runs."""
        allowed = self.deployment.plugins.allow.get(offer.name)
        if allowed is None:
            return
        if not offer.version or not SpecifierSet(allowed).contains(offer.version, prereleases=True):
            where = self.deployment.origin(("plugins", "allow", offer.name))
            raise InvalidValue(
                _(
                    "version {version} is not allowed: {where} says {allowed!r}",
                    version=offer.version or "unknown",
                    where=where,
                    allowed=allowed,
                )
            )

    def _settings(self, offer: Offer, plugin: object) -> tuple[Any, list[Problem]]:
        if offer.name == CORE:
            return self.deployment, []
        document = self.deployment.document
        key, section = self.deployment.plugins.section(offer.name)
        cls = getattr(plugin, SETTINGS_ATTRIBUTE, None)
        if cls is None:
            if not section:
                return None, []
            problem = document.problem(
                ("plugins", key), _("the plugin takes no settings"), _("leave them out")
            )
            return None, [problem]
        if not isinstance(cls, type) or not attrs.has(cls):
            raise InvalidValue(_("Settings is not a frozen attrs class"))
        if not is_frozen(cls):
            raise InvalidValue(_("Settings can be altered"), _("decorate it with attrs.frozen"))
        try:
            return structure(
                cls, section, at=("plugins", key), document=document, context=self.deployment.context
            )
        except TypeError as error:
            raise InvalidValue(joined("", ("Settings: ", error))) from None


def is_frozen(cls: type) -> bool:
    """Whether objects of an attrs class refuse to be altered."""
    names = [each.name for each in attrs.fields(cls)]
    try:
        blank: object = object.__new__(cls)
        for name in names[:1]:
            setattr(blank, name, None)
    except attrs.exceptions.FrozenInstanceError:
        return True
    except Exception:
        return False
    return not names


def _imported(offer: Offer) -> object:
    try:
        plugin = offer.load()
        module = plugin.__name__ if isinstance(plugin, ModuleType) else type(plugin).__module__
        know(module.partition(".")[0])
        return plugin
    except KeyboardInterrupt:
        raise
    except SystemExit as error:
        raise InvalidValue(_("exits when it is imported: {told}", told=told(error))) from None
    except ImportError as error:
        raise InvalidValue(
            _("cannot be imported: {told}", told=told(error)), _("install what it needs")
        ) from None
    except BaseException as error:  # a plugin may do anything
        raise InvalidValue(_("cannot be imported: it raised {told}", told=told(error))) from None


def _check_api(plugin: object) -> None:
    """A plugin that does not say which version it was written for is taken: a first try should work."""
    wanted = getattr(plugin, API_ATTRIBUTE, None)
    if wanted is None:
        return
    try:
        fits = SpecifierSet(wanted).contains(API_VERSION, prereleases=True)
    except (InvalidSpecifier, TypeError, AttributeError):
        said = _(
            "{api_attribute} = {wanted!r} does not say which versions",
            api_attribute=API_ATTRIBUTE,
            wanted=wanted,
        )
        raise InvalidValue(said, _("write '>=0.1,<1'")) from None
    if not fits:
        raise InvalidValue(
            _(
                "is written for {api_attribute} {wanted}, and this is {api_version}",
                api_attribute=API_ATTRIBUTE,
                wanted=wanted,
                api_version=API_VERSION,
            )
        )

"""The plugin host: finds plugins, checks what they hand in, calls them, and tells how they are."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from dealwright_core.host.health import Host, PluginStatus
    from dealwright_core.host.opening import open_host

__all__ = ["Host", "PluginStatus", "open_host"]


def __getattr__(name: str) -> object:
    """Names are loaded when they are asked for, so that `manifest` can be imported alone, in no time."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from dealwright_core.host import health, opening

    return getattr(opening if name == "open_host" else health, name)

"""The command ``dealwright``. Its help comes from the cached manifest: it loads no plugin and no database."""

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from dealwright.cli.helptext import ExampleGroup, missing_command
from dealwright.cli.hostcommands import HOST, SECTIONS
from dealwright.cli.invocation import Invocation
from dealwright.language import LANG, in_language, language_asked
from dealwright.language import sdk as _
from dealwright_core.language import label, said

if TYPE_CHECKING:
    from dealwright.cli.menu import Menu

EXAMPLE = (
    "dealwright init shop",
    "cd shop",
    'dealwright customer add --name "Acme Clinics"',
    'dealwright opportunity add --name Ultrasound --customer "Acme Clinics" --amount "18000 USD"',
    "dealwright opportunity advance O-1 --to engaging",
    "dealwright report pipeline --by stage",
)


class Root(ExampleGroup):
    """All commands: those of the host, and those that the platform has, as the manifest lists them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Global options may stand anywhere, also behind the command."""
        ctx.ensure_object(Invocation)
        return super().parse_args(ctx, hoisted(args))

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name that can be typed."""
        menu = self._menu(ctx)
        return [*HOST, *(name for name in (*menu.groups, *menu.single) if name not in HOST)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command or group of this name. What the platform has is built when it is asked for."""
        if cmd_name in HOST:
            found = HOST[cmd_name]
            command: click.Command = getattr(import_module(f"dealwright.cli.{found.module}"), found.attribute)
            return command
        return self._platform_command(ctx, cmd_name, self._menu(ctx))

    def _platform_command(self, ctx: click.Context, name: str, menu: "Menu") -> click.Command | None:
        from dealwright.cli.menu import PlatformGroup, leaf

        invocation = ctx.ensure_object(Invocation)
        if name in menu.groups:
            return PlatformGroup(invocation, name, menu)
        return leaf(invocation, name) if name in menu.single else None

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a suggestion, and a hint where there is no deployment to have commands."""
        name = args[0]
        if name not in HOST and name not in self.list_commands(ctx) and not name.startswith("-"):
            from dealwright.cli.menu import menu_of

            invocation = ctx.ensure_object(Invocation)
            # A command of some deployment may be meant, and here is none.
            invocation.check_deployment()
            found = self._platform_command(ctx, name, menu_of(invocation, fresh=True))
            if found is None:
                raise missing_command(self, ctx, name)
            return name, found, args[1:]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in sections."""
        from dealwright.cli.menu import listing

        menu = self._menu(ctx)
        rows: dict[str, list[tuple[str, str]]] = {section: [] for section in SECTIONS}
        for name, command in HOST.items():
            rows[command.section].append((name, label(command.summary)))
        for section, name, summary in listing(menu):
            if name not in HOST:
                rows[section].append((name, summary))
        for section, listed in rows.items():
            if listed:
                with formatter.section(label(section)):
                    formatter.write_dl([(name, said(summary)) for name, summary in listed])
        if menu.problem:
            ctx.obj.say(
                _("this is the help of the core alone, because the deployment cannot be opened:"),
                menu.problem,
            )

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, print errors as people can use them, and end with the exit code that says what happened."""
        if not standalone_mode:
            return super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        invocation = extra.setdefault("obj", Invocation())
        with ExitStack() as language:
            try:
                language.enter_context(in_language(language_typed(sys.argv[1:] if args is None else args)))
                code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
                sys.stdout.flush()
            except BrokenPipeError:
                _forget_stdout()
                sys.exit(1)
            except BaseException as error:
                from dealwright.cli.failing import exit_code_of

                sys.exit(exit_code_of(error, invocation))
            sys.exit(code if isinstance(code, int) else 0)

    def _menu(self, ctx: click.Context) -> "Menu":
        from dealwright.cli.menu import menu_of

        return menu_of(ctx.ensure_object(Invocation))


GLOBAL_VALUES = ("--config", "--as", "--because", LANG)
GLOBAL_FLAGS = ("--no-plugins", "--json")


def hoisted(args: Sequence[str]) -> list[str]:
    """The same arguments with the global options in front. What follows ``--`` stays where it is."""
    options: list[str] = []
    others: list[str] = []
    left = list(args)
    while left:
        each = left.pop(0)
        if each == "--":
            others += [each, *left]
            break
        name = each.partition("=")[0]
        if each in GLOBAL_FLAGS or (name in GLOBAL_VALUES and "=" in each):
            options.append(each)
        elif each in GLOBAL_VALUES and left:
            options += [each, left.pop(0)]
        else:
            others.append(each)
    return [*options, *others]


def language_typed(args: Sequence[str]) -> str:
    """The language of the arguments, of the environment or of the locale: known before the first error."""
    options = hoisted(args)
    given = None
    for at, each in enumerate(options):
        if each == "--":
            break
        if each == LANG and at + 1 < len(options):
            given = options[at + 1]
        elif each.startswith(f"{LANG}="):
            given = each.partition("=")[2]
    return language_asked(given, os.environ)


GIVEN = {
    "config": "given_config",
    "as": "given_actor",
    "because": "given_reason",
    "lang": "given_language",
}


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    invocation = ctx.ensure_object(Invocation)
    if value is not None and value is not False:
        if param.name == "no_plugins":
            invocation.plugins = False
        else:
            setattr(invocation, GIVEN.get(str(param.name), "json"), value)


def _version(ctx: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"dealwright {version('dealwright')}")
        ctx.exit()


SETTINGS = {"help_option_names": ["--help", "-h"], "max_content_width": 100}


def _global(*names: str, **options: Any) -> Callable[[Any], Any]:
    return click.option(*names, expose_value=False, is_eager=True, callback=_remember, **options)


@click.group(cls=Root, example=EXAMPLE, context_settings=SETTINGS)
@_global("--config", metavar="FILE", help="the deployment; else DEALWRIGHT_CONFIG, else ./dealwright.toml")
@_global("--as", "as", metavar="ACTOR", help="on whose behalf; it identifies, it does not authenticate")
@_global("--because", metavar="TEXT", help="with --as system: why")
@_global("--no-plugins", is_flag=True, help="the core alone, for reading when a plugin is broken")
@_global("--json", is_flag=True, help="print data as JSON")
@_global(LANG, metavar="LANGUAGE", help="en or zh_CN; else DEALWRIGHT_LANG, else that of the locale")
@click.option(
    "--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="print the version"
)
def cli() -> None:
    """Sell with one platform: records, commands and reports of the core and of plugins.

    Exit codes: 0 done, 1 refused or failed, 2 usage, 3 configuration, 4 plugin,
    5 a check did not hold. Data on stdout, all else on stderr.
    """


def _forget_stdout() -> None:
    """Whoever read our output is gone: nothing more is to be written to it, also not when Python ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main() -> None:
    """Entry point of the console script."""
    cli.main(prog_name="dealwright")


if __name__ == "__main__":
    main()

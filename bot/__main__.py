"""The commands: python -m bot run, demo, check and what else is registered below."""

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Callable, Coroutine, Sequence
from pathlib import Path

from bot import budget, campaigns, deliveries, doctor, ledger, preview, webhooks, wechat, wecom
from bot.config import BASE, Config, ConfigFault, load_config
from bot.duties import Duty, duties
from bot.settings import Settings, UnusableSettings, unread_variables
from bot.storage.database import UnusableAddress
from flows.tickets.papers import Kind

UNUSABLE = 2  # what shells and service managers call a wrong invocation


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; what stops the start is a sentence, not a traceback."""
    # A console that cannot show a character shows a question mark instead of ending the bot.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    given = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = given.command
    try:
        return command(given)
    except (UnusableSettings, ConfigFault, UnusableAddress) as fault:
        print(fault, file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `| head` has seen enough; the flush at exit must not fail again
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bot", description="亲清助手")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for name, command, purpose in (
        ("migrate", _migrate, "bring the database up to date"),
        ("check", _check, "check the configuration and sum it up"),
        ("replay", _replay, "run failed arrivals again (the bot must not be running)"),
        ("graph", _graph, "print the conversations as Mermaid flowcharts"),
    ):
        commands.add_parser(name, help=purpose).set_defaults(command=command)
    run = commands.add_parser("run", help="start the bot with real credentials")
    run.set_defaults(command=_run)
    run.add_argument(
        "--role",
        action="append",
        choices=tuple(Duty),
        default=[],
        help="do only this part, beside other processes; may be repeated (PostgreSQL only)",
    )
    export = commands.add_parser(
        "export",
        help="write a ticket's attachments into a new folder (the bot must not be running)",
    )
    export.set_defaults(command=_export)
    export.add_argument("number", help="of the ticket, e.g. ZH-2026-0001")
    export.add_argument("folder", type=Path, help="which does not exist yet")
    paper = commands.add_parser(
        "paper", help="write a paper of a ticket as a Word file (the bot must not be running)"
    )
    paper.set_defaults(command=_paper)
    paper.add_argument("kind", choices=[kind.value for kind in Kind])
    paper.add_argument("number", help="of the ticket, e.g. ZH-2026-0001")
    paper.add_argument("--folder", type=Path, default=Path(), help="to write it into; here")
    demo = commands.add_parser("demo", help="start the demo: simulated platform, bot, chat page")
    demo.set_defaults(command=_demo)
    demo.add_argument("--data-dir", type=Path, default=Path("data/demo"))
    demo.add_argument("--port", type=int, default=8701, help="of the chat page")
    for one in (deliveries, campaigns, budget, webhooks, wechat, wecom, doctor, ledger, preview):
        one.add(commands)
    return parser


def _run(given: argparse.Namespace) -> int:
    settings = _settings()
    config = load_config(BASE, settings.config_dir)
    faults = settings.missing_for_run()
    if faults:
        raise UnusableSettings(faults)
    chosen = duties(given.role, settings)
    if config.people.demo:
        print(
            "people.toml is the demo's: its people do not exist. Put your own into "
            "QINQING_CONFIG_DIR.",
            file=sys.stderr,
        )

    async def serve() -> int:
        from bot.app import App  # noqa: PLC0415
        from bot.heap import settle  # noqa: PLC0415
        from bot.signals import stop_on_signals  # noqa: PLC0415

        stop = asyncio.Event()
        with stop_on_signals(stop):
            app = App(settings, config, duties=chosen)
            settle()
            return await app.serve(stop)

    return _started(serve, plain=False)


def _demo(given: argparse.Namespace) -> int:
    config = load_config(BASE)

    async def serve() -> int:
        from bot.demo import demo  # noqa: PLC0415
        from bot.signals import stop_on_signals  # noqa: PLC0415

        stop = asyncio.Event()
        with stop_on_signals(stop):
            return await demo(config, given.data_dir, given.port, stop)

    return _started(serve, logging.WARNING)


def _migrate(given: argparse.Namespace) -> int:
    settings, config = _offline()

    async def migrate() -> int:
        from bot.app import Office, utc_now  # noqa: PLC0415

        async with Office(settings, config, utc_now).open():
            print("the database is up to date")
        return 0

    return _started(migrate)


def _replay(given: argparse.Namespace) -> int:
    settings, config = _offline()

    async def again() -> int:
        from bot.app import Office, utc_now  # noqa: PLC0415
        from bot.replay import replay  # noqa: PLC0415

        office = Office(settings, config, utc_now)
        async with office.open():
            done, failed = await replay(office)
        print(f"{done} done, {failed} failed again; the next start sends the answers")
        return 1 if failed else 0

    return _started(again)


def _export(given: argparse.Namespace) -> int:
    settings, config = _offline()

    async def write() -> int:
        from bot.app import Office, utc_now  # noqa: PLC0415
        from bot.export import CannotExport, export  # noqa: PLC0415

        office = Office(settings, config, utc_now)
        async with office.open():
            try:
                done = await export(office, given.number, given.folder)
            except CannotExport as why:
                print(f"Nothing was exported: {why}.", file=sys.stderr)
                return 1
        print(f"{done.written} attachments of {done.number} are in {given.folder}")
        if done.missing:
            print(f"{done.missing} are still being fetched or cannot be read", file=sys.stderr)
        return 1 if done.missing else 0

    return _started(write)


def _paper(given: argparse.Namespace) -> int:
    settings, config = _offline()

    async def write() -> int:
        from bot.app import Office, utc_now  # noqa: PLC0415
        from bot.export import CannotExport  # noqa: PLC0415
        from bot.papers.writing import write_paper  # noqa: PLC0415

        office = Office(settings, config, utc_now)
        async with office.open():
            try:
                path = await write_paper(office, Kind(given.kind), given.number, given.folder)
            except CannotExport as why:
                print(f"Nothing was written: {why}.", file=sys.stderr)
                return 1
        print(f"the paper is in {path}")
        return 0

    return _started(write)


def _check(given: argparse.Namespace) -> int:
    settings = _settings()
    config = load_config(BASE, settings.config_dir)
    for line in (*_summary(config), *_beside(settings, config)):
        print(line)
    return 0


def _graph(given: argparse.Namespace) -> int:
    from flows.engine.graph import mermaid  # noqa: PLC0415
    from handlers import DESKS  # noqa: PLC0415

    for name, desk in sorted(DESKS.items()):
        print(f"%% {name}\n{mermaid(desk.flow)}\n")
    return 0


def _settings() -> Settings:
    for name in unread_variables(os.environ):
        print(f"{name} is not a setting and has no effect.", file=sys.stderr)
    return Settings.load()


def _offline() -> tuple[Settings, Config]:
    settings = _settings()
    if settings.secret_key is None:
        raise UnusableSettings(("QINQING_SECRET_KEY is not set.",))
    return settings, load_config(BASE, settings.config_dir)


def _started(
    work: Callable[[], Coroutine[None, None, int]], level: int = logging.INFO, *, plain: bool = True
) -> int:
    """Run until the work ends; imports wait until here, so that a wrong setting shows at once."""
    from bot.demo import PageTaken  # noqa: PLC0415
    from bot.hub import UnusableHub  # noqa: PLC0415
    from bot.keys import WrongKey  # noqa: PLC0415
    from bot.lock import AlreadyRunning  # noqa: PLC0415
    from bot.logs import set_up  # noqa: PLC0415
    from bot.storage.database import DatabaseDown  # noqa: PLC0415
    from bot.storage.schema import NewerDatabase  # noqa: PLC0415
    from bot.web import PortTaken  # noqa: PLC0415

    set_up(level, plain=plain)
    try:
        return asyncio.run(work())
    except UnusableHub as fault:
        print(fault, file=sys.stderr)
        return UNUSABLE
    except WrongKey:
        print("QINQING_SECRET_KEY is not the key of this database.", file=sys.stderr)
    except (AlreadyRunning, NewerDatabase, PageTaken, PortTaken) as fault:
        print(fault, file=sys.stderr)
    except DatabaseDown as fault:
        print(f"The database cannot be used: {fault}.", file=sys.stderr)
    return 1


def _summary(config: Config) -> Sequence[str]:
    people, groups = config.people.person, config.people.group
    roles = sorted({grant.role for person in people for grant in person.roles})
    held = (f"{role} {sum(any(g.role is role for g in p.roles) for p in people)}" for role in roles)
    units = {p.unit for p in people if p.unit}
    without = [d.name for d in config.departments.values() if d.id not in units]
    lines = [
        f"配置可用：{config.office.name}",
        f"部门 {len(config.departments)} 个，类别 {len(config.taxonomy.categories)} 个，"
        f"文字 {len(config.texts)} 条，日历 {'、'.join(map(str, sorted(config.calendar)))} 年",
        f"人员 {len(people)} 人（{'，'.join(held)}），群 {len(groups)} 个",
    ]
    if without:
        lines.append(f"没有联络员的部门（由受理员代录）：{'、'.join(without)}")
    lexicon = config.lexicon
    lines.append(
        f"词表：领导 {len(lexicon.leader)} 人，机构 {len(lexicon.body)} 个，"
        f"表述 {len(lexicon.wording)} 条"
    )
    if lexicon.demo:
        lines.append("lexicon.toml 里的领导是演示数据，上线前请换成现任领导。")
    if config.people.demo:
        lines.append("people.toml 是演示数据，上线前请换成本单位的人员。")
    return lines


def _beside(settings: Settings, config: Config) -> Sequence[str]:
    """Sum up the channels beside DingTalk."""
    from bot.tencent import told  # noqa: PLC0415

    return told(settings, config.texts)


if __name__ == "__main__":
    sys.exit(main())

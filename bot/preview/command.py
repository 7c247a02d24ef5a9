"""Print a template, filled with its sample, as each door shows it."""

import sys

from bot.config import BASE, Config, load_config
from bot.markup import plain
from bot.preview.doors import Fit, Shown, at_doors
from bot.settings import Settings
from bot.terminal import Terminal
from bot.texts import Texts
from flows.campaigns.blanks import blanks, fill
from flows.campaigns.campaign import Audience, Draft, Kind
from flows.campaigns.composing import BLANKS
from flows.campaigns.lengths import Room
from flows.campaigns.templates import Template

_READER = dict(zip(BLANKS, ("镇海恒通紧固件有限公司", "陈建国"), strict=True))
"""What a reader's blanks are filled with here; invented."""
_REFUSED = 1


def preview(name: str) -> int:
    """Print it; the exit code says whether some door does not take it whole."""
    config = load_config(BASE, Settings.load().config_dir)
    terminal = Terminal(config.texts)
    found = [one for one in config.templates if one.name == name]
    if not found:
        known = "、".join(one.name for one in config.templates)
        terminal.say("template.unknown" if name else "template.which_ones", names=known)
        return _REFUSED if name else 0
    draft = sample(found[0])
    shown = at_doors(draft, Texts(config.texts), _rooms(config), config.office.short_name)
    for one in shown:
        _print(terminal, one)
    if blanks(found[0].body):
        terminal.say("template.people_only")
    return _REFUSED if any(one.fit in {Fit.CUT, Fit.OVER} for one in shown) else 0


def sample(template: Template) -> Draft:
    """Make a draft of a template and its sample, as one reader would get it."""
    title, body = template.filled(template.sample)
    correcting = template.kind is Kind.CORRECTION
    return Draft(
        kind=template.kind,
        title=title,
        body=fill(body, _READER),
        buttons=template.buttons,
        corrects="TS-2026-001" if correcting else "",
        corrected=title if correcting else "",
        audience=Audience(),
    )


def _rooms(config: Config) -> dict[str, Room]:
    return dict(config.campaigns.settings().rooms)


def _print(terminal: Terminal, one: Shown) -> None:
    door = terminal.word(f"template.door.{one.door}")
    sizes = "、".join(map(str, one.bytes))
    fit = terminal.word(f"template.fit.{one.fit.value}", over=one.over, pieces=len(one.pieces))
    terminal.say("template.at_door", door=door, sizes=sizes, most=one.most, fit=fit)
    sys.stdout.write("\n\n".join(map(plain, one.pieces)) + "\n\n")

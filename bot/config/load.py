"""The whole configuration: the repository's files, overlaid file by file."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.config.calendar import CalendarYear, load_calendar
from bot.config.campaigns import Campaigns, load_campaigns
from bot.config.confirming import Confirming, load_confirming
from bot.config.departments import load_departments
from bot.config.events import Events, load_events
from bot.config.exposure import load_exposure
from bot.config.ladders import Ladders, load_ladders
from bot.config.lexicon import LexiconFile, load_lexicon
from bot.config.office import Office, load_office
from bot.config.people import People, load_people
from bot.config.policies import Policies, load_policies
from bot.config.quota import QuotaRules, load_quota
from bot.config.source import ConfigFault, fault
from bot.config.taxonomy import Taxonomy, load_taxonomy
from bot.config.templates import load_templates
from bot.config.texts import load_texts
from bot.config.wechat import WeChatRules, load_wechat
from bot.config.wecom import WeComRules, load_wecom
from flows.campaigns.templates import Template
from flows.office import Department, Exposure

BASE = Path(__file__).resolve().parents[2] / "config"

FILES = (
    *("office", "departments", "taxonomy", "exposure", "people", "quota", "ladders", "events"),
    *("campaigns", "lexicon", "policies", "confirming", "wechat", "wecom"),
)
FOLDERS = ("calendar", "texts")
TEMPLATES = "templates"


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the staff can edit, checked."""

    office: Office
    departments: Mapping[str, Department]
    taxonomy: Taxonomy
    exposure: Exposure
    people: People
    quota: QuotaRules
    ladders: Ladders
    events: Events
    campaigns: Campaigns
    lexicon: LexiconFile
    policies: Policies
    confirming: Confirming
    wechat: WeChatRules
    wecom: WeComRules
    templates: tuple[Template, ...]
    calendar: Mapping[int, CalendarYear]
    texts: Mapping[str, str]


def load_config(base: Path = BASE, overlay: Path | None = None) -> Config:
    """Read the configuration; a file in the overlay stands for the whole file of that name."""
    if overlay is not None:
        _check_overlay(overlay)
    office_path = _file(base, overlay, "office")
    office = load_office(office_path)
    texts = load_texts(_folder(base, overlay, "texts"), _folder(base, None, "texts"))
    if office.consent.text not in texts:
        raise fault(
            office_path, "[consent]", "text", f'no text has the key "{office.consent.text}"'
        )
    departments = load_departments(_file(base, overlay, "departments"))
    ladders_path = _file(base, overlay, "ladders")
    ladders = load_ladders(ladders_path)
    if ladders.rules.home and ladders.rules.home not in departments:
        raise fault(ladders_path, "[rules]", "home", "no department of this id")
    return Config(
        office=office,
        departments=departments,
        taxonomy=load_taxonomy(_file(base, overlay, "taxonomy"), departments),
        exposure=load_exposure(_file(base, overlay, "exposure")),
        people=load_people(_file(base, overlay, "people"), departments),
        quota=load_quota(_file(base, overlay, "quota")),
        ladders=ladders,
        events=load_events(_file(base, overlay, "events")),
        campaigns=load_campaigns(_file(base, overlay, "campaigns")),
        lexicon=load_lexicon(_file(base, overlay, "lexicon")),
        policies=load_policies(_file(base, overlay, "policies")),
        confirming=load_confirming(_file(base, overlay, "confirming")),
        wechat=load_wechat(_file(base, overlay, "wechat")),
        wecom=load_wecom(_file(base, overlay, "wecom")),
        templates=load_templates(_templates(base, overlay)),
        calendar=load_calendar(_folder(base, overlay, "calendar")),
        texts=texts,
    )


def _file(base: Path, overlay: Path | None, stem: str) -> Path:
    name = f"{stem}.toml"
    if overlay is not None and (overlay / name).exists():
        return overlay / name
    return base / name


def _folder(base: Path, overlay: Path | None, name: str) -> Mapping[str, Path]:
    found: dict[str, Path] = {}
    for root in (base, overlay):
        if root is not None:
            found.update((path.stem, path) for path in (root / name).glob("*.toml"))
    return found


def _templates(base: Path, overlay: Path | None) -> Mapping[str, Path]:
    """Find the templates by where they lie, in whatever folder below templates/."""
    found: dict[str, Path] = {}
    for root in (base, overlay):
        if root is not None:
            folder = root / TEMPLATES
            found.update((one.relative_to(folder).as_posix(), one) for one in folder.rglob("*.md"))
    return found


def _check_overlay(overlay: Path) -> None:
    """Refuse an overlay that would be passed over in silence."""
    if not overlay.is_dir():
        raise ConfigFault(f"{overlay}: the configuration folder does not exist.")
    for path in sorted(overlay.glob("*.toml")):
        if path.stem not in FILES:
            known = ", ".join(f"{stem}.toml" for stem in FILES)
            raise ConfigFault(f"{path}: no file of this name is read here; known are {known}.")
    for path in sorted(overlay.glob("*/*.toml")):
        if path.parent.name not in FOLDERS:
            known = " and ".join(f"{name}/" for name in FOLDERS)
            raise ConfigFault(f"{path}: no folder of this name is read here; known are {known}.")
    for path in sorted((overlay / TEMPLATES).rglob("*")):
        if path.is_file() and path.suffix != ".md" and not path.name.startswith("."):
            raise ConfigFault(f"{path}: a template is a file that ends in .md.")

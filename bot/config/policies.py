"""policies.toml: how policies are numbered, and the lists by which they are matched."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import Field

from bot.config.office import Clock, Positive
from bot.config.source import Table, fault, parse
from flows.policies.demands import Known
from flows.policies.matching import Industries, Lists, Regions
from flows.policies.settings import Files, Settings

Name = Annotated[str, Field(min_length=1, max_length=40)]


class Rows(Table):
    """How much of one file is taken."""

    rows: Annotated[int, Field(ge=1, le=5000, strict=True)] = 200
    kilobytes: Annotated[int, Field(ge=1, le=10_000, strict=True)] = 512
    versions: Annotated[int, Field(ge=1, le=100, strict=True)] = 20


class Policies(Table):
    """The whole file."""

    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,6}$")]
    stale_months: Positive
    reminds_at: Clock
    files: Rows = Rows()
    here: Mapping[Name, Name]  # 区 → 镇海区: what a notice of ours means by it
    places: Mapping[Name, Name]  # place → in which it lies
    also: Mapping[Name, Name]  # another name of a place
    industries: Mapping[Name, Annotated[str, Field(pattern=r"^[A-T]\d{0,4}$")]]

    def settings(self) -> Settings:
        """Return it as policies need it."""
        regions = Regions(dict(self.places), dict(self.also))
        places = tuple(dict.fromkeys((*self.places, *self.places.values())))
        return Settings(
            prefix=self.prefix,
            lists=Lists(regions, Industries(dict(self.industries)), self.stale_months),
            known=Known(dict(self.here), places, tuple(self.industries)),
            reminds_at=self.reminds_at,
            files=Files(self.files.rows, self.files.kilobytes, self.files.versions),
        )


def load_policies(path: Path) -> Policies:
    """Read policies.toml."""
    policies = parse(Policies, path)
    listed = {*policies.places, *policies.places.values()}
    for table, names in (("[here]", policies.here), ("[also]", policies.also)):
        for word, place in names.items():
            if place not in listed:
                raise fault(path, table, word, f"{place} is not listed under [places]")
    for place in policies.places:
        if _goes_round(policies.places, place):
            raise fault(path, "[places]", place, "it lies in itself")
    return policies


def _goes_round(places: Mapping[str, str], place: str) -> bool:
    seen, at = {place}, places.get(place)
    while at is not None and at not in seen:
        seen.add(at)
        at = places.get(at)
    return at is not None

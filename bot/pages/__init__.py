"""Pages behind links: one ticket, one department, on any phone."""

from bot.pages.site import PREFIX, Site

__all__ = ["PREFIX", "Site"]

"""A paper on its way out: what stands for it until it is drawn."""

from bot.channels.base import Enclosure
from bot.papers.worded import worded
from bot.texts import Texts
from flows.tickets.papers import Paper

EXTENSION = "docx"
MIME = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def printed(paper: Paper, texts: Texts) -> Enclosure:
    """Make a paper ready to go out."""
    told = worded(paper, texts)
    return Enclosure(
        sha256=told.sha256,
        name=file_name(paper, texts),
        extension=EXTENSION,
        mime=MIME,
        size=len(told.content),
        paper=told,
    )


def file_name(paper: Paper, texts: Texts) -> str:
    """Name the file by the paper and the ticket, and by nobody: names of files are seen by many."""
    return f"{texts.label(paper.name)}-{paper.ticket}.{EXTENSION}"

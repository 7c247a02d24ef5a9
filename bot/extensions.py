"""How the names of files end, by the media types under which they are kept."""

import filetype

from bot.listed import MIMES


def extension_of(mime: str) -> str:
    """Tell the extension of a media type that `bot.attachments.type_of` gave."""
    listed = {of: extension for extension, of in MIMES.items()}
    kind = filetype.get_type(mime=mime)
    return str(kind.extension) if kind else listed.get(mime, "")


__all__ = ["extension_of"]

"""How large a file is, as people say it."""

_UNIT = 1024


def readable(size: int) -> str:
    """Word a size in bytes: 300 KB, 1.2 MB."""
    megabytes = size / _UNIT / _UNIT
    return f"{megabytes:.1f} MB" if megabytes >= 1 else f"{max(1, size // _UNIT)} KB"


__all__ = ["readable"]

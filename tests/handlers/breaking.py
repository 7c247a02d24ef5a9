"""Work that breaks half-way, to see that nothing of it was done."""

from __future__ import annotations

import pytest

from handlers.book import Book


def breaks_at(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    """Let whatever files this ticket fail, once what comes before it is in the book."""
    put = Book.put_ticket

    def fail(book: Book, one: object, entry: object) -> None:
        if getattr(one, "number", "") == number:
            raise OSError(f"{number} fails")
        put(book, one, entry)  # type: ignore[arg-type]

    monkeypatch.setattr(Book, "put_ticket", fail)

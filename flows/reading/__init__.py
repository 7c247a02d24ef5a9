"""What is in a paragraph that an entrepreneur writes."""

from flows.reading.dates import day, without_day
from flows.reading.labels import labelled
from flows.reading.matching import (
    emergency,
    first_calls,
    onward,
    opening_calls,
    propose_category,
    propose_departments,
)
from flows.reading.names import company, person_name
from flows.reading.numbers import mask_numbers, phone
from flows.reading.paragraph import Reading, problem, read
from flows.reading.phrases import since, wish
from flows.reading.text import normalise

__all__ = [
    "Reading",
    "company",
    "day",
    "emergency",
    "first_calls",
    "labelled",
    "mask_numbers",
    "normalise",
    "onward",
    "opening_calls",
    "person_name",
    "phone",
    "problem",
    "propose_category",
    "propose_departments",
    "read",
    "since",
    "wish",
    "without_day",
]

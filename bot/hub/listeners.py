"""Who hears what inside this process."""

import logging
from collections import defaultdict

from bot.hub.base import Hear
from bot.logs import place_of

log = logging.getLogger(__name__)


class Listeners:
    """The ears of each topic."""

    def __init__(self) -> None:
        self._ears: defaultdict[str, list[Hear]] = defaultdict(list)

    def add(self, topic: str, hear: Hear) -> None:
        """Listen to a topic from now on."""
        self._ears[topic].append(hear)

    def tell(self, topic: str, note: str) -> None:
        """Let everybody hear; a listener with a defect costs nobody else the news."""
        for hear in self._ears.get(topic, ()):
            try:
                hear(note)
            except Exception as error:
                log.error("topic=%s was not heard: %s", topic, place_of(error))

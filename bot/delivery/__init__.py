"""Deliveries: from rows of the outbox to messages on the platform."""

from bot.delivery.budget import Budget, Unlimited
from bot.delivery.express import ExpressRun
from bot.delivery.planning import PARALLEL
from bot.delivery.tally import Tally
from bot.delivery.worker import Delivery
from bot.storage.queue import TRIES

__all__ = ["PARALLEL", "TRIES", "Budget", "Delivery", "ExpressRun", "Tally", "Unlimited"]

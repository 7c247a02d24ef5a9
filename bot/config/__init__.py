"""What the staff edit, read and checked once at the start."""

from bot.config.load import BASE, Config, load_config
from bot.config.source import ConfigFault

__all__ = ["BASE", "Config", "ConfigFault", "load_config"]

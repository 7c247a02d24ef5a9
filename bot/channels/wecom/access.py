"""Who the app is on the platform."""

from dataclasses import dataclass, field

from bot.channels.wecom.rates import Rates

NAME = "wecom"


@dataclass(frozen=True, slots=True)
class WeComAccess:
    """The app as the console of 企业微信 shows it (应用管理, 我的企业)."""

    corp_id: str
    agent_id: int
    secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    api_base: str = "https://qyapi.weixin.qq.com"
    rates: Rates = field(default_factory=Rates)
    plugin: bool = False  # its people read in WeChat (微信插件), which shows text alone

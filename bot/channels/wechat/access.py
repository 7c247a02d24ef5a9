"""Who the account is on the platform."""

from dataclasses import dataclass, field

NAME = "wechat"


@dataclass(frozen=True, slots=True)
class WeChatAccess:
    """The official account as its console shows it (设置与开发 → 基本配置)."""

    app_id: str
    app_secret: str = field(repr=False)
    token: str = field(repr=False)
    aes_key: str = field(repr=False)
    api_base: str = "https://api.weixin.qq.com"
    plaintext: bool = False  # take callbacks whose body nobody signed: for development alone

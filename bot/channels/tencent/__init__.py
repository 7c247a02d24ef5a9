"""What 公众号 and 企业微信 have in common: sealed callbacks, their fields, the passive answer."""

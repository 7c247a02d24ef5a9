"""What 公众号 and 企业微信 have in common: how an account is called, answers, calls and ends."""

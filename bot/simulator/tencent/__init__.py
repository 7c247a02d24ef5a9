"""What the simulated 公众号 and the simulated 企业微信 do alike: seal, call, go wrong."""

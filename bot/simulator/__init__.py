"""A fake DingTalk on 127.0.0.1: gateway, OpenAPI, webhooks, and a chat page to try the bot with."""

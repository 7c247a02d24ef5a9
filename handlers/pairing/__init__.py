"""One person with several accounts (关联账号)."""

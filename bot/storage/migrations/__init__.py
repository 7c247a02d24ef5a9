"""Migrations, the oldest first; run by bot/storage/migrate.py."""

"""The borders: settings, storage, channels and start-up."""

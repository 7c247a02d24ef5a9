"""Papers of an activity as files: tables and plans as spreadsheets, the rest as Word files."""

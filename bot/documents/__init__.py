"""Documents that people send: what is in a Word file or a spreadsheet, read with limits."""

"""The case of a 问千家进百企 ticket: its data, its moves, its rights."""

"""Faults: killed processes, lost connections, full disks and clocks that jump, under load."""

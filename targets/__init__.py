"""Machines: modules, links, networks, the catalogue."""

"""The `gem` command; packages add their own commands through the entry point group `gem.commands`."""

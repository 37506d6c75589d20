"""Engines: what turns a writer's source into a finished file. Nothing here knows a profile or a theme."""

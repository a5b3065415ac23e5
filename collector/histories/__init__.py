"""Formats of hand histories, to and from a neutral story. Rules of play are in `collector/hand`."""

"""Runs first on the ESP32. Nothing may fail here: a board that stops now can only be saved over USB."""

import gc

gc.collect()

"""What developers run with `python -m`: checks of the chip's code, generated files."""

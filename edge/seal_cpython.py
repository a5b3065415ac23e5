"""MicroPython's `cryptolib.aes` on CPython, where the node runs in tests and tools. Not for the chip."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes


class aes:  # noqa: N801 - its name in cryptolib
    """AES in ECB mode."""

    def __init__(self, key, mode):
        self._cipher = Cipher(algorithms.AES(key), modes.ECB())
        assert mode == 1

    def encrypt(self, data):
        """Return whole blocks, encrypted."""
        return self._cipher.encryptor().update(data)

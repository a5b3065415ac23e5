"""Runs inside MicroPython's unix port: the chip's prompt, over standard input and output, with a folder as its flash.

The unix port has no raw prompt, which is what tools drive a board by. This has: raw mode, raw paste with its window,
soft reset (which runs `boot.py`), and `machine.reset()`, which ends the process for its owner to start again.
"""
# mypy: ignore-errors

import os
import sys

import vfs

_RAW, _FRIENDLY, _INTERRUPT, _EXECUTE, _PASTE = b"\x01", b"\x02", b"\x03", b"\x04", b"\x05"
_BANNER = b"raw REPL; CTRL-B to exit\r\n>"
_WINDOW = 128
RESET_STATUS = 3


class Machine:
    """What a tool needs of `machine`."""

    @staticmethod
    def reset():
        """Restart the board."""
        raise SystemExit(RESET_STATUS)


class Prompt:
    """The prompt's state: whether it is raw, and the names that code defined."""

    def __init__(self):
        self._in = sys.stdin.buffer
        self._out = sys.stdout.buffer
        self._names = {"__name__": "__main__"}

    def run(self):
        """Serve until standard input ends."""
        while True:
            key = self._in.read(1)
            if not key:
                return
            if key == _RAW:
                self._out.write(_BANNER)
                self._raw()
                self._out.write(b"\r\nMicroPython on a virtual board\r\n>>> ")

    def _raw(self):
        code = b""
        while True:
            key = self._in.read(1)
            if not key or key == _FRIENDLY:
                return
            if key == _RAW:
                code = b""
                self._out.write(_BANNER)
            elif key == _PASTE and not code:
                self._paste(self._in.read(2))
            elif key == _EXECUTE and not code.strip():
                self._soft_reset()
            elif key == _EXECUTE:
                self._out.write(b"OK")
                self._execute(code)
                code = b""
            elif key != _INTERRUPT:
                code += key

    def _paste(self, wanted):
        if wanted != b"A\x01":
            self._out.write(b"R\x00")
            return
        self._out.write(b"R\x01" + bytes([_WINDOW, 0]))
        code = b""
        while True:
            key = self._in.read(1)
            if key == _EXECUTE:
                break
            code += key
            if len(code) % _WINDOW == 0:
                self._out.write(b"\x01")
        self._out.write(b"\x04")
        self._execute(code)

    def _execute(self, code):
        error = None
        try:
            exec(compile(code, "<stdin>", "exec"), self._names)  # noqa: S102 - that is what a prompt is for
        except Exception as raised:  # noqa: BLE001 - the caller is told of everything
            error = raised
        self._out.write(b"\x04")
        if error:
            sys.print_exception(error, sys.stdout)
        self._out.write(b"\x04>")

    def _soft_reset(self):
        self._names = {"__name__": "__main__"}
        self._out.write(b"OK\r\nMPY: soft reboot\r\n")
        try:
            with open("/boot.py") as file:
                exec(file.read(), self._names)  # noqa: S102 - as the chip does
        except OSError:
            pass
        self._out.write(_BANNER)


def main(folder):
    """Make `folder` the whole file system, and serve the prompt."""
    sys.modules["machine"] = Machine
    vfs.umount("/")
    vfs.mount(vfs.VfsPosix(folder), "/")
    os.chdir("/")  # until then names without a slash still mean the old place
    sys.path[:] = ["", ".frozen", "/lib"]
    Prompt().run()


if __name__ == "__main__":
    main(sys.argv[1])

"""Takes a new application in pieces, checks it, and switches to it at the next start. Loaded only when one comes.

A bundle is four bytes of size, the manifest (JSON, signed with the device's key), and the files that the manifest names
with size and SHA-256, in order. The bundle is kept in `update.part`, unpacked into the folder that does not run, and
read back. Only then does `active` change, by a renaming: a power cut at any moment leaves the application that ran.
"""

import asyncio
import binascii
import hashlib
import os

from micropython import const

from edge import update_slots
from edge.envelope import VERSION, text
from edge.errors import EdgeError
from edge.flash import exists
from edge.flash_files import make_folder, write_whole
from edge.seal import Seal

_PIECE = const(512)
_LARGEST = const(1_000_000)
_SIZE_BYTES = const(4)
MANIFEST = "manifest.json"


class UpdateRefused(EdgeError):
    """The bundle holds no application that this node may run."""


class Update:
    """One update at a time."""

    def __init__(self, folder, key):
        self._folder = folder
        self._part = folder + "/update.part"
        self._seal = Seal(key)
        self._size = 0
        self._digest = ""
        self._file = None
        self.offset = 0

    def take(self, content):
        """Take a step of an update; return whether all of it is here now. `offset` is the number of bytes here.

        Raises UpdateRefused. A piece that is not the next one changes nothing: the sender sees the offset.
        """
        step = content["step"]
        if step == "begin":
            self._begin(content["size"], content["sha256"])
        elif step == "piece":
            self._piece(content["offset"], content["data"])
        else:
            raise UpdateRefused("update: no step " + str(step))
        return self._file is not None and self.offset == self._size

    def _begin(self, size, digest):
        if not 0 < size <= _LARGEST:
            raise UpdateRefused("update: %d bytes do not fit; at most %d" % (size, _LARGEST))
        if self._file:
            if (size, digest) == (self._size, self._digest):
                return  # the sender asks how many bytes are here
            self._file.close()
        self._size, self._digest, self.offset = size, digest, 0
        self._file = open(self._part, "wb")  # noqa: SIM115 - open while pieces come

    def _piece(self, offset, data):
        if self._file and offset == self.offset:
            piece = binascii.a2b_base64(data)
            self._file.write(piece[: self._size - self.offset])
            self.offset = min(self._size, self.offset + len(piece))

    async def install(self, command_id):
        """Unpack the bundle and switch to it at the next start; raise UpdateRefused if it is not whole."""
        if self._file:
            self._file.close()
        self._file = None
        slot = update_slots.spare(self._folder)
        where = self._folder + "/" + slot
        try:
            with open(self._part, "rb") as bundle:
                if await _digest_of(bundle, self._size) != self._digest:
                    raise UpdateRefused("update: not what was announced; send it again")
                bundle.seek(0)
                manifest, content = self._manifest(bundle)
                await _remove(where)
                make_folder(where)
                for path, size, digest in content["files"]:
                    await _unpack(bundle, where + "/" + path, size, digest)
            write_whole(where + "/" + MANIFEST, manifest)
            update_slots.switch(self._folder, slot, command_id)
        finally:
            os.remove(self._part)

    def _manifest(self, bundle):
        """Return a bundle's manifest, as bytes and as an object. It is signed, since the pieces came over a network."""
        raw = bundle.read(int.from_bytes(bundle.read(_SIZE_BYTES), "big"))
        content = self._seal.open(raw)
        if content is None:
            raise UpdateRefused("update: its manifest is not signed with this node's key")
        for path, _, _ in content["files"]:
            if path.startswith("/") or ".." in path.split("/"):
                raise UpdateRefused("update: %s would lie outside of its folder" % path)
        return raw, content


async def _unpack(bundle, path, size, digest):
    make_folder(path[: path.rfind("/")])
    left = size
    with open(path, "wb") as file:
        while left:
            piece = bundle.read(min(_PIECE, left))
            if not piece:
                raise UpdateRefused("update: ends within " + path)
            file.write(piece)
            left -= len(piece)
            await asyncio.sleep(0)
    with open(path, "rb") as file:
        if await _digest_of(file, size) != digest:
            raise UpdateRefused("update: %s is not what the manifest says" % path)


async def _digest_of(file, size):
    digest = hashlib.sha256()
    while size > 0:
        piece = file.read(min(_PIECE, size))
        if not piece:
            break
        digest.update(piece)
        size -= len(piece)
        await asyncio.sleep(0)
    return digest.digest().hex()


async def _remove(path):
    """Remove a folder and all in it; other tasks run between its files."""
    if not exists(path):
        return
    for name in os.listdir(path):
        inner = path + "/" + name
        if os.stat(inner)[0] & 0x4000:
            await _remove(inner)
        else:
            os.remove(inner)
            await asyncio.sleep(0)
    os.rmdir(path)


def progress_body(device, boot, command, offset):
    """Return how many bytes of an update are here, without mac and closing brace."""
    return '{"v":%d,"device":%s,"boot":"%s","id":%s,"offset":%d' % (VERSION, text(device), boot, text(command), offset)

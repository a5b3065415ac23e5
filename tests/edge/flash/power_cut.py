"""Takes the power away at one write, and looks what the next boot finds. Runs inside MicroPython."""

import gc

import vfs
from ramflash import PowerCutError, RamFlash

gc.disable()  # a file that a power cut left open must not be closed afterwards, on a disk that is gone


def went_through(cut, blocks, life, check, *, done, before=None):
    """Run `life(done)` on a new flash until its write number `cut`, then `check(done)` on what is left, at /flash.

    `done` is what life notes of how far it came, `before()` puts on the flash what is there at first. Return whether
    there was no such write.
    """
    flash = RamFlash(blocks)
    vfs.VfsLfs2.mkfs(flash)
    vfs.mount(vfs.VfsLfs2(flash), "/flash")
    if before:
        before()
    flash.cut_after = cut
    try:
        life(done)
        finished = True
    except (PowerCutError, OSError):
        finished = False
    vfs.umount("/flash")
    flash.cut_after = None
    vfs.mount(vfs.VfsLfs2(RamFlash(blocks, bytearray(flash.image))), "/flash")
    check(done)
    vfs.umount("/flash")
    return finished

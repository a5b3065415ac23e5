"""No garbage is looked for while modules are imported, and it is again afterwards."""

from __future__ import annotations

import gc

import pytest

from tools.importing import importing


def test_garbage_is_looked_for_again_also_after_an_import_that_fails() -> None:
    with importing():
        assert not gc.isenabled()
    assert gc.isenabled()

    with pytest.raises(ImportError), importing():
        raise ImportError
    assert gc.isenabled()


def test_who_looks_for_none_still_does_not_afterwards() -> None:
    gc.disable()
    try:
        with importing():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()

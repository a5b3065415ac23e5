"""The secret part of the collector's client id is secret, or it is exchanged."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from collector.broker.link import CLIENT_ID, client_id
from collector.errors import SettingsError


def test_a_secret_that_others_could_read_is_none_and_no_link_is_followed(tmp_path: Path) -> None:
    name = client_id(tmp_path, "ebs-collector-main")
    kept = tmp_path / CLIENT_ID
    kept.chmod(0o644)

    assert client_id(tmp_path, "ebs-collector-main") != name
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    for there in (True, False):
        kept.unlink()
        kept.symlink_to(tmp_path / "known")
        if there:
            (tmp_path / "known").write_text("0" * 32)
        with pytest.raises(SettingsError, match="client-id is a link; remove it"):
            client_id(tmp_path, "ebs-collector-main")
        (tmp_path / "known").unlink(missing_ok=True)

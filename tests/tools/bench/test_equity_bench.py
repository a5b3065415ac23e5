"""The peers of `ebs bench equity`: a missing one is said, and is no figure that is met."""

from __future__ import annotations

import pytest

from tools.bench import equity_peers
from tools.bench.equity_peers import peer_figures


def test_a_peer_that_is_not_installed_is_a_missed_figure_that_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(equity_peers, "find_spec", lambda name: None)

    figures = peer_figures(said.append)

    assert [figure.name for figure in figures][:2] == ["vs_poker_equity_aa_kk", "vs_poker_equity_plo"]
    assert not any(figure.met for figure in figures)
    assert all("NOT INSTALLED" in figure.unit for figure in figures)
    assert said[0] == (
        "poker_equity is not installed, so vs_poker_equity_aa_kk was NOT measured; `make setup` installs it"
    )


def test_a_peer_is_asked_the_same_and_its_time_is_over_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equity_peers, "find_spec", lambda name: name == "eval7" or None)
    monkeypatch.setattr(equity_peers, "_ratio", lambda ours, theirs: 12.34)

    figures = {figure.name: figure for figure in peer_figures(lambda text: None)}

    assert figures["vs_eval7_flop"].met
    assert figures["vs_eval7_flop"].value == 12.3

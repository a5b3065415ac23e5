"""A wired node: the W5500's pins reach MicroPython's driver as the board file has them, and the node is born."""

import importlib
import sys
import time
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.e2e.powered import compiled, powered
from tools.rehearsal.micropython import NoInterpreterError, ensure
from tools.virtual import machine, radio

W5500 = importlib.import_module("firmware.boards.esp32_s3_w5500").ETHERNET


@pytest.fixture
def ethernet(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setitem(sys.modules, "machine", machine)
    monkeypatch.setitem(sys.modules, "network", radio)
    monkeypatch.setattr(time, "sleep_ms", lambda _: None, raising=False)
    monkeypatch.delitem(sys.modules, "firmware.ethernet", raising=False)
    return importlib.import_module("firmware.ethernet")


def number(pin: Any) -> int:
    assert isinstance(pin, machine.Pin)
    return pin.number


def test_a_w5500_is_on_a_bus_of_its_own_with_select_and_interrupt(ethernet: Any) -> None:
    ethernet.join({}, W5500)

    made = radio.LAN.made
    assert (made["phy_type"], made["active"]) == (radio.PHY_W5500, True)
    assert made["spi"].bus == 2 != importlib.import_module("firmware.boards.esp32_s3_w5500").SPI_BUS
    assert (number(made["cs"]), number(made["int"])) == (W5500["select"], W5500["interrupt"])


def test_what_config_json_says_goes_before_the_board(ethernet: Any) -> None:
    ethernet.join({"select": 41}, W5500)

    assert number(radio.LAN.made["cs"]) == 41


def test_a_board_of_ones_own_may_have_a_phy(ethernet: Any) -> None:
    ethernet.join({"mdc": 23, "mdio": 18, "power": 12, "address": 0}, {})

    made = radio.LAN.made
    assert (made["phy_type"], made["phy_addr"], number(made["power"])) == (radio.PHY_LAN8720, 0, 12)


@pytest.mark.parametrize(
    ("clock", "settings"),
    [
        ((0, "in"), {}),
        ((0, "in"), {"ref_clk": 0, "ref_clk_mode": "in"}),
        ((17, "out"), {"ref_clk": 17, "ref_clk_mode": "out", "power": 12, "address": 0}),
        ((16, "out"), {"ref_clk": 16, "ref_clk_mode": "out", "reset": 5}),
    ],
)
def test_a_phy_gets_its_clock_where_the_board_has_it(
    ethernet: Any, monkeypatch: pytest.MonkeyPatch, clock: tuple[int, str], settings: dict[str, Any]
) -> None:
    """Boards whose 50 MHz come out of GPIO 16 or 17 have no network without it."""
    monkeypatch.setattr(radio.LAN, "clock", clock)
    ethernet.join(settings, {})

    made = radio.LAN.made
    assert made["active"] is True
    for name in ("ref_clk", "reset", "power"):
        assert (number(made[name]) if name in made else None) == settings.get(name)


def test_a_phy_without_its_clock_is_an_error_and_no_silence(ethernet: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(radio.LAN, "clock", (17, "out"))
    for settings in ({}, {"ref_clk": 17}, {"ref_clk": 16, "ref_clk_mode": "out"}):
        with pytest.raises(OSError, match="no clock"):
            ethernet.join(settings, {})
    with pytest.raises(KeyError):
        ethernet.join({"ref_clk_mode": "outwards"}, {})


def test_the_clock_of_a_w5500_is_not_ours_to_set(ethernet: Any) -> None:
    assert "hertz" not in W5500
    ethernet.join({}, W5500)
    plain = radio.LAN.made["spi"]._hertz
    ethernet.join({"hertz": 1_234_567}, W5500)
    assert radio.LAN.made["spi"]._hertz == plain, "nothing pretends that it had an effect"


@pytest.mark.node
@pytest.mark.broker
async def test_a_wired_node_is_born(tmp_path: Path) -> None:
    try:
        interpreter = ensure()
    except NoInterpreterError as error:
        pytest.skip(str(error))
    application = compiled(tmp_path / "application", "esp32_s3_w5500")
    async with powered(tmp_path, application, interpreter, {"ethernet": {}}) as floor:
        node = await floor.board.running()

    assert node.boot.startswith("1-")
    assert any("esp32_s3_w5500" in line for line in node.logs)
    assert floor.board.failures == []

"""The light that shows which board is meant. Loaded when somebody asks."""

from edge import clock


async def blink(light):
    """Show for ten seconds which board is meant."""
    for _ in range(20):
        light.value(1)
        await clock.sleep_ms(250)
        light.value(0)
        await clock.sleep_ms(250)

"""The texts about an antenna that does not work, by the fault's name on the wire. Loaded with the first fault.

Data only, so that `errors` can read it and need not know who handles faults. Each text says what to do.
"""

TEXTS = {
    "no_chip": "no reader chip answers; check its power, SPI wiring, chip select and reset",
    "wrong_chip": "identity 0x%02x is no ST25R3911B; check its wiring, and `antennas` in config.json",
    "no_reset": "does not leave its reset; check its power and crystal",
    "no_interrupt": "its %s never ends; check its SPI wiring, power and crystal",
    "babble": "impossible answers; check its SPI wiring, a clone may hold MISO",
    "bus": "SPI fails (%s); check its pins",
    "card_awake": "a card there answers again when it was sent to sleep; others are read, exchange that one",
    "card_unread": "something there answers and tells no UID: a damaged card, another kind of tag, noise; take it off",
    "card_random": "a telephone, bank card or key there makes up a UID each time; it is no card of a deck, take it off",
    "card_changing": "something there tells another UID each time; it is no card of a deck, take it off",
    "detuned": "its field is detuned (amplitude %d, phase %d); take metal off, a card protector too, else tune it",
}

"""RFID reader chips and the card protocols on them.

**A chip** is one file with one class. A capability is a method: a chip without the method lacks the capability, and is
not asked for it. To add a third chip, write its file with the methods below and name it in `build.py`.

Every chip:
    `chip`, `known_versions`    its name, and the versions that need no warning; `version` is the one it answered
    `name`                      of its antenna, for errors
    `start()`                   reset and set up, field off; raises ChipFault when there is none
    `field_on()`, `field_off()` power the cards, let them forget everything

Cards of ISO/IEC 14443 type A (`iso14443a.Reader` uses it; "A" in the configuration):
    `wake(halted)`              REQA or WUPA
    `anticollide(frame, known)` ask for the rest of a UID; on COLLISION `position` is the bit, or -1
    `select(frame)`             on ANSWER `sak` says what the card is
    `halt()`

Cards of ISO/IEC 15693 (`iso15693.Reader` uses it; "V" in the configuration):
    `request(frame, length)`    send a request, CRC added; on ANSWER `answer` holds flags, DSFID and UID, CRC checked
    `next_slot()`               the same for the end of frame that begins the next slot

The state of the antenna:
    `measure()`                 with the field on: `amplitude`, `phase`, `trim` are set; returns whether it is detuned

A frame has one of the four outcomes in `frames.py`. Only a chip that could have heard a card may report silence: a chip
that lost a setting, as by a bit error on its bus, raises ChipFault, or is set up again with its next field. A reader of
cards has `look(known)`, a generator. After it, `seen` holds the UIDs in the field, `unsure` those known ones of which
the look can say nothing, `clean` whether all that answered was understood, `odd` what met the look that is no good card
(`antenna_odd`), and `spent` whether the field must go off before the next look.
"""

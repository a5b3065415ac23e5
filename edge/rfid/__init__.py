"""RFID reader chips and the card protocols on them.

**What a chip is.** One file with one class. A capability is a method: what a chip has not, it cannot do, and nobody
asks it for. To add a third chip, write its file with the methods below and name it in `build.py`.

Every chip:
    `chip`, `known_versions`    its name, and the versions that need no warning; `version` is what it answered
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

How the antenna is:
    `measure()`                 with the field on: `amplitude`, `phase`, `trim` are set; returns whether it is detuned

Frames come to one of the four outcomes in `frames.py`. Silence is the word of a chip that could have heard: one that
lost a setting, as by a bit error on its bus, raises ChipFault, or is set up anew with its next field. A reader of cards
has `look(known)`, a generator after which `seen` are the UIDs in the field, `clean` says whether silence meant absence,
and `spent` whether the field must go off before the next look.
"""

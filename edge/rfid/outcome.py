"""What a frame in the air came to. Every chip driver answers with one of these; only broken chips raise."""

from micropython import const

SILENCE = const(0)  # nobody answered before the reply timer ran out
ANSWER = const(1)  # a whole, correct answer
COLLISION = const(2)  # several cards answered over each other
GARBLED = const(3)  # somebody answered, but parity, framing or CRC is wrong: not an absence

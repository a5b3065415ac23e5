"""The two large buffers of a node, taken before anything else: loading code leaves a heap of small holes.

Measured in 150 KB: of 70 KB free not one piece of 1,700 bytes was left, and a backlog could not be sent.
"""

OUT = bytearray(2560)  # a packet to the broker: 2 KiB by contract, health of many antennas may take more
IN = bytearray(1280)  # one from it; more is skipped

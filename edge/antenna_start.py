"""The start of a scan: the order in which antennas are visited, and the start of their chips."""

from edge.errors import ChipFault


def visiting_order(count):
    """Return the antennas in an order in which none follows its neighbour, as far as there are enough of them.

    >>> visiting_order(12)
    [0, 5, 10, 3, 8, 1, 6, 11, 4, 9, 2, 7]
    """
    for step in range(count // 2, 1, -1):
        order = [place * step % count for place in range(count)]
        if len(set(order)) == count:
            return order
    return list(range(count))


def start(scanner):
    """Start all chips, so that the birth can name them. One that fails is tried again later."""
    for index, antenna in enumerate(scanner.antennas):
        try:
            antenna.reader.chip.start()
        except (ChipFault, OSError) as error:
            scanner.failed(index, antenna, error)

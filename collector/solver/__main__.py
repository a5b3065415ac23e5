"""The worker: reads questions, counts, writes answers. It ends with its input, so it never outlives its collector."""

from __future__ import annotations

import os
import queue
import signal
import sys
import threading

from collector.equity import Answered, Cancelled, Question, answer
from collector.errors import BadInput
from collector.solver.lines import answer_line, question_of
from collector.system import close_memory, give_way

_NICE = 10


class Reader:
    """The latest question. `latest` is its number; what has an older one is withdrawn."""

    def __init__(self) -> None:
        self.latest = 0
        self.questions: queue.SimpleQueue[tuple[int, Question]] = queue.SimpleQueue()

    def run(self) -> None:
        """Read until the input ends, and end the process then, whatever is being counted."""
        for line in sys.stdin.buffer:
            number, question = question_of(line)
            self.latest = number
            if question:
                self.questions.put((number, question))
        os._exit(0)


def main() -> None:
    """Answer questions until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is the collector's; it closes the input
    give_way(_NICE)
    close_memory()  # each question holds hidden cards
    reader = Reader()
    threading.Thread(target=reader.run, daemon=True).start()
    while True:
        number, question = reader.questions.get()
        try:
            found: Answered | None = answer(question, cancelled=lambda mine=number: mine != reader.latest)  # type: ignore[misc]
        except Cancelled:
            continue
        except BadInput:
            found = None
        sys.stdout.buffer.write(answer_line(number, found))
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

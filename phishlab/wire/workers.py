"""Questions side by side: a few threads, tasks that lead to further tasks, and an end that does not wait."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable

Task = Callable[[], "Iterable[Task]"]
"""Asks something, and hands back what its answer lets be asked; nothing for most."""

MOST = 16
"""Threads. Each waits for a server nearly all of the time, and one server is asked by one at a time."""


class Workers:
    """Threads that work tasks off in the order in which they became possible."""

    def __init__(self, tasks: Iterable[Task], left: Callable[[int], None] | None = None) -> None:
        """*left* is told how many tasks are known and not done, each time that this changes."""
        self._tasks = deque(tasks)
        self._open = len(self._tasks)
        """Those that wait and those that are being done."""
        self._changed = threading.Condition()
        self._trouble: BaseException | None = None
        self._left = left or (lambda _count: None)
        self._ended = False

    def start(self) -> None:
        """Begin. The threads end with the last task, with ``end``, or with the program: they hold nothing up."""
        self._left(self._open)
        for number in range(MOST if self._open else 0):
            threading.Thread(target=self._work, name=f"phishlab-{number}", daemon=True).start()

    def wait(self) -> None:
        """Wait until nothing is left to do. Raises what a task raised; Ctrl-C comes through at once."""
        with self._changed:
            while self._open and self._trouble is None:
                # On some systems only a wait with an end lets Ctrl-C through.
                self._changed.wait(1.0)
        if self._trouble is not None:
            raise self._trouble

    def end(self) -> None:
        """Begin no further task."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _work(self) -> None:
        while (task := self._next()) is not None:
            try:
                led_to = tuple(task())
            except BaseException as trouble:  # noqa: BLE001 - raised again where the tasks are waited for
                self._done((), trouble)
                return
            self._done(led_to)

    def _next(self) -> Task | None:
        """The next task; None when there will be none."""
        with self._changed:
            while not self._tasks and self._open and not self._ended:
                self._changed.wait()
            return self._tasks.popleft() if self._tasks and not self._ended else None

    def _done(self, led_to: tuple[Task, ...], trouble: BaseException | None = None) -> None:
        with self._changed:
            self._tasks.extend(led_to)
            self._open += len(led_to) - 1
            self._trouble = self._trouble or trouble
            self._ended = self._ended or trouble is not None
            if not self._ended:
                self._left(self._open)
            self._changed.notify_all()

"""How long a request to another server is tried, and what is tried again.

An attempt that fails raises `FaultError`; `Patience` says how long to wait before the next one, or tells the caller the
error. Knows neither HTTP libraries nor what is asked for.
"""

from __future__ import annotations

import email.utils
import random
import ssl
import time
from collections.abc import Callable

from pointsman.errors import PointsmanError

_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0


class FaultError(Exception):
    """One attempt that failed.

    Args:
        error: what the caller is told if this was the last one.
        again: another attempt may do better.
        wait: seconds that the server asks to be left alone.
    """

    def __init__(self, error: PointsmanError, *, again: bool, wait: float = 0.0) -> None:
        super().__init__(str(error))
        self.error, self.again, self.wait = error, again, wait


class Patience:
    """How long one request is tried: all attempts and the waits between them stay within one budget of seconds.

    Args:
        seconds: that all attempts and the waits between them may take.
        retries: attempts after the first.
        clock: seconds that only grow.
        draw: a number of 0..1, for the jitter.
    """

    def __init__(
        self,
        seconds: float,
        retries: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        draw: Callable[[], float] = random.random,
    ) -> None:
        self._clock, self._draw, self._retries = clock, draw, retries
        self._end = clock() + seconds
        self._failed = 0

    @property
    def left(self) -> float:
        """Seconds that are left."""
        return max(0.0, self._end - self._clock())

    def wait_after(self, fault: FaultError) -> float:
        """Return the seconds to wait before the next attempt: what the server asks for at least, each client its own.

        Raises:
            PointsmanError: the fault's, when there is none: it would not help, it was the last, or there is no time
                left for it.
        """
        if not fault.again or self._failed >= self._retries:
            raise fault.error from None
        growing = min(_LONGEST_WAIT, _FIRST_WAIT * 2**self._failed)
        wait: float = fault.wait + growing * (0.5 + 0.5 * self._draw())
        self._failed += 1
        if wait >= self.left:
            raise fault.error from None
        return wait


def retry_after(value: str | None) -> float | None:
    """Return the seconds of a Retry-After header, given in seconds or as a date; None without one."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def untrusted(error: BaseException) -> str:
    """Return why a server's certificate is not trusted, if that is what is behind an error; else ""."""
    reason: BaseException | None = error
    while reason is not None and not isinstance(reason, ssl.SSLCertVerificationError):
        reason = reason.__cause__ or reason.__context__
    return (reason.verify_message or str(reason)) if reason is not None else ""

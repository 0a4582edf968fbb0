"""What can go wrong with Modal, each in one line: no client, no token, no such volume, out of time or memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pointsman.errors
from pointsman.errors import MissingExtraError, PointsmanError

LOGIN = "log in with 'modal setup', or set MODAL_TOKEN_ID and MODAL_TOKEN_SECRET ('modal token new' makes a token)"


class ModalError(PointsmanError):
    """Modal cannot be asked, or could not do what it was asked."""


def check_extra() -> None:
    """Refuse where Modal's client is not installed.

    Raises:
        MissingExtraError: it is not.
    """
    try:
        import modal  # noqa: F401
    except ModuleNotFoundError as error:
        raise MissingExtraError("modal", error.name or "modal") from None


def check_token() -> None:
    """Refuse where nobody is logged in to Modal; asks nobody.

    Raises:
        ModalError: there is no token.
    """
    from modal.config import config

    def there(*names: str) -> bool:
        return all(_get(name) for name in names)

    def _get(name: str) -> object:
        try:
            return config.get(name)
        except KeyError:  # older clients know no OAuth
            return None

    if not there("token_id", "token_secret") and not there("oauth_refresh_token", "oauth_client_id"):
        raise ModalError(f"no Modal account is known here: {LOGIN}; nothing was sent there")


@contextmanager
def speaking(doing: str = "Modal", *, timeout_minutes: int | None = None) -> Iterator[None]:
    """Turn errors of Modal itself into one line.

    Args:
        doing: what is done inside, such as the step's name.
        timeout_minutes: that a function has for it.

    Raises:
        ModalError: what Modal raised.
    """
    import modal

    try:
        yield
    except (modal.exception.Error, TimeoutError) as error:
        raise ModalError(_line(error, doing, timeout_minutes)) from error


def _line(error: Exception, doing: str, timeout_minutes: int | None) -> str:
    from modal import exception

    text = " ".join(str(error).split())
    where = f"steps.{doing}" if timeout_minutes else "steps"
    if isinstance(error, exception.AuthError):
        return f"Modal does not know this account ({text.split('.')[0]}): {LOGIN}"
    if isinstance(error, exception.FunctionTimeoutError):
        return f"{doing} took more than {timeout_minutes} minutes on Modal: raise {where}.timeout_minutes in modal.yaml"
    if isinstance(error, exception.NotFoundError):
        return f"{doing}: Modal has no such thing: {text}; see 'modal volume list', 'modal secret list' and modal.yaml"
    if any(word in text.lower() for word in ("out of memory", "oom", "exit code 137", "exceeded memory")):
        return f"{doing} ran out of memory on Modal: raise {where}.memory_gb in modal.yaml ({text})"
    if isinstance(error, getattr(exception, "ImageBuildError", ())):
        return f"the image could not be built: {text}; correct 'image' in modal.yaml"
    if isinstance(error, exception.VersionError):
        return f"Modal no longer takes this client: pip install -U modal ({text})"
    if isinstance(error, exception.DeserializationError | exception.SerializationError):
        return f"{doing}: here and on Modal are different versions; set image.pointsman in modal.yaml ({text})"
    if isinstance(error, getattr(exception, "ServiceError", ()) or exception.ConnectionError):
        return f"Modal cannot be reached: {text}"
    if isinstance(error, exception.ConnectionError | TimeoutError):
        return f"Modal cannot be reached: {text or type(error).__name__}"
    if isinstance(error, exception.ExecutionError) and "not running" in text:
        return f"{doing}: the app is not running: call it inside 'with app.run():' ({text})"
    return f"{doing}: Modal says: {text or type(error).__name__}"


def error_of(kind: str, text: str) -> PointsmanError:
    """Return the error that a step raised on Modal, as if it had been raised here.

    Args:
        kind: name of its class.
        text: what it says.
    """
    found = getattr(pointsman.errors, kind, PointsmanError)
    made: PointsmanError = found.__new__(found)
    made.args = (text,)
    return made

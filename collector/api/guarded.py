"""Every route names the permission that it takes; one that names none cannot be made, and none is served unasked.

The gate is asked before anything of a request is looked at: somebody who may not hears nothing of what was wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from functools import cache
from typing import Any, Final, Protocol

from fastapi import Request, Response
from fastapi.routing import APIRoute
from fastapi.utils import create_model_field

from collector.access.grants import Identity
from collector.access.vocabulary import OPEN, SELF, WORDS
from collector.errors import BadInput
from collector.signin.door import Caller

PERMISSION: Final = "x-permission"
"""In the description of a route (OpenAPI): the word that it takes, `open` or `self`."""
LARGEST_BODY: Final = 64 * 1024


class TooLarge(BadInput):
    """A request with a body that is longer than any of ours, or does not say how long it is."""


class Gate(Protocol):
    """Says who asks, and whether they may."""

    async def admit(self, request: Request, word: str) -> Caller:
        """Return who asks. Raises an error of `collector.errors` where they may not do what takes `word`."""


def takes(word: str) -> dict[str, Any]:
    """Return what a route is declared with: `@router.get("", **takes("read:hands"))`."""
    return {"openapi_extra": {PERMISSION: word}}


def word_of_route(route: APIRoute) -> str:
    """Return the word that a route takes. Raises ValueError where it names none, or one that there is not."""
    word = (route.openapi_extra or {}).get(PERMISSION)
    if word not in WORDS and word not in {OPEN, SELF}:
        raise ValueError(f"{route.path} takes {word!r}, which is no permission; declare it with takes(...)")
    return str(word)


def caller_of(request: Request) -> Caller:
    """Return who asks, as the gate said it: for `Depends`."""
    caller: Caller = request.state.caller
    return caller


def identity_of(request: Request) -> Identity:
    """Return what whoever asks may do: for `Depends`."""
    return caller_of(request).identity


class GuardedRoute(APIRoute):
    """A route that says what it takes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - FastAPI's own
        answers: Mapping[int | str, Mapping[str, Any]] = kwargs.pop("responses", None) or {}
        super().__init__(*args, **kwargs, responses={status: _described(said) for status, said in answers.items()})
        self.responses = {status: dict(said) for status, said in answers.items()}
        self.response_fields = {status: _field_of(said["model"]) for status, said in answers.items() if "model" in said}
        self._word = word_of_route(self)

    def admitted(
        self, handler: Callable[[Request], Coroutine[Any, Any, Response]]
    ) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return what answers a request that the gate has let in."""
        return handler

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, behind the gate of the application."""
        handler = self.admitted(super().get_route_handler())
        word = word_of_route(self)

        async def guarded(request: Request) -> Response:
            gate: Gate = request.app.state.gate
            request.state.caller = await gate.admit(request, word)
            _check_size(request)
            return await handler(request)

        return guarded


def _described(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "model"}


@cache
def _field_of(model: type) -> Any:  # noqa: ANN401 - FastAPI's own
    """Return what describes answers of a model. FastAPI makes it anew for each answer of each route: half a start."""
    return create_model_field(name=model.__name__, type_=model, mode="serialization")


def _check_size(request: Request) -> None:
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return
    length = request.headers.get("content-length", "0")
    if "transfer-encoding" in request.headers or not length.isascii() or not length.isdigit():
        raise TooLarge("LENGTH_NEEDED", "say how long the body is, with Content-Length")
    if int(length) > LARGEST_BODY:
        raise TooLarge("BODY_TOO_LARGE", f"the body has {length} bytes; at most {LARGEST_BODY} are taken")

"""How refusals at the door are answered: 401, 403, 413, 429, 503, 504, each in the one shape of errors."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from collector.api.command_routes import CommandRefused
from collector.api.errors import error_answer
from collector.api.gate import NotPermitted
from collector.api.guarded import TooLarge
from collector.api.rates import TooMany
from collector.errors import AppStoreError, BadInput, NoAnswerError
from collector.logs import log_event, logger_of
from collector.signin.answers import NotAnswered
from collector.signin.door import NotSignedIn, SecondFactorNeeded, StoreAway
from collector.signin.passwords import RETRY_S, TooBusy

log = logger_of(__name__)


def install(app: FastAPI) -> None:  # noqa: C901 - a list of answers
    """Give `app` the answers."""

    def answered(request: Request, error: BadInput, status: int, headers: dict[str, str] | None = None) -> JSONResponse:
        request_id = request.state.request_id
        return error_answer(status, error.code, error.message, request_id, details=error.details, headers=headers)

    @app.exception_handler(NotSignedIn)
    async def not_signed_in(request: Request, error: NotSignedIn) -> JSONResponse:
        return answered(request, error, HTTPStatus.UNAUTHORIZED, {"WWW-Authenticate": 'Bearer realm="ebs"'})

    @app.exception_handler(CommandRefused)
    async def command_refused(request: Request, error: CommandRefused) -> JSONResponse:
        return answered(request, error, error.status)

    @app.exception_handler(NoAnswerError)
    async def no_answer(request: Request, error: NoAnswerError) -> JSONResponse:
        message = f"{error}; ask again with the same id, it is done once"
        return error_answer(HTTPStatus.GATEWAY_TIMEOUT, "NO_ANSWER", message, request.state.request_id)

    @app.exception_handler(SecondFactorNeeded)
    async def second_factor(request: Request, error: SecondFactorNeeded) -> JSONResponse:
        return answered(request, error, HTTPStatus.FORBIDDEN)

    @app.exception_handler(NotPermitted)
    async def not_permitted(request: Request, error: NotPermitted) -> JSONResponse:
        return answered(request, error, HTTPStatus.FORBIDDEN)

    @app.exception_handler(NotAnswered)
    async def not_answered(request: Request, error: NotAnswered) -> JSONResponse:
        return answered(request, error, HTTPStatus.CONFLICT)

    @app.exception_handler(TooMany)
    async def too_many(request: Request, error: TooMany) -> JSONResponse:
        return answered(request, error, HTTPStatus.TOO_MANY_REQUESTS, error.headers)

    @app.exception_handler(TooBusy)
    async def too_busy(request: Request, error: TooBusy) -> JSONResponse:
        return answered(request, error, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": str(RETRY_S)})

    @app.exception_handler(TooLarge)
    async def too_large(request: Request, error: TooLarge) -> JSONResponse:
        named = error.code == "BODY_TOO_LARGE"
        return answered(request, error, HTTPStatus.REQUEST_ENTITY_TOO_LARGE if named else HTTPStatus.LENGTH_REQUIRED)

    @app.exception_handler(AppStoreError)
    async def store_away(request: Request, error: AppStoreError) -> JSONResponse:
        if not isinstance(error, StoreAway):  # which is told once, by the register
            log_event(log, "ERROR", "app_store_unavailable", trace_id=request.state.request_id, error=error)
        return error_answer(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "APP_STORE_UNAVAILABLE",
            "the database of people and keys does not answer; try again in a few seconds",
            request.state.request_id,
            headers={"Retry-After": "2"},
        )

"""Every error answer has one shape: `{error: {code, message, details}, request_id, timestamp}`.

Details never repeat what was sent, and a fault of ours says nothing but its request id.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from collector.canonical import timestamp
from collector.errors import BadInput, ReadModelError
from collector.logs import log_event, logger_of
from collector.ports import HandQueries, Tables

log = logger_of(__name__)

_WHAT_TO_DO = {
    HTTPStatus.NOT_FOUND: "nothing is here; the addresses of this API are listed in /openapi.json",
    HTTPStatus.METHOD_NOT_ALLOWED: "this address does not take the method; see /openapi.json",
}


class ErrorBody(BaseModel):
    """What went wrong."""

    code: str = Field(description="For programs; stays the same.", examples=["HAND_NOT_FOUND"])
    message: str = Field(description="For people: what happened and what to do.")
    details: dict[str, Any]


class ErrorAnswer(BaseModel):
    """The answer to a request that failed."""

    error: ErrorBody
    request_id: str = Field(description="Also in X-Request-Id; name it when you report the error.")
    timestamp: str


class NotFound(BadInput):
    """An event, hand or player that does not exist."""


async def require_event(readmodel: HandQueries, event_id: str, within: Tables = None) -> None:
    """Raise NotFound where there is no such event, or none of the tables has played in it."""
    if not await readmodel.knows_event(event_id, within):
        raise no_event(event_id)


def no_event(event_id: str) -> NotFound:
    """Return the answer about an event that is not there, or not for whoever asks: the same one."""
    return NotFound(
        "EVENT_NOT_FOUND",
        f"no event {event_id}; check the id with the operator, who creates events at the console",
        {"event_id": event_id},
    )


def error_answer(
    status: int,
    code: str,
    message: str,
    request_id: str,
    *,
    details: Mapping[str, object] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return the standard error answer."""
    body = ErrorAnswer(
        error=ErrorBody(code=code, message=message, details=dict(details or {})),
        request_id=request_id,
        timestamp=timestamp(time.time_ns() // 1_000_000),
    )
    return JSONResponse(body.model_dump(), status, headers=dict(headers or {}))


def install(app: FastAPI) -> None:
    """Give `app` the standard answers. Faults of ours are answered by the middleware, outside of everything."""

    @app.exception_handler(BadInput)
    async def bad_input(request: Request, error: BadInput) -> JSONResponse:
        status = HTTPStatus.NOT_FOUND if isinstance(error, NotFound) else HTTPStatus.UNPROCESSABLE_ENTITY
        return error_answer(status, error.code, error.message, request.state.request_id, details=error.details)

    @app.exception_handler(ReadModelError)
    async def unavailable(request: Request, error: ReadModelError) -> JSONResponse:
        log_event(log, "ERROR", "readmodel_unavailable", trace_id=request.state.request_id, error=error)
        return error_answer(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "READ_MODEL_UNAVAILABLE",
            "the database of finished hands does not answer; try again in a few seconds",
            request.state.request_id,
            headers={"Retry-After": "2"},
        )

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> JSONResponse:
        faults = [
            {"field": ".".join(str(part) for part in fault["loc"]), "problem": fault["msg"]} for fault in error.errors()
        ]
        return error_answer(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "INVALID_REQUEST",
            "; ".join(f"{fault['field']}: {fault['problem']}" for fault in faults),
            request.state.request_id,
            details={"fields": faults},
        )

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> JSONResponse:
        status = HTTPStatus(error.status_code)
        message = _WHAT_TO_DO.get(status, status.description or status.phrase)
        return error_answer(status, status.name, message, request.state.request_id, headers=error.headers)

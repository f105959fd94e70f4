"""The API for tests: a person's requests with a token, orders signed as that person's tools do."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from cablegram.desk.api import describing, tokens
from cablegram.wire import canonical
from cablegram.wiring import tools

if TYPE_CHECKING:
    import httpx

    import desks
    from cablegram.model.orders import SignedOrder

BASE = "/api/"


def spelled(*signed: SignedOrder, matter: bytes = b"") -> dict[str, Any]:
    """The body that brings these orders."""
    orders = [
        {"body": canonical.encode_bytes(one.body), "signature": one.signature} for one in signed
    ]
    return {"orders": orders} | ({"matter": canonical.encode_bytes(matter)} if matter else {})


def sign(desk: Any, person: str, act: str, facts: Any = None, about: Any = ()) -> SignedOrder:
    """An order as this person's own tools sign it."""
    return tools.sign_order(desk.office, person, act, about, facts or {})


class Reader:
    """A program that reads with a person's token."""

    def __init__(self, nobody: desks.Browser, person: str) -> None:
        self.secret, self.until = tokens.make(nobody.desk, person, 30, "")
        self._nobody = nobody

    def get(self, path: str, **rest: Any) -> httpx.Response:
        """One question."""
        headers = {"authorization": f"Bearer {self.secret}", **rest.pop("headers", {})}
        return self._nobody.ask("GET", BASE + path, headers=headers, **rest)

    def json(self, path: str, **params: Any) -> Any:
        """Its answer, which must be one, of the form that the document says."""
        came = self.get(path, params=params, headers={"accept": "application/json"})
        assert 200 == came.status_code, (path, came.text)
        said = came.json()
        assert canonical.encode(said) + b"\n" == came.content
        conforms(path, "GET", said)
        return said


def conforms(path: str, method: str, said: Any, status: str = "200") -> None:
    """Hold an answer to the schema that the OpenAPI document has for it."""
    document = json.loads(describing.document())
    ways = document["paths"]
    found = ways.get(BASE + path) or next(
        way for name, way in ways.items() if _fits(name.removeprefix(BASE), path)
    )
    answer = found[method.lower()]["responses"][status]
    if "$ref" in answer:
        answer = document["components"]["responses"]["Refused"]
    schema = answer["content"]["application/json"]["schema"]
    _validator(json.dumps(schema)).validate(said)


@cache
def _validator(schema: str) -> Any:
    document = json.loads(describing.document())
    whole = {**json.loads(schema), "components": document["components"]}
    return jsonschema_rs.validator_for(whole)


def _fits(name: str, path: str) -> bool:
    parts, given = name.split("/"), path.split("/")
    return len(parts) == len(given) and all(
        part == word or part.startswith("{") for part, word in zip(parts, given, strict=True)
    )

"""The table of operations is complete: the service's description on one side, the client's methods on the other."""

from __future__ import annotations

import importlib
import inspect
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from avatarsdk_core.client import Client
from avatarsdk_core.errors import ParametersError
from avatarsdk_core.resources.endpoints import ENDPOINTS, Endpoint, with_query
from avatarsdk_core.resources.resource import Resource
from tests.openapi import openapi_file

BY_OPERATION = {endpoint.operation: endpoint for endpoint in ENDPOINTS}
NOT_IN_THE_DESCRIPTION = {
    "avatars.wait",
    "avatars.find_tagged",  # lists and looks
    "exports.find_tagged",
    "exports.wait",
    "selfies.wait",
    "selfies.download",  # as selfies.photo, to a file
    "exports.download_public",  # whose address only the export tells
    "static_resources.url",
}


@pytest.fixture(scope="module")
def description() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(openapi_file().read_text("utf-8"))
    return loaded


def operations(description: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix("/"), operation


def resolved(description: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    for name in value["$ref"].split("/")[1:] if "$ref" in value else ():
        description = description[name]
    return description if "$ref" in value else value


def query_of(description: dict[str, Any], operation: dict[str, Any]) -> set[str]:
    parameters = [resolved(description, one) for one in operation.get("parameters", ())]
    return {one["name"] for one in parameters if one["in"] == "query"}


def form_of(operation: dict[str, Any]) -> set[str]:
    contents = operation.get("requestBody", {}).get("content", {})
    return {name for content in contents.values() for name in content["schema"].get("properties", {})}


def test_every_operation_has_its_row_and_every_row_its_operation(description: dict[str, Any]) -> None:
    described = {(one["operationId"], method, path) for method, path, one in operations(description)}
    assert {(row.operation, row.method, row.path) for row in ENDPOINTS} == described
    assert len(BY_OPERATION) == len(ENDPOINTS) > 45


def test_rows_have_the_documented_parameters_codes_and_modes(description: dict[str, Any]) -> None:
    for _, _, operation in operations(description):
        row = BY_OPERATION[operation["operationId"]]
        query = query_of(description, operation) - {"access_token"}  # we sign by header
        assert row.paged == ("page" in query), row
        success = {int(code) for code in operation["responses"] if int(code) < 400}
        assert set(row.codes) == success, row
        modes = operation.get("x-access-modes")
        assert row.developer_only == (modes == ["developer"]), row
        if row.signed:
            assert "security" not in operation, row
        else:
            assert {} in operation["security"], row
        if row.call.startswith("signin."):
            assert set(row.form) <= form_of(operation)
        else:
            assert set(row.query) == query - {"page"}, row
            assert set(row.form) == form_of(operation), row


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with Client(root_url="http://127.0.0.1:9", client_id="i", client_secret="s") as client:
        yield client


def called(client: Client, row: Endpoint) -> Any:
    collection, _, name = row.call.partition(".")
    if collection == "signin":
        return getattr(importlib.import_module("avatarsdk_core.signin"), name, None)
    return getattr(getattr(client, collection, None), name, None)


@pytest.mark.parametrize("row", ENDPOINTS, ids=lambda row: row.operation)
def test_every_operation_has_a_method_that_takes_what_the_operation_takes(client: Client, row: Endpoint) -> None:
    method = called(client, row)
    assert callable(method), f"{row.operation}: there is no {row.call}"
    assert inspect.getdoc(method), f"{row.call} has no docstring"
    if not row.call.startswith("signin."):
        known = set(inspect.signature(method).parameters)
        assert set(row.query) <= known, f"{row.call} lacks a filter"


def test_every_method_of_the_client_is_in_the_table(client: Client) -> None:
    methods = {
        f"{collection}.{name}"
        for collection, resource in vars(client).items()
        if isinstance(resource, Resource)
        for name, member in inspect.getmembers(resource, inspect.ismethod)
        if not name.startswith("_")
    }
    assert len(methods) > 45
    table = {row.call for row in ENDPOINTS if not row.call.startswith("signin.")}
    assert methods - table == NOT_IN_THE_DESCRIPTION
    assert table <= methods


def test_parts_of_a_path_stay_one_segment() -> None:
    row = BY_OPERATION["getHaircut"]
    assert row.at(code="a/b?c", identity="ü #%") == "avatars/a%2Fb%3Fc/haircuts/%C3%BC%20%23%25/"
    for bad in ("", ".", "..", 5, None):
        with pytest.raises(ParametersError, match=re.escape(repr(bad))):
            row.at(code=bad, identity="x")


def test_a_filter_of_several_values_is_repeated_and_none_is_left_out() -> None:
    assert with_query("avatars/", {"status": None, "name": "a b&c", "pipeline": ["x", "y"]}) == (
        "avatars/?name=a+b%26c&pipeline=x&pipeline=y"
    )
    assert with_query("mesh/?sig=1", {"lod": "2"}) == "mesh/?sig=1&lod=2"
    assert with_query("avatars/", {"status": None}) == "avatars/"

"""OAuth 2.0 at the token endpoint (RFC 6749, 7009, 7636): a token by any grant, its renewal, its revocation.

Over https `requests_oauthlib` asks. It refuses plain http, and the switch that would allow that holds for the whole
process, so that the sandbox on loopback is asked by oauthlib's clients over our own session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote_plus, urlsplit

import requests
from oauthlib.oauth2 import BackendApplicationClient, Client, LegacyApplicationClient, OAuth2Error, WebApplicationClient
from requests.auth import AuthBase, HTTPBasicAuth

from avatarsdk_core.errors import AuthenticationError, ProtocolError
from avatarsdk_core.http.answers import Answer, api_error
from avatarsdk_core.http.bodies import whole_body
from avatarsdk_core.models import Token
from avatarsdk_core.redaction import Secret, hide
from avatarsdk_core.settings import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, PASSWORD, TOKEN, Settings

SCOPE = "read write"
_MAX_ANSWER_BYTES = 1 << 20
_FORM = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}


class _Unsigned(AuthBase):
    """No header of ours, and none of a .netrc either."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


class TokenEndpoint:
    """One service's token endpoint, as seen by one application.

    Args:
        http: our own session, whose adapter the OAuth session borrows so that deadlines hold.
        answered: told the status of each answer when it is whole.
        options: timeout and proxies of the requests.

    Its methods raise AuthenticationError, ProtocolError, another ApiError of the answer, ServiceUnavailable; and what
    requests raises where no answer came.
    """

    def __init__(
        self, settings: Settings, http: requests.Session, answered: Callable[[int], object], **options: Any
    ) -> None:
        self._settings, self._http, self._answered, self._options = settings, http, answered, options
        self._url = settings.token_url

    def by_settings(self) -> Token:
        """A new token by what the settings hold: client credentials, or a user's name and password."""
        settings = self._settings
        if settings.grant == CLIENT_CREDENTIALS:
            return self._fetch(BackendApplicationClient(settings.client_id))
        if settings.grant == PASSWORD and settings.password:
            user = {"username": settings.username, "password": settings.password}
            return self._fetch(LegacyApplicationClient(settings.client_id), **user)
        raise AuthenticationError(_signed_out(settings), advice="sign in again")

    def by_code(self, code: str, redirect_uri: str, verifier: str) -> Token:
        """A new token for an authorization code, with the PKCE verifier of its request."""
        client = WebApplicationClient(self._settings.client_id)
        return self._fetch(client, code=Secret(code), code_verifier=Secret(verifier), redirect_uri=redirect_uri)

    def by_refresh(self, refresh_token: str) -> Token:
        """A new token for a refresh token, which may be good for once only: keep the one that comes with the answer."""
        return self._fetch(WebApplicationClient(self._settings.client_id), refresh_token=Secret(refresh_token))

    def revoke(self, token: str, hint: str) -> None:
        """Tell the service to forget a token. `hint`: "access_token" or "refresh_token"."""
        auth, fields = self._client_authentication()
        form = {"token": Secret(token), "token_type_hint": hint, **fields}
        response = self._post(self._settings.revoke_url, form, auth)
        if response.status_code >= 400:
            raise api_error(_answer(response))

    def _fetch(self, client: Client, **fields: Any) -> Token:
        try:
            ask = self._over_oauth_session if self._url.startswith("https:") else self._over_own_session
            token = Token.from_json(ask(client, fields))
        except OAuth2Error as error:
            raise self._refusal(error) from None
        except requests.TooManyRedirects:
            raise ProtocolError(_redirected(self._url, "TOKEN")) from None
        except (ValueError, ArithmeticError):
            raise ProtocolError(f"{self._url} gave no token as JSON: is AVATARSDK_TOKEN_URL right?") from None
        hide(token.access_token, token.refresh_token)
        value = token.access_token
        if not (value.isascii() and value.isprintable() and value == value.strip()):
            raise ProtocolError(f"{self._url} gave a token that can't be sent: is AVATARSDK_TOKEN_URL right?")
        return token

    def _over_oauth_session(self, client: Client, fields: dict[str, Any]) -> dict[str, Any]:
        from requests_oauthlib import OAuth2Session

        auth, own_fields = self._client_authentication()
        oauth = OAuth2Session(client=client, redirect_uri=fields.pop("redirect_uri", None))
        oauth.mount("https://", self._http.get_adapter(self._url))  # not closed: its connections are our adapter's
        oauth.headers.update(self._http.headers)
        oauth.stream = True
        oauth.hooks["response"].append(self._read)
        oauth.max_redirects = 0  # a redirected POST would take the credentials along
        if "refresh_token" in fields:
            oauth.register_compliance_hook("refresh_token_response", _checked)
            fields |= own_fields
            return dict(oauth.refresh_token(self._url, auth=auth, **fields, **self._options))
        oauth.register_compliance_hook("access_token_response", _checked)
        if own_fields:
            fields["include_client_id"] = True
            fields["client_secret"] = own_fields.get("client_secret")
        return dict(oauth.fetch_token(self._url, auth=auth, **fields, **self._options))

    def _over_own_session(self, client: Client, fields: dict[str, Any]) -> dict[str, Any]:
        auth, own_fields = self._client_authentication()
        if "refresh_token" in fields:
            body = Secret(client.prepare_refresh_body(**fields, **own_fields))
        else:
            named = own_fields.pop("client_id", None) is not None
            body = Secret(client.prepare_request_body(include_client_id=named, **fields, **own_fields))
        response = self._post(self._url, body, auth)
        return dict(client.parse_request_body_response(_checked(response).text))

    def _post(self, url: str, body: str | Mapping[str, str], auth: AuthBase) -> requests.Response:
        response = self._http.post(
            url,
            data=body,
            auth=auth,
            headers=_FORM,
            allow_redirects=False,
            stream=True,
            hooks={"response": self._read},
            **self._options,
        )
        if response.is_redirect:
            raise ProtocolError(_redirected(url, "TOKEN" if url == self._url else "REVOKE"))
        return response

    def _read(self, response: requests.Response, *_: Any, **__: Any) -> None:
        """A response hook: read the body, but not without end, before anybody reads it whole."""
        response._content = whole_body(response, _MAX_ANSWER_BYTES)  # for `content` and `text` from now on
        self._answered(response.status_code)

    def _client_authentication(self) -> tuple[AuthBase, dict[str, str]]:
        """The application's credentials as a header or as fields of the form; a public one tells its id alone."""
        settings = self._settings
        if settings.client_secret and settings.client_auth == "basic":
            # RFC 6749 2.3.1: both are form-encoded before they become a user and a password.
            pair = (quote_plus(settings.client_id), quote_plus(settings.client_secret))
            return HTTPBasicAuth(*(part.encode() for part in pair)), {}
        secret = {"client_secret": settings.client_secret} if settings.client_secret else {}
        return _Unsigned(), {"client_id": settings.client_id, **secret}

    def _refusal(self, error: OAuth2Error) -> Exception:
        code = str(error.error or "")
        words = " ".join((str(error.description or "").strip() or code).split())[:300]
        if code in ("missing_token", "missing_token_type"):
            return ProtocolError(f"{self._url} gave no token ({words}): is AVATARSDK_TOKEN_URL right?")
        advice = _ADVICE.get(code, _ADVICE["invalid_client"])
        status = error.status_code if isinstance(error.status_code, int) else 401
        about: dict[str, Any] = {"method": "POST", "path": urlsplit(self._url).path, "detail": words, "advice": advice}
        return AuthenticationError(
            f"{self._url} refused the credentials: {words} ({advice})", status=401 if status < 400 else status, **about
        )


_ADVICE: Mapping[str, str] = {
    "invalid_client": "check AVATARSDK_CLIENT_ID and AVATARSDK_CLIENT_SECRET",
    "invalid_grant": "check the user's name and password, or sign in again: avatarsdk login",
    "unauthorized_client": "this application has another grant: set AVATARSDK_GRANT",
    "unsupported_grant_type": "the service doesn't know this grant: set AVATARSDK_GRANT",
}


def _signed_out(settings: Settings) -> str:
    ways = f"avatarsdk login --profile {settings.profile}" if settings.profile else "avatarsdk login"
    if settings.grant == TOKEN:
        return "The access token that was given is no longer good: give a new one, by AVATARSDK_TOKEN or its argument"
    what = "in the browser" if settings.grant == AUTHORIZATION_CODE else f"as {PASSWORD}"
    return f"Not signed in at {settings.root_url} ({what}), or no longer: {ways}"


def _redirected(url: str, setting: str) -> str:
    return f"{url} redirects: credentials are never sent on; correct AVATARSDK_{setting}_URL"


def _answer(response: requests.Response) -> Answer:
    return Answer("POST", response.url, response.status_code, response.headers, response.content)


def _checked(response: requests.Response) -> requests.Response:
    """An error in OAuth's own form is oauthlib's to read; any other is the service's."""
    if response.status_code >= 400 and b'"error"' not in response.content:
        raise api_error(_answer(response))
    if not response.is_redirect and not isinstance(response.json(), dict):
        raise ValueError("no JSON object")  # oauthlib takes its keys for granted
    return response

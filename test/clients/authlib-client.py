# Drives the token API of the issuer in argv[1] with authlib, and prints what it saw.
import json
import os
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session

issuer = sys.argv[1]
endpoint = issuer + "/oauth2/token"


def open_session(secret="demo-app-secret", method="client_secret_basic", **more):
    return OAuth2Session("demo-app", secret, token_endpoint_auth_method=method, token_endpoint=endpoint, **more)


def error_of(session, password):
    try:
        session.fetch_token(endpoint, username="userx@my_company", password=password)
    except OAuthError as error:
        return error.error
    return None


session = open_session(scope="openid order:write")
token = session.fetch_token(endpoint, username="userx@my_company", password="mypass")
info = session.get(issuer + "/oauth2/userinfo").json()
state = session.introspect_token(issuer + "/oauth2/introspect", token=token["access_token"]).json()
assert state["active"] is True, state
renewed = session.refresh_token(endpoint, refresh_token=token["refresh_token"])
session.revoke_token(issuer + "/oauth2/revoke", token=renewed["access_token"])
state = session.introspect_token(issuer + "/oauth2/introspect", token=renewed["access_token"]).json()
assert state == {"active": False}, state
application = open_session(method="client_secret_post", scope="order:write").fetch_token(endpoint, grant_type="client_credentials")
print(json.dumps({
    "scope": token["scope"].split(" "),
    "sub": info["sub"],
    "isRenewed": renewed["refresh_token"] != token["refresh_token"],
    "applicationScope": application["scope"].split(" "),
    "error": error_of(open_session(), "wrong"),
    "clientError": error_of(open_session(secret="wrong"), "mypass"),
}))

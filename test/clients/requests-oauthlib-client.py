# Drives the token API of the issuer in argv[1] with requests-oauthlib, and prints what it saw.
import json
import os
import sys

os.environ["OAUTHLIB_INSECURE_TRANSPORT"] = "1"

from oauthlib.oauth2 import BackendApplicationClient, LegacyApplicationClient
from oauthlib.oauth2.rfc6749.errors import OAuth2Error
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

issuer = sys.argv[1]
endpoint = issuer + "/oauth2/token"
basic = HTTPBasicAuth("demo-app", "demo-app-secret")


def log_in(session, password, auth=basic):
    return session.fetch_token(endpoint, username="userx@my_company", password=password, auth=auth)


def open_session(scope=None):
    return OAuth2Session(client=LegacyApplicationClient("demo-app", scope=scope))


def error_of(password, auth=basic):
    try:
        log_in(open_session(), password, auth)
    except OAuth2Error as error:
        return error.error
    return None


session = open_session(["openid", "order:write"])
token = log_in(session, "mypass")
info = session.get(issuer + "/oauth2/userinfo").json()
renewed = session.refresh_token(endpoint, refresh_token=token["refresh_token"], auth=basic)
backend = OAuth2Session(client=BackendApplicationClient("demo-app", scope=["order:write"]))
application = backend.fetch_token(endpoint, client_id="demo-app", client_secret="demo-app-secret", include_client_id=True)
print(json.dumps({
    "scope": list(token["scope"]),
    "sub": info["sub"],
    "isRenewed": renewed["refresh_token"] != token["refresh_token"],
    "applicationScope": list(application["scope"]),
    "error": error_of("wrong"),
    "clientError": error_of("mypass", HTTPBasicAuth("demo-app", "wrong")),
}))

# Signs a user in at the issuer in argv[1] with authlib by code and PKCE, and out again, and prints what it saw.
import html
import json
import os
import re
import sys

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oidc.core import CodeIDToken

issuer = sys.argv[1]
metadata = requests.get(issuer + "/.well-known/openid-configuration").json()
verifier, nonce = generate_token(48), generate_token(20)
session = OAuth2Session(
    "public-app", None, scope="openid profile", redirect_uri="http://127.0.0.1/callback",
    token_endpoint_auth_method="none", code_challenge_method="S256",
)
address, state = session.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier, nonce=nonce)

browser = requests.Session()
page = browser.get(address).text
sealed = html.unescape(re.search('name="sealed_request" value="([^"]*)"', page).group(1))
form = {"sealed_request": sealed, "username": "userx", "password": "mypass"}
sent = browser.post(metadata["authorization_endpoint"], data=form, allow_redirects=False)
assert sent.status_code == 303, sent.text

token = session.fetch_token(metadata["token_endpoint"], authorization_response=sent.headers["Location"], state=state, code_verifier=verifier)
keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"]).json())
claims = jwt.decode(token["id_token"], keys, claims_cls=CodeIDToken, claims_options={
    "iss": {"values": [issuer]}, "aud": {"values": ["public-app"]},
}, claims_params={"nonce": nonce, "client_id": "public-app"})
claims.validate()
info = session.get(metadata["userinfo_endpoint"]).json()
out = browser.get(metadata["end_session_endpoint"], allow_redirects=False, params={
    "id_token_hint": token["id_token"], "post_logout_redirect_uri": "http://127.0.0.1/bye",
})
print(json.dumps({"sub": claims["sub"], "givenName": info["given_name"], "bye": out.headers["Location"]}))

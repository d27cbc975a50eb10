# Writes JWT assertions as Python libraries make them: `authlib-client`, `authlib-grant` or `jwcrypto-grant`, then a JSON
# of what to say.

import json
import sys

kind, said = sys.argv[1], json.loads(sys.argv[2])

if kind == "authlib-client":
    from authlib.oauth2.rfc7523 import private_key_jwt_sign

    token = private_key_jwt_sign(said["pem"], said["clientId"], said["tokenEndpoint"], alg=said["alg"], header={"kid": said["kid"]})
elif kind == "authlib-grant":
    from authlib.oauth2.rfc7523.assertion import sign_jwt_bearer_assertion

    token = sign_jwt_bearer_assertion(
        said["pem"], said["issuer"], said["audience"], subject=said["subject"],
        expires_at=said["exp"], issued_at=said["iat"], header={"alg": said["alg"], "kid": said["kid"]},
        claims={"jti": said["jti"], **said["claims"]},
    )
else:
    from jwcrypto import jwk, jwt

    key = jwk.JWK.from_pem(said["pem"].encode())
    claims = {"iss": said["issuer"], "sub": said["subject"], "aud": said["audience"], "exp": said["exp"], "iat": said["iat"], "jti": said["jti"], **said["claims"]}
    made = jwt.JWT(header={"alg": said["alg"], "kid": said["kid"], "typ": "JWT"}, claims=claims)
    made.make_signed_token(key)
    token = made.serialize()

sys.stdout.write(token.decode() if isinstance(token, bytes) else token)

# Verifies a JWT as a backend in Python would: argv[1] is the library, standard input a JSON object with token, jwks,
# issuer, audience and algorithm. Prints the claims; ends with 1 where the token is refused.

import json
import sys

given = json.load(sys.stdin)
token, jwks, algorithm = given["token"], given["jwks"], given["algorithm"]
library = sys.argv[1]

try:
    if library == "authlib":
        from authlib.jose import JsonWebKey, JsonWebToken

        claims = JsonWebToken([algorithm]).decode(
            token,
            JsonWebKey.import_key_set(jwks),
            claims_options={
                "iss": {"essential": True, "value": given["issuer"]},
                "aud": {"essential": True, "value": given["audience"]},
                "exp": {"essential": True},
            },
        )
        claims.validate()
        print(json.dumps(dict(claims)))
    elif library == "jwcrypto":
        from jwcrypto import jwk, jwt

        checked = jwt.JWT(
            jwt=token,
            key=jwk.JWKSet.from_json(json.dumps(jwks)),
            algs=[algorithm],
            check_claims={"iss": given["issuer"], "aud": given["audience"], "exp": None},
        )
        print(checked.claims)
    elif library == "jwt":
        import jwt

        kid = jwt.get_unverified_header(token)["kid"]
        key = {key.key_id: key for key in jwt.PyJWKSet.from_dict(jwks).keys}[kid]
        options = {"require": ["exp", "iat", "iss", "aud", "sub", "jti"]}
        print(json.dumps(jwt.decode(token, key.key, algorithms=[algorithm], issuer=given["issuer"], audience=given["audience"], options=options)))
    else:
        sys.exit(f"no such library: {library}")
except Exception as error:
    print(type(error).__name__, file=sys.stderr)
    sys.exit(1)

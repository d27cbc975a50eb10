# Writes a SAML assertion as pysaml2 makes and signs one: key, certificate and a JSON of what to say come as arguments.

import json
import sys

from saml2 import class_name
from saml2 import saml
from saml2.config import Config
from saml2.sigver import pre_signature_part
from saml2.sigver import security_context
from saml2.xmldsig import DIGEST_SHA256, SIG_RSA_SHA256

key_file, cert_file, said = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])

config = Config()
config.load({"entityid": said["issuer"], "key_file": key_file, "cert_file": cert_file, "xmlsec_binary": "/usr/bin/xmlsec1"})
context = security_context(config)


def attribute(name, values):
    return saml.Attribute(name=name, attribute_value=[saml.AttributeValue(text=value) for value in values])


assertion = saml.Assertion(
    version="2.0",
    id=said["id"],
    issue_instant=said["issueInstant"],
    issuer=saml.Issuer(text=said["issuer"], format=saml.NAMEID_FORMAT_ENTITY),
    subject=saml.Subject(
        name_id=saml.NameID(text=said["nameId"], format=saml.NAMEID_FORMAT_PERSISTENT),
        subject_confirmation=[
            saml.SubjectConfirmation(
                method=saml.SCM_BEARER,
                subject_confirmation_data=saml.SubjectConfirmationData(
                    not_on_or_after=said["notOnOrAfter"], recipient=said["recipient"]
                ),
            )
        ],
    ),
    conditions=saml.Conditions(
        not_before=said["notBefore"],
        not_on_or_after=said["notOnOrAfter"],
        audience_restriction=[saml.AudienceRestriction(audience=[saml.Audience(text=said["audience"])])],
    ),
    authn_statement=[
        saml.AuthnStatement(
            authn_instant=said["issueInstant"],
            authn_context=saml.AuthnContext(authn_context_class_ref=saml.AuthnContextClassRef(text=saml.AUTHN_PASSWORD)),
        )
    ]
    if hasattr(saml, "AUTHN_PASSWORD")
    else [],
    attribute_statement=[saml.AttributeStatement(attribute=[attribute(n, v) for n, v in said["attributes"].items()])],
)
assertion.signature = pre_signature_part(
    assertion.id, context.my_cert, 1, sign_alg=SIG_RSA_SHA256, digest_alg=DIGEST_SHA256
)
sys.stdout.write(context.sign_statement(str(assertion), class_name(assertion), node_id=assertion.id))

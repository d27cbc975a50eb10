// A custom domain in front of the token API, with mutual TLS where clients authenticate by certificate (RFC 8705).

import { type DomainName, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

export interface TokenDomain {
  /** `login.example.com`. A DNS record must point it at `tokenApi.domainName.domainNameAliasDomainName`. */
  readonly name: string;
  /** In the region of the stack. */
  readonly certificate: ICertificate;
  /**
   * PEM of the authorities whose client certificates are taken. Every client then needs one: give clients without a
   * certificate another deployment, or another domain. API Gateway asks no revocation list.
   */
  readonly truststore?: {
    readonly bucket: IBucket;
    readonly key: string;
    /** Absent: the newest at deployment, and never a newer one by itself. */
    readonly version?: string;
  };
}

/** The API must have its default endpoint switched off: it would let calls in without a certificate (A74). */
export function addTokenDomain(api: RestApi, { name, certificate, truststore }: TokenDomain): DomainName {
  return api.addDomainName('Domain', {
    domainName: name,
    certificate,
    endpointType: EndpointType.REGIONAL,
    securityPolicy: SecurityPolicy.TLS_1_2,
    ...(truststore !== undefined && { mtls: truststore }),
  });
}

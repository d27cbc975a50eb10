// Custom domains in front of the token API: one for everybody, and one for clients that authenticate by certificate (RFC
// 8705). API Gateway asks every caller of a domain with a truststore for a certificate, those of keys and metadata too.

import { type DomainName, EndpointType, type RestApi, SecurityPolicy } from 'aws-cdk-lib/aws-apigateway';
import type { ICertificate } from 'aws-cdk-lib/aws-certificatemanager';
import type { IBucket } from 'aws-cdk-lib/aws-s3';

export interface TokenDomain {
  /** `login.example.com`. A DNS record must point it at `tokenApi.domainName.domainNameAliasDomainName`. */
  readonly name: string;
  /** In the region of the stack. */
  readonly certificate: ICertificate;
}

export interface MutualTlsDomain {
  /** `mtls.login.example.com`. A DNS record must point it at `mutualTlsDomainName.domainNameAliasDomainName`. */
  readonly name: string;
  /** In the region of the stack. */
  readonly certificate: ICertificate;
  /** PEM of the authorities whose client certificates are taken. API Gateway asks no revocation list. */
  readonly truststore: {
    readonly bucket: IBucket;
    readonly key: string;
    /** Absent: the newest at deployment, and never a newer one by itself. */
    readonly version?: string;
  };
}

export function addTokenDomain(api: RestApi, { name, certificate }: TokenDomain): DomainName {
  return api.addDomainName('Domain', {
    domainName: name,
    certificate,
    endpointType: EndpointType.REGIONAL,
    securityPolicy: SecurityPolicy.TLS_1_2,
  });
}

/** Nobody is let in by a certificate elsewhere: at the other addresses of the API none is asked for, so none arrives (A74). */
export function addMutualTlsDomain(api: RestApi, { name, certificate, truststore }: MutualTlsDomain): DomainName {
  return api.addDomainName('MutualTlsDomain', {
    domainName: name,
    certificate,
    endpointType: EndpointType.REGIONAL,
    securityPolicy: SecurityPolicy.TLS_1_2,
    mtls: truststore,
  });
}

// Where AWS is and who we are, as Lambda says it in the environment, by the names that every SDK reads.

import type { AwsCredentials } from './sign-request.ts';

interface AwsSettings {
  readonly region: string;
  readonly credentials: AwsCredentials;
}

/** Asked before every call: whoever holds credentials that expire renews them. */
export type ReadAwsSettings = () => Promise<AwsSettings>;

type Variables = Readonly<Record<string, string | undefined>>;

/** The role of the function: Lambda hands it over in the environment, good for as long as the environment lives. */
export const environmentSettings: ReadAwsSettings = async () => {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_REGION || !AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) throw new NoCredentials();
  return {
    region: AWS_REGION,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    },
  };
};

class NoCredentials extends Error {
  override readonly name = 'CredentialsProviderError';
}

/** `AWS_ENDPOINT_URL_DYNAMODB`, then `AWS_ENDPOINT_URL`, then the service's own in the Region. */
export function endpointOf(service: 'dynamodb' | 'secretsmanager', region: string, variables: Variables): string {
  const own = service === 'dynamodb' ? variables.AWS_ENDPOINT_URL_DYNAMODB : variables.AWS_ENDPOINT_URL_SECRETS_MANAGER;
  const given = own || variables.AWS_ENDPOINT_URL;
  if (given) return given;
  const fips = variables.AWS_USE_FIPS_ENDPOINT === 'true' ? '-fips' : '';
  return `https://${service}${fips}.${region}.${region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com'}`;
}

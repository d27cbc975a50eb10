// AWS credentials, with which calls are signed.

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Token of a role, as every function has. */
  readonly sessionToken?: string | undefined;
}

/** There are none, or they can't be had; by the name that the SDK has for it. */
export class NoCredentials extends Error {
  override readonly name = 'CredentialsProviderError';
}

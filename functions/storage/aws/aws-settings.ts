// AWS settings: Region and credentials, as Lambda says them in the environment, by the names that every SDK reads.

import { type AwsCredentials, NoCredentials } from './aws-credentials.ts';

interface AwsSettings {
  readonly region: string;
  readonly credentials: AwsCredentials;
}

/** Asked before every call: whoever holds credentials that expire renews them. */
export type ReadAwsSettings = () => Promise<AwsSettings>;

let readContainer: (() => Promise<AwsCredentials>) | undefined;

/**
 * The role of the function: Lambda hands it over in the environment, good for as long as the environment lives. Where an
 * environment outlives its role (SnapStart, managed instances), Lambda names an endpoint that has the role's credentials.
 *
 * @throws NoCredentials
 */
export const environmentSettings: ReadAwsSettings = async () => {
  const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_REGION) throw new NoCredentials();
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) return { region: AWS_REGION, credentials: await containerCredentials() };
  return {
    region: AWS_REGION,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    },
  };
};

/** Loaded late: an ordinary cold start pays nothing for it. */
async function containerCredentials(): Promise<AwsCredentials> {
  const { AWS_CONTAINER_CREDENTIALS_FULL_URI, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI } = process.env;
  if (!AWS_CONTAINER_CREDENTIALS_FULL_URI && !AWS_CONTAINER_CREDENTIALS_RELATIVE_URI) throw new NoCredentials();
  const { createContainerCredentials } = await import('./container-credentials.ts');
  readContainer ??= createContainerCredentials(process.env, Date.now);
  return readContainer();
}

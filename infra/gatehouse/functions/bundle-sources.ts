// What is bundled: the entry point of each function.

/** Entry points by the name of the function, from the root of the project. */
export const BUNDLES = {
  token: 'functions/token/index.ts',
  authorizer: 'functions/authorizer/index.ts',
  'signing-keys': 'functions/signing-keys/index.ts',
  operator: 'functions/operator/index.ts',
  'api-entries': 'functions/api-entries/index.ts',
  pizzashack: 'infra/demo/pizzashack.ts',
  'user-service': 'infra/demo/user-service.ts',
  'mcp-server': 'infra/demo/mcp-server.ts',
} as const;

export type BundleName = keyof typeof BUNDLES;

/** By what the functions call DynamoDB and Secrets Manager: a client of ours that starts fast, or the AWS SDK. */
export type AwsClient = 'lean' | 'sdk';

/** Of the directory that holds a bundle, beside those of the others. */
export const bundleDirectoryName = (name: BundleName, awsClient: AwsClient): string =>
  awsClient === 'lean' ? name : `${name}-${awsClient}`;

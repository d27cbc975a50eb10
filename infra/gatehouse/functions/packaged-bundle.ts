// The bundles of the package: built when it was packed, so that an app that has it needs no esbuild and none of what the
// functions are made of. It takes the place of `bundle.ts` there (`#function-bundles` of package.json).

import { join } from 'node:path';
import { type AwsClient, type BundleName, bundleDirectoryName } from './bundle-sources.ts';

/** Where the package keeps them: beside the file that this becomes a part of. */
export function bundle(name: BundleName, awsClient: AwsClient = 'lean'): { readonly directory: string } {
  return { directory: join(import.meta.dirname, 'functions', bundleDirectoryName(name, awsClient)) };
}

// What a test needs that a machine may lack: a directory, a browser, a second implementation. Such a test is skipped by
// name on a laptop. Where `GATEHOUSE_ALL_PARTS=1` says that everything was installed, as in `.ci/run`, a missing part
// fails the whole file: a suite that is skipped is counted by nobody.

/**
 * For the option `skip` of a test or suite.
 *
 * @param missing what is not there and how to install it; undefined or false: nothing is missing
 * @throws Error where all parts must be there
 */
export function skipWithout(missing: string | false | undefined): string | false {
  if (missing === undefined || missing === false) return false;
  if (process.env.GATEHOUSE_ALL_PARTS === '1') throw new Error(`A part that this test needs is missing: ${missing}`);
  return missing;
}

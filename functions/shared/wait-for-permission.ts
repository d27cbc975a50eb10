// At a first deployment CloudFormation calls seconds after it wrote the role, and IAM takes a while to know it
// everywhere ("Changes that I make are not always immediately visible" of the IAM guide). A refusal in that time would
// roll the deployment back.

const ATTEMPTS = 8;
/** Pauses of 35 s in all; the functions of custom resources have two minutes. */
const PAUSE_MS = 5000;

/**
 * Asks again where the answer is that it may not.
 *
 * @param isDenied whether an error says so
 * @param pause milliseconds
 * @throws the last refusal, and every other error at once
 */
export async function askUntilPermitted<T>(
  call: () => Promise<T>,
  isDenied: (error: unknown) => boolean,
  pause: (milliseconds: number) => Promise<unknown>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call();
    } catch (error) {
      if (!isDenied(error) || attempt === ATTEMPTS) throw error;
      await pause(PAUSE_MS);
    }
  }
}

// Waiting for what happens in its own time: caches that expire, lines that arrive.

/** Asks again until the answer is right: configuration is cached for seconds. @throws the last failure when the time is over */
export async function eventually<T>(seconds: number, attempt: () => Promise<T>): Promise<T> {
  const until = Date.now() + seconds * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

// Work that waits more than it computes, several pieces at once.

/** Does all of it, so many at once. @throws the first error, when all that was begun has ended */
export async function atOnce<T>(pieces: readonly T[], most: number, work: (piece: T) => Promise<void>): Promise<void> {
  const left = [...pieces];
  const worker = async (): Promise<void> => {
    for (let piece = left.shift(); piece !== undefined; piece = left.shift()) await work(piece);
  };
  const ended = await Promise.allSettled(Array.from({ length: most }, worker));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

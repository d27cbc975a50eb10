// Bytes that a call allocates on the heap of V8, collected since or not, by its own sampling profiler: a count that no
// other load on the machine changes, where a time would drift.

import { type HeapProfiler, Session } from 'node:inspector/promises';

/** Calls before it is counted: code that was not compiled yet allocates more. */
const WARM_UP = 3000;
const COUNTED = 2000;
/** Mean distance of samples, in bytes. The count is good to about 2 %. */
const SAMPLING_BYTES = 2048;

/** @returns bytes a call */
export async function allocatedBytes(call: () => Promise<unknown>): Promise<number> {
  for (let made = 0; made < WARM_UP; made++) await call();
  const session = new Session();
  session.connect();
  try {
    await session.post('HeapProfiler.startSampling', {
      samplingInterval: SAMPLING_BYTES,
      includeObjectsCollectedByMajorGC: true,
      includeObjectsCollectedByMinorGC: true,
    });
    for (let made = 0; made < COUNTED; made++) await call();
    const { profile } = await session.post('HeapProfiler.stopSampling');
    return bytesBelow(profile.head) / COUNTED;
  } finally {
    session.disconnect();
  }
}

function bytesBelow({ selfSize, children }: HeapProfiler.SamplingHeapProfileNode): number {
  return children.reduce((sum, child) => sum + bytesBelow(child), selfSize);
}

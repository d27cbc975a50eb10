// What the outputs of a stack are on AWS, of the local run: its own pages say them, and the ids of its APIs by their names.

import * as v from 'valibot';

const DEADLINE_MS = 5000;

const outputsPage = v.record(v.string(), v.string());
const apisPage = v.array(v.object({ name: v.string(), apiId: v.string() }));

/**
 * @param port of the local gateway
 * @returns undefined where nothing answers there, or it is another version
 */
export function createFindLocalOutputs(port: number): () => Promise<Readonly<Record<string, string>> | undefined> {
  return async () => {
    const [outputs, apis] = await Promise.all([read(port, 'outputs.json', outputsPage), read(port, 'apis.json', apisPage)]);
    if (outputs === undefined || apis === undefined) return undefined;
    // `Orders` and `Orders API` are both `${apiId.orders}`.
    const named = apis.flatMap(({ name, apiId }) => [name, name.replace(/[ _-]?api$/i, '')].map((short) => [`${short}ApiId`, apiId]));
    // Outputs come first: they are there on AWS too, and an export names an API by the first.
    return { ...outputs, ...Object.fromEntries(named.filter(([key = '']) => !Object.hasOwn(outputs, key))) };
  };
}

async function read<Schema extends v.GenericSchema>(
  port: number,
  page: string,
  schema: Schema,
): Promise<v.InferOutput<Schema> | undefined> {
  try {
    const answer = await fetch(`http://127.0.0.1:${port}/_gatehouse/${page}`, {
      signal: AbortSignal.timeout(DEADLINE_MS),
      redirect: 'error',
    });
    const parsed = v.safeParse(schema, answer.ok ? await answer.json() : undefined);
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}

// A headless Chromium, driven by the DevTools protocol over Node's own WebSocket: a page, its keyboard, its console.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from './eventually.ts';

const CANDIDATES = ['chromium', 'chromium-browser', 'google-chrome'];

/** The command of a Chromium on this machine; undefined where there is none. */
export const findChromium = (): string | undefined => CANDIDATES.find((name) => spawnSync(name, ['--version']).status === 0);

type Params = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: the protocol's answers have a thousand shapes.
type Answer = any;

export interface Page {
  send(method: string, params?: Params): Promise<Answer>;
  /** Runs an expression in the page and gives its value. */
  evaluate(expression: string): Promise<Answer>;
  open(url: string): Promise<void>;
  /** Presses and releases a key: `Tab`, `Enter`, `ArrowDown`, ` `. */
  press(key: string, shift?: boolean): Promise<void>;
  /** Errors, violations of the content security policy, and requests that failed or left the page's origin. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

const KEY_CODES: Readonly<Record<string, number>> = { Tab: 9, Enter: 13, ' ': 32, ArrowUp: 38, ArrowDown: 40 };

async function devToolsUrl(profile: string): Promise<string> {
  const [port] = await eventually(30, async () => readFileSync(join(profile, 'DevToolsActivePort'), 'utf8').split('\n'));
  const targets: readonly { type: string; webSocketDebuggerUrl: string }[] = await (
    await fetch(`http://127.0.0.1:${port}/json/list`)
  ).json();
  const page = targets.find(({ type }) => type === 'page');
  if (page === undefined) throw new Error('Chromium has no page.');
  return page.webSocketDebuggerUrl;
}

async function stop(child: ChildProcess, profile: string): Promise<void> {
  if (child.exitCode === null) {
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await exited;
  }
  rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
}

/** Connects to the page: commands by id, events to `onEvent`. */
async function connect(url: string, onEvent: (method: string, params: Answer) => void) {
  const socket = new WebSocket(url);
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve();
    socket.onerror = () => reject(new Error('Chromium does not answer.'));
  });
  const waiting = new Map<number, { resolve(value: Answer): void; reject(error: Error): void }>();
  let lastId = 0;
  socket.onmessage = ({ data }) => {
    const { id, result, error, method, params } = JSON.parse(String(data));
    if (id === undefined) return onEvent(method, params);
    const waiter = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) waiter?.resolve(result);
    else waiter?.reject(new Error(error.message));
  };
  return {
    close: () => socket.close(),
    send(method: string, params: Params = {}): Promise<Answer> {
      const id = ++lastId;
      const answer = Promise.withResolvers<Answer>();
      waiting.set(id, answer);
      socket.send(JSON.stringify({ id, method, params }));
      return answer.promise;
    },
  };
}

function complaintOf(method: string, params: Answer): string | undefined {
  switch (method) {
    case 'Runtime.exceptionThrown':
      return `exception: ${params.exceptionDetails.exception?.description ?? params.exceptionDetails.text}`;
    case 'Log.entryAdded':
      return params.entry.level === 'error' ? `log: ${params.entry.text} ${params.entry.url ?? ''}` : undefined;
    case 'Network.requestWillBeSent':
      return /^http:\/\/127\.0\.0\.1:/.test(params.request.url) ? undefined : `left the machine: ${params.request.url}`;
    default:
      return undefined;
  }
}

/** Starts a browser with a profile of its own. @param command as `findChromium` found it */
export async function openChromium(command: string): Promise<Page> {
  const profile = mkdtempSync(join(tmpdir(), 'gatehouse-chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
  const more = [
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
    '--remote-debugging-port=0',
    '--window-size=1440,1100',
  ];
  const child = spawn(command, [...flags, ...more, `--user-data-dir=${profile}`, 'about:blank'], { stdio: 'ignore' });
  const complaints: string[] = [];
  try {
    const { send, close } = await connect(await devToolsUrl(profile), (method, params) => {
      const complaint = complaintOf(method, params);
      if (complaint !== undefined) complaints.push(complaint);
    });
    for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
    const evaluate = async (expression: string): Promise<Answer> => {
      const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
      if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
      return result.value;
    };
    return {
      send,
      evaluate,
      complaints,
      open: async (url) => void (await send('Page.navigate', { url })),
      async press(key, shift = false) {
        const common = { key, code: key === ' ' ? 'Space' : key, windowsVirtualKeyCode: KEY_CODES[key] ?? 0, modifiers: shift ? 8 : 0 };
        const text = key === 'Enter' ? '\r' : key === ' ' ? ' ' : undefined;
        await send('Input.dispatchKeyEvent', {
          type: text === undefined ? 'rawKeyDown' : 'keyDown',
          ...common,
          ...(text !== undefined && { text }),
        });
        await send('Input.dispatchKeyEvent', { type: 'keyUp', ...common });
      },
      async close() {
        close();
        await stop(child, profile);
      },
    };
  } catch (error) {
    await stop(child, profile);
    throw error;
  }
}

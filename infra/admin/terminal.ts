// Where a command is typed and read: the streams of the program, or those of a test.

import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ReadStream, WriteStream } from 'node:tty';
import { printable } from './printable.ts';

export interface Terminal {
  /** To standard output: results, and nothing else. */
  writeResult(text: string): void;
  /** To standard error: questions, notes, errors, summaries. */
  writeNote(text: string): void;
  /** How wide results may be; undefined where nobody looks at them. */
  readonly columns: number | undefined;
  /** Whether somebody can be asked: standard input and standard error are a terminal. */
  readonly isInteractive: boolean;
  /** All of standard input. */
  readInput(): Promise<string>;
  /** A line that is typed after a prompt. @param isSecret whether it is kept from being seen */
  ask(prompt: string, isSecret: boolean): Promise<string>;
}

/** One that gets nothing but text. */
export function keepPrintable(terminal: Terminal): Terminal {
  return {
    ...terminal,
    writeResult: (text) => terminal.writeResult(printable(text)),
    writeNote: (text) => terminal.writeNote(printable(text)),
    ask: (prompt, isSecret) => terminal.ask(printable(prompt), isSecret),
  };
}

/** That of this process. */
export function openTerminal(): Terminal {
  const { stdin, stdout, stderr } = process;
  // `gatehouse list my_company | head -1`: who reads has had enough. What was to be done has been done by then.
  for (const stream of [stdout, stderr]) stream.on('error', ignoreClosedPipe);
  return {
    writeResult: (line) => void stdout.write(line),
    writeNote: (line) => void stderr.write(line),
    columns: stdout instanceof WriteStream ? stdout.columns : undefined,
    isInteractive: stdin instanceof ReadStream && stderr instanceof WriteStream,
    readInput: () => text(stdin),
    async ask(prompt, isSecret) {
      // What readline echoes goes nowhere; the terminal itself echoes nothing while readline has it (raw mode), which is
      // before the prompt invites anybody to type.
      const output = isSecret ? new Writable({ write: (_chunk, _encoding, done) => done() }) : stderr;
      const lines = createInterface({ input: stdin, output, terminal: true, historySize: 0 });
      const interrupted = new AbortController();
      lines.once('SIGINT', () => interrupted.abort());
      lines.once('close', () => interrupted.abort());
      try {
        if (isSecret) stderr.write(prompt);
        return await lines.question(isSecret ? '' : prompt, { signal: interrupted.signal });
      } catch {
        return '';
      } finally {
        if (isSecret || interrupted.signal.aborted) stderr.write('\n');
        lines.close();
      }
    },
  };
}

function ignoreClosedPipe(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error;
}

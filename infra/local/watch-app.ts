// Says when files of an app have changed, by the globs of `watch` in its cdk.json. What the app itself writes meanwhile, such as
// compiled files, is told from what somebody wrote by those globs, as with `cdk watch`.

import { type FSWatcher, readdirSync, watch } from 'node:fs';
import { join, matchesGlob, relative, sep } from 'node:path';
import type { AppCommand } from './app-command.ts';

/** Never looked into. */
const NEVER = new Set(['node_modules', 'cdk.out']);

/** An editor writes a file in several steps, and a tool several files. */
const SETTLE_MS = 300;

/** Of folders: a bigger tree than anybody's app is a wrong folder, such as a home. */
const MAX_FOLDERS = 5_000;

/** Whether `test` or `*.js` of a cdk.json mean this path: a pattern without a slash is one for any level, as CDK takes it. */
function matches(path: string, patterns: readonly string[]): boolean {
  return patterns.some((pattern) => {
    const anywhere = pattern.includes('/') ? pattern : `**/${pattern}`;
    return matchesGlob(path, pattern) || matchesGlob(path, anywhere) || matchesGlob(path, `${pattern}/**`);
  });
}

export interface Watching {
  close(): void;
}

/** Calls `work` with the newest value after things have settled, one time after the other. */
function openQueue(work: (value: string) => Promise<void>) {
  let timer: NodeJS.Timeout | undefined;
  let isWorking = false;
  let next: string | undefined;
  const drain = async (): Promise<void> => {
    if (isWorking) return;
    isWorking = true;
    for (let value = next; value !== undefined; value = next) {
      next = undefined;
      await work(value);
    }
    isWorking = false;
  };
  return {
    add(value: string): void {
      next = value;
      clearTimeout(timer);
      timer = setTimeout(() => void drain(), SETTLE_MS);
    },
    close(): void {
      clearTimeout(timer);
      next = undefined;
    },
  };
}

/** Which paths are looked at, and which folders are entered. */
function openFilter({ directory, watch: { include, exclude } }: AppCommand) {
  const inside = (path: string): string => relative(directory, path).split(sep).join('/');
  const isExcluded = (path: string): boolean =>
    path.split('/').some((segment) => segment.startsWith('.') || NEVER.has(segment)) || matches(path, exclude);
  return {
    isOurs: (path: string): boolean => !isExcluded(inside(path)) && matches(inside(path), include),
    isEntered: (path: string): boolean => inside(path) === '' || !isExcluded(inside(path)),
  };
}

/** @param onChange gets the path of a file that changed, from the folder of the app; one call ends before the next begins */
export function watchApp(app: AppCommand, onChange: (path: string) => Promise<void>): Watching {
  const watchers = new Map<string, FSWatcher>();
  const { isOurs, isEntered } = openFilter(app);
  const queue = openQueue(onChange);
  const leave = (folder: string): void => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  const enter = (folder: string): void => {
    if (watchers.has(folder) || watchers.size >= MAX_FOLDERS || !isEntered(folder)) return;
    try {
      const entries = readdirSync(folder, { withFileTypes: true });
      const watcher = watch(folder, (_, name) => {
        const path = join(folder, name ?? '');
        // A new folder; for a file it does nothing.
        enter(path);
        if (isOurs(path)) queue.add(relative(app.directory, path));
      });
      watcher.on('error', () => leave(folder));
      watchers.set(folder, watcher);
      for (const entry of entries) if (entry.isDirectory()) enter(join(folder, entry.name));
    } catch {
      // A file, or a folder that is gone again.
      leave(folder);
    }
  };
  enter(app.directory);
  return {
    close() {
      queue.close();
      for (const folder of [...watchers.keys()]) leave(folder);
    },
  };
}

// Documents that were read, and the loads of those that were not: good ones are kept for as long as their host says, a day at
// most; of what failed nothing is kept but its count (A135).

import { setNewest } from '../../shared/bounded-map.ts';
import { withoutBudget } from '../../shared/time-budget.ts';
import type { TokenDependencies } from '../dependencies.ts';
import type { ParsedDocument } from './client-document.ts';
import { createLoadBounds } from './load-bounds.ts';
import { type LoadedDocument, loadDocument } from './load-document.ts';

export interface KeptDocuments {
  /** The document, where it was read lately. */
  find(url: string): ParsedDocument | undefined;
  /** @throws Unavailable */
  load(url: URL): Promise<LoadedDocument>;
  /** Within the time that all loads may take. @throws Unavailable `too-many-loads` */
  withinTime<T>(dependency: string, work: () => Promise<T>): Promise<T>;
}

const MAX_DOCUMENTS = 500;

interface KeptDocument {
  readonly document: ParsedDocument;
  readonly atMs: number;
  readonly untilMs: number;
}

/** @param areTrusted of hosts that tenants name, so that one that was good before may be read again whatever else is asked for */
export function createKeptDocuments(
  { sendOutbound, clock }: Pick<TokenDependencies, 'sendOutbound' | 'clock'>,
  { areTrusted }: { readonly areTrusted: boolean },
): KeptDocuments {
  const kept = new Map<string, KeptDocument>();
  const inFlight = new Map<string, Promise<LoadedDocument>>();
  const bounds = createLoadBounds(clock);

  async function loadOnce(url: URL): Promise<LoadedDocument> {
    try {
      const known = areTrusted && kept.has(url.href) ? url.href : undefined;
      const loaded = await bounds.within({ host: url.host, known }, () => loadDocument(sendOutbound, url));
      const atMs = clock();
      if (loaded.kind === 'loaded')
        setNewest(kept, url.href, { document: loaded.document, atMs, untilMs: atMs + loaded.keptSeconds * 1000 }, MAX_DOCUMENTS);
      return loaded;
    } finally {
      inFlight.delete(url.href);
    }
  }

  return {
    withinTime: bounds.withinTime,
    find(url) {
      const found = kept.get(url);
      return found !== undefined && clock() >= found.atMs && clock() < found.untilMs ? found.document : undefined;
    },
    /** Those who come while it is loaded share what becomes of it. */
    load(url) {
      const running = inFlight.get(url.href) ?? withoutBudget(() => loadOnce(url));
      inFlight.set(url.href, running);
      return running;
    },
  };
}

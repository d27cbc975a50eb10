// Rights that are taken away as an administrator of Active Directory would: by denials in security descriptors.

import assert from 'node:assert/strict';
import { Attribute, Change, type Client } from 'ldapts';
import type { TestDirectory } from './index.ts';

/** Attributes (MS-ADA) and extended rights (MS-ADTS 5.1.3.2.1). */
const GUIDS = {
  objectGUID: 'bf9679e7-0de6-11d0-a285-00aa003049e2',
  member: 'bf9679c0-0de6-11d0-a285-00aa003049e2',
  'User-Change-Password': 'ab721a53-1e2f-11d0-9819-00aa0040529b',
} as const;

/** Access denied for one account: an ACE, of one attribute or right where it is named (MS-DTYP 2.4.4.4, 2.4.4.5). */
export function denial(sid: Buffer, mask: number, object?: keyof typeof GUIDS): Buffer {
  const guid = object === undefined ? undefined : guidBytes(GUIDS[object]);
  const body = Buffer.concat([uint32(mask), ...(guid === undefined ? [] : [uint32(1), guid]), sid]);
  const head = Buffer.from([guid === undefined ? 0x01 : 0x06, 0, 0, 0]);
  head.writeUInt16LE(head.length + body.length, 2);
  return Buffer.concat([head, body]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function guidBytes(guid: string): Buffer {
  const bytes = Buffer.from(guid.replaceAll('-', ''), 'hex');
  return Buffer.from([3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map((at) => bytes[at] ?? 0));
}

/** The same descriptor with this ACE before all others (MS-DTYP 2.4.6: four offsets from byte 4 on; the last is the DACL's). */
function withDenial(descriptor: Buffer, ace: Buffer): Buffer {
  const dacl = descriptor.readUInt32LE(16);
  const changed = Buffer.concat([descriptor.subarray(0, dacl + 8), ace, descriptor.subarray(dacl + 8)]);
  changed.writeUInt16LE(descriptor.readUInt16LE(dacl + 2) + ace.length, dacl + 2);
  changed.writeUInt16LE(descriptor.readUInt16LE(dacl + 4) + 1, dacl + 4);
  for (const at of [4, 8, 12]) if (descriptor.readUInt32LE(at) > dacl) changed.writeUInt32LE(descriptor.readUInt32LE(at) + ace.length, at);
  return changed;
}

export async function readBytes(client: Client, dn: string, attribute: string): Promise<Buffer> {
  const found = await client.search(dn, { scope: 'base', attributes: [attribute], explicitBufferAttributes: [attribute] });
  const [value] = [found.searchEntries[0]?.[attribute]].flat();
  assert.ok(Buffer.isBuffer(value), `${dn} ${attribute}`);
  return value;
}

const write = (client: Client, dn: string, descriptor: Buffer) =>
  client.modify(
    dn,
    new Change({ operation: 'replace', modification: new Attribute({ type: 'nTSecurityDescriptor', values: [descriptor] }) }),
  );

/** Does `work` while this is denied on these entries. */
export async function whileDenied(directory: TestDirectory, dns: readonly string[], ace: Buffer, work: () => Promise<void>): Promise<void> {
  const originals: Buffer[] = [];
  await directory.administer(async (client) => {
    for (const dn of dns) {
      const original = await readBytes(client, dn, 'nTSecurityDescriptor');
      originals.push(original);
      await write(client, dn, withDenial(original, ace));
    }
  });
  try {
    await work();
  } finally {
    await directory.administer(async (client) => {
      for (const [at, dn] of dns.entries()) await write(client, dn, originals[at] ?? Buffer.alloc(0));
    });
  }
}

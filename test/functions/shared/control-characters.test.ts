// The class of control characters, against the property that Unicode has for them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CONTROL_CHARACTERS } from '../../../functions/shared/control-characters.ts';

const LAST_CODE_POINT = 0x10ffff;

test('the class holds the characters of the property Cc, and no others', () => {
  const listed = new RegExp(`[${CONTROL_CHARACTERS}]`, 'u');
  const property = /\p{Cc}/u;
  const different: number[] = [];
  for (let code = 0; code <= LAST_CODE_POINT; code++) {
    const character = String.fromCodePoint(code);
    if (listed.test(character) !== property.test(character)) different.push(code);
  }
  assert.deepEqual(different, []);
  assert.ok(listed.test('\u0000') && listed.test('\u0085') && !listed.test('\u00a0'));
});

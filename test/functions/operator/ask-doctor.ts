// Asks the doctor of a store in memory, and finds the step that failed.

import assert from 'node:assert/strict';
import type { DoctorQuestion, Examination, StepReport } from '../../../functions/operator/examination.ts';
import { type DoctorDependencies, examineStore } from '../../../functions/operator/examine-store.ts';
import type { TestDirectory } from '../../support/directories/index.ts';
import { enterDirectory } from '../../support/directories/open-directory.ts';
import { type LoginFixture, openLoginFixture } from '../../support/login-fixture.ts';

/** A tenant with the directory as its store. @param secret what the store's secret has otherwise than the directory */
export function openExamined(
  directory: TestDirectory,
  attributes: Readonly<Record<string, unknown>>,
  secret: Readonly<Record<string, string>> = {},
): LoginFixture {
  const fixture = openLoginFixture();
  enterDirectory(fixture, { ...directory, service: { ...directory.service, ...secret } }, attributes);
  return fixture;
}

/** With the time as it is: certificates are looked at. */
export function askDoctor(
  fixture: LoginFixture,
  asked: Partial<DoctorQuestion> = {},
  more: Partial<DoctorDependencies> = {},
): Promise<Examination> {
  const question = { tenant: 'my_company', domain: 'LDAP', ...asked };
  return examineStore(question, { ...fixture.dependencies, clock: Date.now, ...more }, 60_000);
}

export function stepsOf(examination: Examination, server = 0): readonly StepReport[] {
  assert.ok(examination.kind === 'examined', JSON.stringify(examination));
  return examination.servers[server]?.steps ?? [];
}

/** The one step that failed, with all before it done, and none behind it begun. */
export function failedStep(examination: Examination): StepReport {
  const steps = stepsOf(examination);
  const at = steps.findIndex(({ outcome }) => outcome === 'failed');
  assert.notEqual(at, -1, `nothing failed: ${JSON.stringify(steps, undefined, 1)}`);
  assert.ok(
    steps.slice(0, at).every(({ outcome }) => outcome !== 'not-reached'),
    JSON.stringify(steps),
  );
  assert.deepEqual(
    [...new Set(steps.slice(at + 1).map(({ outcome }) => outcome))].filter((outcome) => outcome !== 'not-reached'),
    [],
  );
  return steps[at] as StepReport;
}

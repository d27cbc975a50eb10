// Commands of the command line, run on this local run and shown: the words, the answer, and in one sentence what came of it.

import { quoted } from './curl.js';

const $ = (id) => document.getElementById(id);

/** Says what came of it, where it is seen. */
export function say(text, kind = '') {
  $('status').className = kind;
  $('status').textContent = text;
  if (text !== '') $('status').scrollIntoView({ block: 'nearest' });
}

const shownWord = (word) => (/^[\w@.:/#=-]+$/.test(word) ? word : quoted(word));

/** Runs a command and shows it, with its answer. @returns undefined where it could not be run */
export async function run(words, { input, entry, quietly = false } = {}) {
  const shown = entry === undefined ? words : [words[0], 'FOLDER', ...words.slice(1)];
  if (!quietly) $('command').textContent = `gatehouse ${shown.map(shownWord).join(' ')} --local --port ${location.port}`;
  if (!quietly) $('answer').textContent = 'Waiting…';
  const body = JSON.stringify({ words, ...(input !== undefined && { input }), ...(entry !== undefined && { entry }) });
  const headers = { 'Content-Type': 'application/json' };
  const response = await fetch('/_gatehouse/commands', { method: 'POST', headers, body }).catch(() => undefined);
  const answer = await response?.json().catch(() => undefined);
  if (response?.status !== 200 || answer === undefined) {
    say(answer?.message ?? 'No answer: is the local run still there?', 'bad');
    return undefined;
  }
  if (quietly) return answer;
  $('answer').textContent = [answer.result.trimEnd(), answer.notes.trimEnd()].filter((text) => text !== '').join('\n\n') || '(nothing)';
  return answer;
}

export async function runAndSay(words, options, { done, refused = 'Refused: the answer says why.' }) {
  const answer = await run(words, options);
  if (answer === undefined) return undefined;
  // `plan` ends with 2 where something would change.
  const isDone = answer.exitCode === 0 || (words[0] === 'plan' && answer.exitCode === 2);
  say(isDone ? done : refused, isDone ? 'good' : 'bad');
  return isDone ? answer : undefined;
}

/** @returns whether the answer was yes */
export function confirmed(question) {
  $('question-text').textContent = question;
  $('question').showModal();
  return new Promise((resolve) => {
    $('question').addEventListener('close', () => resolve($('question').returnValue === 'yes'), { once: true });
  });
}

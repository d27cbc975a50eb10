// The page of all reasons, from the table that `explain` and the build hold to (`npm run reasons` writes it).

import { REASON_AREAS } from './reasons/index.ts';

const INTRODUCTION = `# Reasons

Every refusal and every outage has one word in the log: \`reason\` of the lines \`token-request\` and \`authorizer\`, \`inactive\` of an introspection. The caller never sees it. This page says what each of them means and what to change. It is made from \`infra/admin/reasons/\` by \`npm run reasons\`; a word without an explanation does not compile.
`;

export function reasonsPage(): string {
  const areas = REASON_AREAS.map(({ title, introduction, reasons }) => {
    const rows = Object.entries(reasons)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([reason, { meaning, change }]) => `| \`${reason}\` | ${cell(meaning)} | ${cell(change)} |`);
    return [`## ${title}`, '', introduction, '', '| reason | what happened | what to change |', '|---|---|---|', ...rows, ''].join('\n');
  });
  return [INTRODUCTION, ...areas].join('\n');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}

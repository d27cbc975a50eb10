// What a question to AWS is, and what became of it.

/** One thing that documentation leaves open, or that nothing but a look at AWS can show. */
export interface Question {
  /** Stands in infra/gatehouse/ASSUMPTIONS.md too: `rest-forged-header`. */
  readonly id: string;
  readonly question: string;
  /** What Gatehouse is built on. Undefined: on nothing, the answer is for whoever wants to know. */
  readonly assumed: string | undefined;
  /** Where AWS answers otherwise. */
  readonly breaks: string;
  /** Why it can't be asked here. Absent: it can. */
  readonly missing?: string | undefined;
  /** It waits for longer than ten seconds. */
  readonly isSlow?: boolean;
  observe(): Promise<string>;
}

export type Settled = Pick<Question, 'id' | 'question' | 'assumed' | 'breaks'> &
  ({ readonly kind: 'answered'; readonly observed: string } | { readonly kind: 'not-asked'; readonly reason: string });

export async function ask(question: Question, isQuick: boolean): Promise<Settled> {
  const { id, question: text, assumed, breaks, missing, isSlow } = question;
  const about = { id, question: text, assumed, breaks };
  if (missing !== undefined) return { ...about, kind: 'not-asked', reason: missing };
  if (isQuick && isSlow === true) return { ...about, kind: 'not-asked', reason: 'it takes a minute and more, and --quick was said' };
  try {
    return { ...about, kind: 'answered', observed: await question.observe() };
  } catch (error) {
    return { ...about, kind: 'answered', observed: `error: ${error instanceof Error ? error.message : String(error)}` };
  }
}

export type Verdict = 'as assumed' | 'OTHERWISE' | 'noted' | 'not asked';

export function verdictOf(settled: Settled): Verdict {
  if (settled.kind === 'not-asked') return 'not asked';
  if (settled.assumed === undefined) return 'noted';
  return settled.observed === settled.assumed ? 'as assumed' : 'OTHERWISE';
}

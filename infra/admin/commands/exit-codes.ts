// What the program ends with. A script tells by it what became of the command, without reading a word.

export const EXIT = {
  done: 0,
  /** Refused, not there, or something is wrong that the command was to find: the lines on standard error say what. */
  refused: 1,
  /** Not understood, or a question that nobody could be asked: nothing was done. */
  usage: 2,
  /** Of `plan`: there is something to change. */
  wouldChange: 2,
  /** AWS, the local run or a userstore does not answer: try again. */
  outage: 3,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

// The comments of a TypeScript file as text: lines that follow each other are one comment, so that what is cited over
// the end of a line is read whole.

/** Blocks of `//` and of `/** … *\/`, and what stands behind code on its line. Not a parser: strings that look alike count too. */
export function commentsOf(source: string): readonly string[] {
  const comments: string[] = [];
  let block: string[] = [];
  const end = (): void => {
    if (block.length > 0) comments.push(block.join(' '));
    block = [];
  };
  for (const line of source.split('\n')) {
    const whole = /^\s*(?:\/\/|\/\*\*?|\*(?!\/))\s?(.*?)(?:\s*\*\/)?$/.exec(line)?.[1];
    if (whole !== undefined) block.push(whole.trim());
    else {
      end();
      const behindCode = /\s\/\/ (.*)$/.exec(line)?.[1];
      if (behindCode !== undefined) comments.push(behindCode);
    }
  }
  end();
  return comments;
}

// `completion bash|zsh`: a script that asks this program, at each press of the key, what may stand there.

import { type Command, UsageFailed } from './command.ts';
import { outcomeOf } from './outcome.ts';

/** Behind the program's name: the words that are typed follow, the last one as far as it is typed. */
export const COMPLETE = '__complete';

/** Answered in place of words where the shell knows better: its files. */
export const FILES_LINE = ':files';

/** COMP_WORDS is cut at colons and at signs, which names have inside; so the line itself is read, and what bash keeps is cut off. */
const BASH = `_gatehouse() {
  local line="\${COMP_LINE:0:COMP_POINT}" current kept reply
  local -a typed
  line="\${line#*"\${COMP_WORDS[0]}"}"
  read -ra typed <<< "$line"
  case "$line" in *[[:space:]]) typed+=('') ;; esac
  current="\${typed[\${#typed[@]}-1]}"
  kept="\${current%"\${current##*[:=@]}"}"
  COMPREPLY=()
  while IFS= read -r reply; do
    if [ "$reply" = '${FILES_LINE}' ]; then
      compopt -o filenames 2>/dev/null
      while IFS= read -r reply; do COMPREPLY+=("$reply"); done < <(compgen -f -- "$current")
      return
    fi
    COMPREPLY+=("\${reply#"$kept"}")
  done < <("\${COMP_WORDS[0]}" ${COMPLETE} "\${typed[@]}" 2>/dev/null)
}
complete -F _gatehouse gatehouse`;

const ZSH = `#compdef gatehouse
_gatehouse() {
  local -a replies
  replies=("\${(@f)$("\${words[1]}" ${COMPLETE} "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)}")
  if [[ "\${replies[1]}" == '${FILES_LINE}' ]]; then
    _files
  else
    compadd -a replies
  fi
}
compdef _gatehouse gatehouse`;

const SCRIPTS: ReadonlyMap<string, string> = new Map([
  ['bash', BASH],
  ['zsh', ZSH],
]);

export const completion: Command = {
  words: 'completion',
  takes: ['SHELL'],
  does: 'prints a script that completes commands, options and names: eval "$(gatehouse completion bash)" in ~/.bashrc, or eval "$(gatehouse completion zsh)" in ~/.zshrc behind compinit',
  effect: 'reads',
  async run(_operator, [shell = '']) {
    const script = SCRIPTS.get(shell);
    if (script === undefined) throw new UsageFailed(`completion is for ${[...SCRIPTS.keys()].join(' and ')}, not for ${shell}.`);
    return outcomeOf({ shell, script }, (printed) => [printed.script]);
  },
};

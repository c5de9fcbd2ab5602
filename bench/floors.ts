/** What no runner can be faster than, measured in the same rounds: git's own look at the repository, and the three tasks alone. */
import { commandOf, scripts } from './monorepo.ts'
import type { Runner } from './runner.ts'

const nothing = (): Record<string, string> => ({})

/** Runs in the repository of pawl. */
export const gitStatus: Runner = {
  name: 'git status --porcelain',
  program: () => '/usr/bin/git',
  files: nothing,
  argv: (program) => [program, 'status', '--porcelain'],
  scenarios: ['nothing', 'plan'],
  note: 'the floor: in the repository of the first row',
}

/** Never compared with anything: what the changed tasks cost without any runner. */
export const tasksAlone: Runner = {
  name: 'sh, the 3 tasks alone',
  program: () => '/bin/sh',
  files: nothing,
  argv: (program) => [program, '-c', `set -e; for last in packages/*; do :; done; cd "$last"; ${scripts.map(commandOf).join('; ')}`],
  scenarios: ['code'],
  note: 'the floor: no runner at all',
}

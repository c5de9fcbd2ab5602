/** Decides about fixes: the level was decided before; here a person may be asked. */
import type { Consent } from '../model/consent.ts'
import type { Task } from '../model/task.ts'

/** Asks one yes-or-no question and waits for the answer of a person. */
export type Ask = (question: string) => Promise<boolean>

/** Without `ask` every fix that the level allows may run. */
export function consentBy(ask: Ask | undefined): Consent {
  return {
    refusal: async (fix: Task, description: string) => {
      if (ask === undefined) return undefined
      return (await ask(`${fix.id} would run: ${description}\n${levelText[fix.level]}. Run it?`)) ? undefined : 'you said no'
    },
  }
}

const levelText: Readonly<Record<Task['level'], string>> = {
  0: 'It writes only ignored or derived files',
  1: 'It changes files of the repository; pawl undo takes it back',
  2: 'It rewrites a lockfile or manifest; pawl undo takes it back',
  3: 'It installs programs or touches your home folder',
  4: 'It is never run by itself',
}

/** Where nobody is to be asked. */
export const noOne: Ask = async () => false

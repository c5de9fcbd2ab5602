/** Runs pawl on a repository inside of this process: all of it but the command line, in a tenth of the time. */
import { compareWithGreen } from '../../src/app/baselines.ts'
import { check } from '../../src/app/check.ts'
import type { Checked } from '../../src/app/perform.ts'
import { findSite } from '../../src/app/site.ts'
import { newCancellation, type CancellationSource } from '../../src/model/cancellation.ts'
import type { Settlement } from '../../src/model/outcome.ts'
import type { Request } from '../../src/model/request.ts'
import { taskId } from '../../src/model/task.ts'

export type InProcess = { readonly request?: Request; readonly env?: Readonly<Record<string, string>>; readonly cancellation?: CancellationSource }

export async function checkedIn(root: string, how: InProcess = {}): Promise<Checked> {
  const env = environmentIn(root, how.env ?? {})
  const site = await findSite(root, env)
  if (!site.ok) throw new Error(site.failures.map(({ what }) => what).join('; '))
  const checked = await check(site.value, {
    request: how.request ?? {},
    command: 'pawl',
    cancellation: how.cancellation ?? newCancellation(),
    ask: async () => false,
    canAsk: false,
    reporters: async () => [],
    onWait: () => undefined,
  })
  if (!checked.ok) throw new Error(checked.failures.map(({ what, why = '' }) => `${what} (${why})`).join('; '))
  return checked.value
}

/** What became of a task in the end. */
export const outcomeOf = ({ result }: Checked, task: string): Settlement | undefined => result.settled.get(taskId(task))

/** As the command line begins: one comparison that may answer for all checks at once. */
export const answeredAtOnce = async (root: string, env: Readonly<Record<string, string>>): Promise<boolean> =>
  (await compareWithGreen(root, environmentIn(root, env), {})).answer !== undefined

const environmentIn = (root: string, env: Readonly<Record<string, string>>): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: root,
  LANG: 'C.UTF-8',
  ...env,
})

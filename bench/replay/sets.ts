/** The whole sets `fast` and `comprehensive` at the last commit: cold, with nothing changed, and with one file edited; ratios are those of one round. */
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { measure } from '../measure.ts'
import { newCheckout, projectEnvironment } from './checkout.ts'
import type { SetTimes } from './facts.ts'
import type { ReplayOptions } from './options.ts'

type Scene = { readonly pawl: string; readonly work: string; readonly wish: ReplayOptions; readonly last: string }

const states = ['cold', 'nothing changed', 'one file edited'] as const

export function setTimes({ pawl, work, wish, last }: Scene): readonly SetTimes[] {
  if (wish.rounds === 0) return []
  const checkout = newCheckout(join(work, 'sets'), wish)
  const edited = wish.edit === undefined ? undefined : join(checkout.root, wish.edit)
  const rows = new Map<string, SetTimes>()
  for (let round = 1; round <= wish.rounds; round++) {
    for (const set of ['fast', 'comprehensive']) {
      checkout.go(last)
      checkout.clean()
      if (edited !== undefined && !existsSync(edited)) throw new Error(`--edit: there is no ${wish.edit} at ${last}`)
      for (const state of states) {
        if (state === 'one file edited') {
          if (edited === undefined) continue
          appendFileSync(edited, `// edited in round ${round}\n`)
        }
        const run = measure({ argv: [pawl, '--no-fix', '--strategy', set], cwd: checkout.root, env: projectEnvironment() }, work, 'times')
        const told = /^(?:passed|failed|broken) .*$/m.exec(run.output())?.[0].replace(/; \d[\d. ]*m?s?.*$/, '') ?? `exit code ${run.exitCode}`
        const before = rows.get(`${set} ${state}`)
        rows.set(`${set} ${state}`, { set, state, wallMs: [...(before?.wallMs ?? []), run.wallMs], cpuMs: [...(before?.cpuMs ?? []), run.cpuMs], told })
        console.log(`${set}, ${state}: ${(run.wallMs / 1000).toFixed(2)} s, ${told}`)
      }
    }
  }
  return [...rows.values()]
}

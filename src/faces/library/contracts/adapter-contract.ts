/** What every adapter promises: it tells clean from dirty, never passes where it could not judge, can be stopped, and depends on nothing but its inputs. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import type { Adapter } from '../../../app/plugin.ts'
import { adapterInputs, matching, tryAdapter, tryVersion } from '../../../app/trials.ts'
import { newCancellation } from '../../../model/cancellation.ts'
import type { Outcome } from '../../../model/outcome.ts'
import { holds, sameAnswer, type ContractCase } from './contract.ts'

type Contents = Readonly<Record<string, string>>

export type AdapterSamples = {
  /** Files by path for which it passes, and those for which it does not. */
  readonly clean: Contents
  readonly dirty: Contents
  /** What `with` of the check says. */
  readonly with?: Parameters<Adapter['judge']>[0]['with']
  /** Milliseconds that a judgement may take, and in which it must end when it is stopped. Default: 30000. */
  readonly limitMs?: number
}

export function adapterContract(adapter: Adapter, samples: AdapterSamples): readonly ContractCase[] {
  const { clean, dirty, with: args = {}, limitMs = 30_000 } = samples
  const judged = (files: Contents, programs = true): Promise<Judged> =>
    inFolder(files, async (root) => {
      const before = snapshot(root)
      const outcome = await tryAdapter(adapter, { root, with: args, cancellation: newCancellation(), limitMs, programs })
      return { outcome, wrote: !sameAnswer(before, snapshot(root)) }
    })
  return [
    { name: 'clean files pass', run: async () => passes((await judged(clean)).outcome) },
    { name: 'dirty files do not', run: async () => fails((await judged(dirty)).outcome, Object.keys(dirty)) },
    {
      name: 'the same files mean the same',
      run: async () => holds(sameAnswer(timeless((await judged(dirty)).outcome), timeless((await judged(dirty)).outcome)), 'it answers in two ways'),
    },
    {
      name: 'nothing is written into the repository',
      run: async () => holds(!(await judged(clean)).wrote && !(await judged(dirty)).wrote, 'files were changed, made or removed while it judged'),
    },
    {
      name: 'where no program is installed dirty files do not pass either',
      run: async () => {
        const { kind } = (await judged(dirty, false)).outcome
        holds(kind !== 'passed', 'it passes although it could not judge')
      },
    },
    { name: 'the version is the same as long as nothing changes', run: () => inFolder(clean, (root) => steadyVersion(adapter, root, args)) },
    { name: 'what makes the difference is among its inputs', run: () => differenceIsInput(adapter, samples) },
    { name: 'it ends when it is stopped', run: () => inFolder(clean, (root) => stops(adapter, root, args, limitMs)) },
  ]
}

type Judged = { readonly outcome: Outcome; readonly wrote: boolean }

function passes(outcome: Outcome): void {
  holds(outcome.kind === 'passed', `it comes to ${told(outcome)}`)
}

function fails(outcome: Outcome, paths: readonly string[]): void {
  holds(outcome.kind === 'failed', `it comes to ${told(outcome)}`)
  const files = 'findings' in outcome ? outcome.findings.flatMap(({ file }) => file ?? []) : []
  const unknown = files.filter((file) => !paths.includes(file))
  holds(unknown.length === 0, `a finding names ${unknown[0]}, and there is no such file; paths are relative to the root`)
}

const told = (outcome: Outcome): string =>
  outcome.kind === 'errored' ? `an error: ${outcome.failure.what}${outcome.failure.why === undefined ? '' : ` (${outcome.failure.why})`}` : `'${outcome.kind}'`

const timeless = (outcome: Outcome): unknown => ({ ...outcome, durationMs: 0 })

async function steadyVersion(adapter: Adapter, root: string, args: NonNullable<AdapterSamples['with']>): Promise<void> {
  const [first, second] = [await tryVersion(adapter, root, args), await tryVersion(adapter, root, args)]
  holds(first !== undefined, 'it has no version (or version() throws), so that nothing that it proves is ever reused')
  holds(first === second, `it says '${first}', then '${second}'`)
}

async function differenceIsInput(adapter: Adapter, { clean, dirty, with: args = {} }: AdapterSamples): Promise<void> {
  const { files } = adapterInputs(adapter, args)
  // Without globs nothing is ever reused, so that nothing can be missed.
  if (files === undefined) return
  const changed = [...new Set([...Object.keys(clean), ...Object.keys(dirty)])].filter((path) => clean[path] !== dirty[path])
  holds(changed.length > 0, 'the clean and the dirty files are the same')
  const seen = await matching(files, changed)
  holds(seen.length > 0, `none of ${changed.join(', ')} is among its inputs (${files.join(' ')}): a pass would be reused for the dirty files`)
}

async function stops(adapter: Adapter, root: string, args: NonNullable<AdapterSamples['with']>, limitMs: number): Promise<void> {
  const cancellation = newCancellation()
  const startedAt = performance.now()
  const work = tryAdapter(adapter, { root, with: args, cancellation, limitMs: limitMs * 2, programs: true })
  cancellation.request('the contract stops it')
  const { kind } = await work
  holds(performance.now() - startedAt < limitMs, 'it went on after it was stopped')
  holds(kind === 'cancelled' || kind === 'errored', `stopped, it comes to '${kind}'`)
}

async function inFolder<T>(files: Contents, work: (root: string) => Promise<T>): Promise<T> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'pawl-adapter-')))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return await work(root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

const snapshot = (root: string): readonly (readonly [path: string, text: string])[] =>
  readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => [relative(root, path), readFileSync(path, 'base64')])

/** Puts pawl's git hooks into a repository and takes them out again; what is not its own it never touches. */
import { join } from 'node:path'
import { hooksFolder, readHook, removeHook, writeHook } from '../host/hooks-folder.ts'
import { failed, ok, type Failure, type Result } from '../model/failure.ts'
import { hookNames, hookScript, isOurs, keptParts, type HookName } from './hook-script.ts'
import { planFor } from './planned.ts'
import type { Site } from './site.ts'
import { stampsFolder } from './stamp.ts'
import { randomHex } from '../host/random-hex.ts'

export type HookChange = {
  readonly path: string
  readonly name: HookName
  readonly does: 'write' | 'renew' | 'keep' | 'remove' | 'nothing'
  readonly text: string
}

/** What would be done for each hook. `wanted` empty: all of ours are removed. */
export async function planHooks(site: Site, wanted: readonly HookName[], program: readonly string[]): Promise<Result<readonly HookChange[]>> {
  if (site.repository === undefined)
    return failed({ type: 'repo.no-git', what: 'git hooks need a git repository and this folder is none', hint: 'git init makes it one' })
  const folder = await hooksFolder(site.repository)
  if (!folder.ok) return folder
  const { path, foreign } = folder.value
  if (wanted.length === 0) return ok(hookNames.map((name) => removal(path, name)))
  const inTheWay = wanted.flatMap((name) => obstacle(path, name, foreign))
  if (inTheWay.length > 0) return failed(...inTheWay)
  const usual = await usualFlags(site)
  return ok(
    wanted.map((name): HookChange => {
      const before = readHook(path, name)
      const { flags = name === 'pre-commit' ? `--staged${usual}` : usual.trim(), key = randomHex(16) } = keptParts(before ?? '')
      const text = hookScript({ name, program, flags, key, stamps: stampsFolder(site, name) })
      return { path: join(path, name), name, text, does: before === undefined ? 'write' : before === text ? 'keep' : 'renew' }
    }),
  )
}

export async function carryOut(changes: readonly HookChange[]): Promise<void> {
  for (const { path, name, text, does } of changes) {
    const folder = path.slice(0, -name.length - 1)
    if (does === 'write' || does === 'renew') await writeHook(folder, name, text)
    if (does === 'remove') removeHook(folder, name)
  }
}

function removal(folder: string, name: HookName): HookChange {
  const before = readHook(folder, name)
  return { path: join(folder, name), name, text: '', does: before !== undefined && isOurs(before) ? 'remove' : 'nothing' }
}

/** Where nothing is marked as fast, a hook that asks for the fast checks would stop every commit. */
async function usualFlags(site: Site): Promise<string> {
  const fast = await planFor(site, { fast: true })
  return fast.ok && [...fast.value.plan.order].some((id) => fast.value.plan.tasks.get(id)?.task.stage === 'quality') ? ' --fast' : ''
}

function obstacle(folder: string, name: HookName, foreign: boolean): readonly Failure[] {
  const before = readHook(folder, name)
  if (!foreign && (before === undefined || isOurs(before))) return []
  const owner = ownerOf(folder, before ?? '')
  return [
    {
      type: 'hooks.foreign',
      what: foreign ? `the hooks of this repository are in ${folder}, which is not git's own folder` : `there is a ${name} hook that pawl did not write`,
      why: `it belongs to ${owner.who}`,
      kept: 'nothing was written',
      hint: owner.hint(name),
      place: { file: join(folder, name) },
    },
  ]
}

type Owner = { readonly who: string; readonly hint: (name: HookName) => string }

const lineFor = (name: HookName): string => (name === 'pre-commit' ? 'pawl hook pre-commit --staged --fast' : 'pawl hook pre-push --fast')

/** Whoever runs the hooks already can run pawl among them. */
function ownerOf(folder: string, text: string): Owner {
  if (/[\\/]\.husky([\\/]|$)/.test(folder)) return { who: 'husky', hint: (name) => `Add this line to .husky/${name}:  ${lineFor(name)}` }
  if (/\blefthook\b/i.test(text)) return { who: 'lefthook', hint: (name) => `Add to lefthook.yml:  ${name}: { jobs: [{ name: pawl, run: ${lineFor(name)} }] }` }
  if (/pre-commit\.com|\bprek\b|pre_commit/i.test(text))
    return {
      who: /\bprek\b/i.test(text) ? 'prek' : 'pre-commit',
      hint: (name) =>
        `Add to .pre-commit-config.yaml under repos:  { repo: local, hooks: [{ id: pawl-${name}, name: pawl, language: system, entry: ${lineFor(name)}, pass_filenames: false, always_run: true, stages: [${name}] }] }`,
    }
  if (/simple-git-hooks/i.test(text))
    return { who: 'simple-git-hooks', hint: (name) => `Add to "simple-git-hooks" in package.json:  "${name}": "${lineFor(name)}"` }
  return { who: 'somebody else', hint: (name) => `Add this line to it:  ${lineFor(name)} || exit $?` }
}

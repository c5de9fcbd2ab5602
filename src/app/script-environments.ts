/** Gives scripts the environment of their package manager: it is asked once for the root and once for the packages, and its answer is kept while nothing it depends on changes. */
import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { scriptEnvironment, type ManagerAnswer } from '../executors/script-environment.ts'
import { settingFiles, settingsDigest } from '../host/script-settings.ts'
import { saveAtomic } from '../host/save-atomic.ts'
import { askManager } from '../host/script-probe.ts'
import { toolIdentities } from '../host/tool-identity.ts'
import { isTable } from '../config/presets/manifests.ts'
import type { Result } from '../model/failure.ts'
import { failed, ok } from '../model/failure.ts'
import type { PackageScript } from '../model/task.ts'
import type { Site } from './site.ts'
import { sha256 } from '../host/digest.ts'

type Environment = Readonly<Record<string, string>>
export type ScriptEnvironments = (script: PackageScript, folder: string, env: Environment) => Promise<Result<(event: string, text: string) => Environment>>

/** `keep` false: nothing is written (dry runs). */
export function scriptEnvironments(site: Site, tag: string, keep: boolean): ScriptEnvironments {
  const answers = new Map<string, Promise<Result<ManagerAnswer>>>()
  return async (script, folder, env) => {
    // What the manager says of one package holds for the others, with their own names and folders.
    const kind = `${script.manager} ${folder === site.root ? 'root' : 'package'}`
    const asked = answers.get(kind) ?? answerFor(site, { script, folder, env, tag }, keep)
    answers.set(kind, asked)
    const [answer, text] = await Promise.all([asked, readFile(join(folder, 'package.json'), 'utf8')])
    if (!answer.ok) return failed(...answer.failures)
    const manifest: unknown = JSON.parse(text.replace(/^\uFEFF/, ''))
    return ok(scriptEnvironment(answer.value, { script, folder, manifest: isTable(manifest) ? manifest : {}, env }))
  }
}

type Question = Parameters<typeof askManager>[1]

async function answerFor(site: Site, question: Question, keep: boolean): Promise<Result<ManagerAnswer>> {
  const { script, folder, env } = question
  const file = join(site.stateFolder, 'script-environments')
  const tools = toolIdentities(site.processes, site.root)
  const programs = await Promise.all([script.manager, 'node'].map((name) => tools.of(name, env, folder)))
  const inRoot = folder === site.root ? 'root' : 'package'
  const key = digestOf([
    site.root,
    inRoot,
    script.manager,
    programs,
    Object.entries(env)
      .filter(([name]) => name !== 'PATH' && !Object.hasOwn(site.given ?? {}, name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
    await settingsDigest(site.root, env),
  ])
  const known = await kept(file)
  const before = known[key]
  if (before !== undefined && (await digestOfFiles(before)) === before.files) return ok(before)
  const answer = await askManager(site.processes, question)
  if (!answer.ok || !keep) return answer
  const entry = { ...answer.value, files: await digestOfFiles(answer.value) }
  await mkdir(dirname(file), { recursive: true })
  // Old answers go: there are two that hold, and few people have two managers.
  const others = Object.entries(known).slice(-7)
  await saveAtomic(file, `${JSON.stringify({ v: 1, answers: Object.fromEntries([...others, [key, entry]]) })}\n`)
  return answer
}

type Kept = ManagerAnswer & { readonly files: string }

/** Settings that lie where only the manager knows: it names them in its answer. */
const digestOfFiles = ({ set }: ManagerAnswer): Promise<string> =>
  settingFiles([set['npm_config_globalconfig'], set['npm_config_userconfig']].filter((path) => path !== undefined))

const digestOf = (value: unknown): string => sha256(JSON.stringify(value))

/** A file that is not there, or not ours any more, holds no answer: the manager is asked again. */
async function kept(file: string): Promise<Readonly<Record<string, Kept>>> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'))
    return isTable(value) && value['v'] === 1 && isTable(value['answers']) ? Object.fromEntries(Object.entries(value['answers']).filter(isKept)) : {}
  } catch (error) {
    if (error instanceof SyntaxError || (error instanceof Error && 'code' in error)) return {}
    throw error
  }
}

const isKept = (entry: [string, unknown]): entry is [string, Kept] => {
  const [, value] = entry
  return isTable(value) && typeof value['folder'] === 'string' && isTable(value['set']) && Array.isArray(value['unset']) && Array.isArray(value['path'])
}

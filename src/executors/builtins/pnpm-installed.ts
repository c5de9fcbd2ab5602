/** Says whether node_modules holds what pnpm-lock.yaml says: by the copy of the lockfile that pnpm leaves, and by looking at the folders. */
import type { Files } from '../../model/files.ts'
import type { Finding } from '../../model/finding.ts'
import type { Builtin } from '../builtin.ts'
import {
  inFolder,
  isListed,
  lookups,
  parseTable,
  readManifests,
  shortened,
  textIn,
  textList,
  wishes,
  type JsonTable,
  type PackageManifest,
} from './package-manifests.ts'

const suggestion = 'pnpm install --frozen-lockfile'

/** manifests: globs of the package.json files of the workspace. */
export const pnpmInstalled: Builtin = async (args, world) => {
  const { files } = world
  const manifests = await readManifests(files, args['manifests'])
  if ('failure' in manifests) return manifests
  const lock = await files.read('pnpm-lock.yaml')
  if (lock === undefined) return { failure: { type: 'detect.unreadable', what: 'pnpm-lock.yaml is missing', place: { file: 'pnpm-lock.yaml' } } }
  if (manifests.every((manifest) => wishes(manifest).length === 0)) return { findings: [], summary: 'nothing has to be installed' }
  const modules = await readModules(files)
  if (modules === undefined)
    return {
      findings: [finding((await files.exists('node_modules')) ? 'node_modules was not installed by pnpm, or not to the end' : 'node_modules is missing')],
      summary: 'nothing is installed',
    }
  const stale = compareLocks(lock, await files.read('node_modules/.pnpm/lock.yaml'))
  const missing = stale.length > 0 ? [] : [...(await missingDirect(files, manifests, isOutside(modules))), ...(await missingFolders(files, lock, modules))]
  const findings = [...stale, ...missing]
  return {
    findings: shortened(findings),
    summary: findings.length === 0 ? 'node_modules is as in pnpm-lock.yaml' : `${findings.length} parts of node_modules are not as in pnpm-lock.yaml`,
  }
}

/** Newer versions write JSON under this name. */
async function readModules(files: Files): Promise<JsonTable | undefined> {
  const text = await files.read('node_modules/.modules.yaml')
  if (text === undefined) return undefined
  const json = text.trimStart().startsWith('{') ? parseTable(text) : 'YAML'
  if (typeof json !== 'string') return json
  const { parse } = await import('yaml')
  const table = parseTable(JSON.stringify(parse(text, { stringKeys: true }) ?? {}))
  return typeof table === 'string' ? {} : table
}

/** The copy may lack what another machine or a filter left out; whatever it has must be the same. */
function compareLocks(wanted: string, installed: string | undefined): readonly Finding[] {
  if (installed === undefined) return [finding('pnpm left no record of what it installed')]
  if (wanted === installed) return []
  const [now, then] = [blocksOf(wanted), blocksOf(installed)]
  return [...now].flatMap(([key, block]) => {
    const before = then.get(key)
    if (before === block || (before === undefined && /\boptional: true|^ {4}(os|cpu|libc): /m.test(block))) return []
    const [section = '', name = ''] = key.split('\n')
    if (section === 'importers' && before === undefined) return [finding(`the package in ${name === '.' ? 'the root' : name} is not installed`)]
    return section === 'packages' && before === undefined
      ? []
      : [
          finding(
            `${section === 'importers' ? `the dependencies of ${name === '.' ? 'the root' : name}` : name} ${before === undefined ? 'are not installed' : 'changed since the installation'}`,
          ),
        ]
  })
}

/** "packages\n/a@1.0.0" → its lines. pnpm always writes sections at column 0 and their entries indented by two. */
function blocksOf(text: string): ReadonlyMap<string, string> {
  const judged = new Set(['importers', 'packages', 'snapshots', 'dependencies', 'devDependencies', 'optionalDependencies', 'patchedDependencies'])
  const blocks = new Map<string, string>()
  let section = ''
  let key = ''
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue
    const top = /^([\w-]+):/.exec(line)?.[1]
    if (top !== undefined) section = top
    const name = /^ {2}(\S.*?):(?: (.*))?$/.exec(line)
    if (name?.[1] !== undefined) key = `${section}\n${name[1].replace(/^'(.*)'$/, '$1')}`
    if (judged.has(section) && line.startsWith('  ')) blocks.set(key, `${blocks.get(key) ?? ''}${line}\n`)
  }
  return blocks
}

/** With a store that all repositories share, packages are links that lead out of this one: only their names can be looked at. */
const isOutside = (modules: JsonTable): boolean => /^(\.\.|[/\\]|[A-Za-z]:)/.test(textIn(modules, 'virtualStoreDir') ?? '.pnpm')

async function missingDirect(files: Files, manifests: readonly PackageManifest[], outside: boolean): Promise<readonly Finding[]> {
  const asked = manifests.flatMap((manifest) =>
    wishes(manifest)
      .filter((wish) => !wish.optional)
      .map((wish) => ({ manifest, wish })),
  )
  const there = await Promise.all(
    asked.map(async ({ manifest, wish }) => {
      const linked = outside || /^(link|file):/.test(wish.range)
      for (const place of lookups(manifest.folder, wish.name)) {
        if ((await files.exists(`${place}/package.json`)) || (linked && (await isListed(files, place)))) return true
      }
      return false
    }),
  )
  return asked.filter((_, i) => there[i] === false).map(({ manifest, wish }) => finding(`${inFolder(manifest.folder, `node_modules/${wish.name}`)} is missing`))
}

/** Only packages without peers: the folders of the others have names that depend on the version of pnpm. */
async function missingFolders(files: Files, lock: string, modules: JsonTable): Promise<readonly Finding[]> {
  if (textIn(modules, 'nodeLinker') !== 'isolated' || (textIn(modules, 'virtualStoreDir') ?? '.pnpm') !== '.pnpm' || !/^lockfileVersion: '?9/m.test(lock))
    return []
  const skipped = new Set(textList(modules['skipped']))
  const present = new Set(await files.list('node_modules/.pnpm'))
  const keys = [...blocksOf(lock)]
    .filter(([key, block]) => key.startsWith('snapshots\n') && !/\boptional: true/.test(block))
    .map(([key]) => key.slice('snapshots\n'.length))
  const plain = keys.filter((key) => !skipped.has(key) && /^[a-z0-9@._/+-]+$/.test(key) && key.length < 60)
  const gone = plain.filter((key) => !present.has(`${key.replaceAll('/', '+')}/`))
  return gone.map((key) => finding(`node_modules/.pnpm/${key.replaceAll('/', '+')} is missing`))
}

const finding = (message: string): Finding => ({ file: 'node_modules', severity: 'error', rule: 'installed', message, suggestion, fixable: true })

/** What `git add --all` and `git commit` make of a small new repository, written without git, for tests: starting it twice takes longer than most of them. */
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync, type BigIntStats } from 'node:fs'
import { join } from 'node:path'
import { deflateSync } from 'node:zlib'

/** "Name <mail> 1700000000 +0000" */
export type Signature = string

type Entry = { readonly path: string; readonly mode: number; readonly id: string; readonly stat: BigIntStats }
/** What a repository was when it was last written here; where it is another now, git is asked. */
type Known = {
  readonly branch: string
  readonly config: string
  readonly names: string
  readonly commit: string
  readonly index: Uint8Array
  readonly rules: string | undefined
}

const known = new Map<string, Known>()
const fileOf = (root: string, name: string): string => join(root, '.git', name)
const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '')
const namesIn = (root: string): string => readdirSync(fileOf(root, '')).sort().join(' ')
const sha1 = (content: Uint8Array): string => createHash('sha1').update(content).digest('hex')

/** For `writtenCommit`: a repository that `git init` made (of SHA-1, with files of refs, without hooks), with nothing in it. */
export function knownAsNew(root: string): void {
  const branch = textOf(fileOf(root, 'HEAD')).trim().slice('ref: '.length)
  known.set(root, { branch, config: textOf(fileOf(root, 'config')), names: namesIn(root), commit: '', index: new Uint8Array(), rules: undefined })
}

/** The id of the new commit; undefined where only git knows what it would do: a setting, an attribute, a hook, a rule of ignoring that is not plain, or git was there since. Nothing is written then. */
export function writtenCommit(root: string, message: string, by: Signature): string | undefined {
  const before = known.get(root)
  const rules = textOf(join(root, '.gitignore'))
  const isIgnored = rulesOf(rules)
  // With other rules than before something that is tracked could be ignored.
  if (before === undefined || isIgnored === undefined || (before.rules ?? rules) !== rules || !isAsLeft(root, before)) return undefined
  const entries = entriesBelow(root, '', isIgnored)
  if (entries === undefined) return undefined
  entries.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)))
  for (const { path, mode } of entries) writtenObject(fileOf(root, 'objects'), 'blob', contentOf(join(root, path), mode))
  const parent = before.commit === '' ? '' : `parent ${before.commit}\n`
  const text = `tree ${writtenTree(root, entries, '')}\n${parent}author ${by}\ncommitter ${by}\n\n${message}\n`
  const commit = writtenObject(fileOf(root, 'objects'), 'commit', Buffer.from(text))
  const index = indexOf(entries)
  writeFileSync(fileOf(root, 'index'), index)
  writeFileSync(fileOf(root, 'COMMIT_EDITMSG'), `${message}\n`)
  writeFileSync(fileOf(root, before.branch), `${commit}\n`)
  const line = `${before.commit || '0'.repeat(40)} ${commit} ${by}\tcommit${parent === '' ? ' (initial)' : ''}: ${message.split('\n')[0]}\n`
  mkdirSync(fileOf(root, 'logs/refs/heads'), { recursive: true })
  for (const log of ['HEAD', before.branch]) appendFileSync(fileOf(root, `logs/${log}`), line)
  known.set(root, { ...before, names: namesIn(root), commit, index, rules })
  return commit
}

function isAsLeft(root: string, before: Known): boolean {
  const hooks = fileOf(root, 'hooks')
  const index = fileOf(root, 'index')
  return (
    namesIn(root) === before.names &&
    textOf(fileOf(root, 'config')) === before.config &&
    textOf(fileOf(root, 'HEAD')) === `ref: ${before.branch}\n` &&
    textOf(fileOf(root, before.branch)).trim() === before.commit &&
    Buffer.compare(existsSync(index) ? readFileSync(index) : Buffer.alloc(0), before.index) === 0 &&
    (!existsSync(hooks) || readdirSync(hooks).length === 0) &&
    !existsSync(fileOf(root, 'info/attributes')) &&
    !textOf(fileOf(root, 'info/exclude')).split('\n').some(isRule)
  )
}

const isRule = (line: string): boolean => line !== '' && !line.startsWith('#')

/** Undefined: a rule that is not plainly a name, a name at the top, or an extension. */
function rulesOf(text: string): ((path: string, isFolder: boolean) => boolean) | undefined {
  const rules = text.split('\n').filter(isRule)
  if (!rules.every((rule) => /^(\/?[\w.-]+|\*\.\w+)\/?$/.test(rule))) return undefined
  return (path, isFolder) =>
    rules.some((rule) => {
      const name = rule.replace(/\/$/, '')
      if (rule.endsWith('/') && !isFolder) return false
      if (name.startsWith('/')) return path === name.slice(1)
      const last = path.slice(path.lastIndexOf('/') + 1)
      return name.startsWith('*') ? last.endsWith(name.slice(1)) : last === name
    })
}

const strange = ['.git', '.gitattributes', '.gitmodules']

/** Undefined: something of which only git knows what becomes of it. */
function entriesBelow(root: string, folder: string, isIgnored: (path: string, isFolder: boolean) => boolean): Entry[] | undefined {
  const entries: Entry[] = []
  for (const name of readdirSync(join(root, folder))) {
    const path = folder === '' ? name : `${folder}/${name}`
    if (path === '.git') continue
    // A name with that mark was perhaps no UTF-8.
    if (strange.includes(name) || (name === '.gitignore' && folder !== '') || name.includes('\ufffd')) return undefined
    const stat = lstatSync(join(root, path), { bigint: true })
    if (isIgnored(path, stat.isDirectory())) continue
    if (stat.isDirectory()) {
      const inner = entriesBelow(root, path, isIgnored)
      if (inner === undefined) return undefined
      entries.push(...inner)
    } else {
      if (!stat.isFile() && !stat.isSymbolicLink()) return undefined
      const mode = stat.isSymbolicLink() ? 0o120000 : (stat.mode & 0o100n) === 0n ? 0o100644 : 0o100755
      entries.push({ path, mode, id: sha1(object('blob', contentOf(join(root, path), mode))), stat })
    }
  }
  return entries
}

const contentOf = (path: string, mode: number): Uint8Array => (mode === 0o120000 ? Buffer.from(readlinkSync(path)) : readFileSync(path))
const object = (type: string, content: Uint8Array): Buffer => Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content])

/** An object as git stores it, in its folder of objects; its id. */
export function writtenObject(objects: string, type: 'blob' | 'tree' | 'commit', content: Uint8Array): string {
  const whole = object(type, content)
  const id = sha1(whole)
  const folder = join(objects, id.slice(0, 2))
  mkdirSync(folder, { recursive: true })
  const path = join(folder, id.slice(2))
  if (!existsSync(path)) writeFileSync(path, deflateSync(whole), { mode: 0o444 })
  return id
}

/** Git sorts a folder as if its name ended with a slash. */
function writtenTree(root: string, entries: readonly Entry[], folder: string): string {
  const parts = new Map<string, readonly [line: string, id: string]>()
  for (const { path, mode, id } of entries.filter((entry) => entry.path.startsWith(folder))) {
    const [name = '', ...more] = path.slice(folder.length).split('/')
    if (more.length === 0) parts.set(name, [`${mode.toString(8)} ${name}\0`, id])
    else if (!parts.has(`${name}/`)) parts.set(`${name}/`, [`40000 ${name}\0`, writtenTree(root, entries, `${folder}${name}/`)])
  }
  const sorted = [...parts].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return writtenObject(fileOf(root, 'objects'), 'tree', Buffer.concat(sorted.flatMap(([, [line, id]]) => [Buffer.from(line), Buffer.from(id, 'hex')])))
}

/** Version 2, with what git remembers of each file so that it need not be read again. */
function indexOf(entries: readonly Entry[]): Uint8Array {
  const numbers = (...values: readonly bigint[]): Buffer => {
    const buffer = Buffer.alloc(values.length * 4)
    values.forEach((value, i) => buffer.writeUInt32BE(Number(value & 0xffff_ffffn), i * 4))
    return buffer
  }
  const lines = entries.map(({ path, mode, id, stat }) => {
    const [name, second] = [Buffer.from(path), 1_000_000_000n]
    const times = [stat.ctimeNs / second, stat.ctimeNs % second, stat.mtimeNs / second, stat.mtimeNs % second]
    const flags = Buffer.from([Math.min(name.length, 0xfff) >> 8, Math.min(name.length, 0xfff) & 0xff])
    const head = numbers(...times, stat.dev, stat.ino, BigInt(mode), stat.uid, stat.gid, stat.size)
    return Buffer.concat([head, Buffer.from(id, 'hex'), flags, name, Buffer.alloc(8 - ((62 + name.length) % 8))])
  })
  const body = Buffer.concat([Buffer.from('DIRC'), numbers(2n, BigInt(entries.length)), ...lines])
  return Buffer.concat([body, Buffer.from(sha1(body), 'hex')])
}

/**
 * Runs on the user's Node, in a process that lives on between calls: each call is the tool's own command line, loaded once. Reads one line of JSON
 * for each call from its input, and answers with one line behind a mark that only pawl and this process know; what else is printed is the tool's.
 */
import { realpathSync, statSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { Readable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'

const [tool, mark] = process.argv.slice(2)
const require = createRequire(import.meta.url)
const say = process.stdout.write.bind(process.stdout)
const requests = process.stdin
const home = process.cwd()

/** Real path → how each file was that became a module of this process, seen before it was read. */
const loaded = new Map()
/** What modules of the repository itself bring in that nobody can watch. */
let unseen

const isInstalled = (path) => path.includes(`${sep}node_modules${sep}`)
const pathOf = (url) => (url?.startsWith('file:') ? fileURLToPath(url) : undefined)

/** Names of built-in modules through which a configuration can depend on what is no module. */
const reaching = /^(?:node:)?(?:fs|fs\/promises|child_process|http|https|http2|net|dns|sqlite|worker_threads)$/

/** The clock of the file system ticks more slowly than that. */
const youngMs = 50

function sightOf(path) {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false })
  return found === undefined ? 'missing' : `${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`
}

function watchModules() {
  module.registerHooks({
    resolve(specifier, context, next) {
      const parent = pathOf(context.parentURL)
      if (parent !== undefined && !isInstalled(parent) && reaching.test(specifier))
        unseen ??= `${parent} uses ${specifier}, so its answers may depend on anything`
      return next(specifier, context)
    },
    load(url, context, next) {
      const path = pathOf(url)
      if (path !== undefined && !loaded.has(path)) loaded.set(path, isYoung(path) ? 'young' : sightOf(path))
      return next(url, context)
    },
  })
}

/** It may change again without looking different. */
const isYoung = (path) => Date.now() - (statSync(path, { throwIfNoEntry: false })?.ctimeMs ?? 0) < youngMs

/** The first module that is not as it was when it was loaded. */
const changedModule = () => [...loaded].find(([path, sight]) => sightOf(path) !== sight)?.[0]

const cannotForget = 'its parser cannot be told to forget the types that it knows'

/** `forget`: what may be old. `spent`: why it may not be called again after what it printed; undefined: it may. */
const tools = {
  async eslint(program) {
    const folder = dirname(dirname(realpathSync(program)))
    if (process.env.ESLINT_USE_FLAT_CONFIG === 'false') throw new Refusal('ESLINT_USE_FLAT_CONFIG asks for what it does not know')
    // Taken for a single run, because of the name of the program, the parser would give a file that it sees again no types of others.
    const single = process.env.TSESTREE_SINGLE_RUN ?? 'false'
    process.env.TSESTREE_SINGLE_RUN = single
    const cli = require(join(folder, 'lib/cli.js'))
    if (typeof cli.execute !== 'function') throw new Refusal('this version of ESLint cannot be called from within')
    let knowsTypes = false
    return {
      forget() {
        if (knowsTypes && clearTypes() === 0) throw new Refusal(cannotForget)
      },
      run: () => cli.execute(process.argv),
      spent(stdout) {
        const told = tellingOf(stdout)
        if (told === undefined) return 'ESLint does not tell what its rules remember of other files'
        knowsTypes = told === 'types'
        if (told === 'types' && (typeCaches().length === 0 || single !== 'false')) return cannotForget
        return told === '' || told === 'types' ? undefined : told
      },
    }
  },
  async prettier(program) {
    const folder = dirname(dirname(realpathSync(program)))
    if (process.env.PRETTIER_EXPERIMENTAL_CLI) throw new Refusal('PRETTIER_EXPERIMENTAL_CLI asks for what it does not know')
    const cli = await importFirst(folder, ['internal/legacy-cli.mjs', 'internal/cli.mjs'])
    const { clearConfigCache } = await import(pathToFileURL(join(folder, 'index.mjs')).href)
    if (typeof cli?.run !== 'function' || typeof clearConfigCache !== 'function') throw new Refusal('this version of Prettier cannot be called from within')
    return {
      forget: () => clearConfigCache(),
      async run() {
        await cli.run(process.argv.slice(2))
        return process.exitCode ?? 0
      },
      spent: () => {
        const other = [...loaded.keys()].find((path) => isInstalled(path) && !path.startsWith(folder + sep))
        return other === undefined ? undefined : `it loads ${packageIn(other)}, which may remember other files`
      },
    }
  },
}

class Refusal extends Error {}

async function importFirst(folder, names) {
  for (const name of names) {
    const path = join(folder, name)
    if (statSync(path, { throwIfNoEntry: false }) !== undefined) return import(pathToFileURL(path).href)
  }
  return undefined
}

const packageIn = (path) => /^(?:@[^\\/]+[\\/])?[^\\/]+/.exec(path.slice(path.lastIndexOf(`${sep}node_modules${sep}`) + 14))?.[0] ?? path

/** What the formatter of pawl says that the rules and the parser remember; undefined when it says nothing. */
function tellingOf(stdout) {
  try {
    const { remembers } = JSON.parse(stdout)
    return typeof remembers === 'string' ? remembers : undefined
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** How each parser that was loaded forgets its types. None when one of them cannot: older ones keep their project service, and the files that it has read. */
function typeCaches() {
  const clears = new Map()
  for (const { filename, exports } of Object.values(require.cache)) {
    const folder = /^.*[\\/]@typescript-eslint[\\/]parser(?=[\\/])/.exec(filename ?? '')?.[0]
    if (folder === undefined) continue
    const clear = exports?.clearCaches
    const forgets = typeof clear === 'function' && String(clear).includes('ProjectService')
    if (forgets || !clears.has(folder)) clears.set(folder, forgets ? clear : undefined)
  }
  const all = [...clears.values()]
  return all.includes(undefined) ? [] : all
}

function clearTypes() {
  const caches = typeCaches()
  for (const clear of caches) clear()
  return caches.length
}

/** Takes over what is printed until the call is over. */
function capture() {
  const printed = { stdout: [], stderr: [] }
  const before = ['stdout', 'stderr'].map((name) => [name, process[name].write])
  for (const [name] of before)
    process[name].write = (chunk, encoding, done) => {
      printed[name].push(typeof chunk === 'string' ? Buffer.from(chunk, typeof encoding === 'string' ? encoding : 'utf8') : Buffer.from(chunk))
      const callback = typeof encoding === 'function' ? encoding : done
      if (callback !== undefined) process.nextTick(callback)
      return true
    }
  return () => {
    for (const [name, write] of before) process[name].write = write
    return { stdout: Buffer.concat(printed.stdout).toString('utf8'), stderr: Buffer.concat(printed.stderr).toString('utf8') }
  }
}

let loadedTool

async function called({ program, words }) {
  const changed = changedModule()
  if (changed !== undefined) return { stale: changed }
  process.argv = [process.execPath, program, ...words]
  process.exitCode = undefined
  const end = capture()
  const cpu = process.cpuUsage()
  try {
    loadedTool ??= await tools[tool](program)
    await loadedTool.forget()
    const code = await loadedTool.run()
    const printed = end()
    const { user, system } = process.cpuUsage(cpu)
    const spent = unseen ?? (process.cwd() === home ? loadedTool.spent(printed.stdout) : 'it goes to another folder')
    return { code, ...printed, cpuMs: Math.round((user + system) / 1000), bytes: process.memoryUsage.rss(), ...(spent === undefined ? {} : { spent }) }
  } catch (error) {
    end()
    return error instanceof Refusal ? { refused: error.message, spent: error.message } : { refused: `it broke: ${firstLine(error)}` }
  } finally {
    process.exitCode = undefined
  }
}

const firstLine = (error) =>
  String(error instanceof Error ? error.message : error)
    .trim()
    .split('\n')[0]

function answer(id, told) {
  say(`\n${mark}${JSON.stringify({ id, ...told })}\n`)
}

/** Nothing that a tool leaves undone may look like an answer to the next call. */
let current
const broken = (error) => {
  answer(current, { refused: `it broke: ${firstLine(error)}` })
  process.exit(70)
}
process.on('uncaughtException', broken)
process.on('unhandledRejection', broken)

module.enableCompileCache?.()
// The command line of a tool reads nothing.
Object.defineProperty(process, 'stdin', { value: Object.assign(Readable.from([]), { fd: 0, isTTY: false }), configurable: true })

async function answered(request, before) {
  await before
  current = request.id
  answer(request.id, await called(request))
  current = undefined
}

let rest = ''
let turn = Promise.resolve()
requests.setEncoding('utf8')
requests.on('data', (text) => {
  const lines = (rest + text).split('\n')
  rest = lines.pop() ?? ''
  for (const line of lines) {
    const request = JSON.parse(line)
    turn = answered(request, turn)
  }
})
// Pawl is gone, or needs no more.
requests.on('end', () => process.exit(0))

if (typeof module.registerHooks === 'function') watchModules()
else unseen = `Node ${process.versions.node} does not tell which modules are loaded (22.15 and newer do)`

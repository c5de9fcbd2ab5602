/** Secrets stay secret: no known value, in any encoding, in anything that pawl keeps or shows (T41, T43). */
import { Buffer } from 'node:buffer'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { newRedactor } from '../../src/model/redaction.ts'
import { newRepo } from '../journeys/rig.ts'
import { canaries, encodings, hidden, piecesOf, type Canary } from './canaries.ts'
import type { SoakRow } from './soak-row.ts'

export const rows: readonly SoakRow[] = [
  { id: 'T43', title: 'every form of a known secret is taken out, wherever the stream of bytes is split', run: splitEverywhere },
  { id: 'T41', title: 'no canary in any file, output or document of a real run', run: realRun },
]

async function splitEverywhere(size: 'ci' | 'full', report: (line: string) => void): ReturnType<SoakRow['run']> {
  const all = canaries(size)
  const redactor = newRedactor(all)
  if (redactor === undefined) return { cases: 0, broken: ['nothing is looked for'] }
  const broken: string[] = []
  let cases = 0
  for (const canary of all) {
    for (const [encoding, encode] of Object.entries(encodings)) {
      const { text, core } = hidden(canary.value, encode)
      const bytes = Buffer.from(text)
      const pieces = piecesOf(core)
      const shownWith = (cuts: readonly number[]): string => {
        const stream = redactor.stream()
        const borders = [0, ...cuts, bytes.length]
        const parts = borders.slice(1).map((to, at) => Buffer.from(stream.push(bytes.subarray(borders[at], to))))
        return Buffer.concat([...parts, Buffer.from(stream.end())]).toString()
      }
      const whole = shownWith([])
      const judged = (what: string, shown: string): void => {
        cases += 1
        if (shown !== whole || pieces.some((piece) => shown.includes(piece)) || !shown.includes('[redacted '))
          broken.push(`${canary.name}, ${encoding}, ${what}: ${shown.slice(0, 80)}`)
      }
      judged('whole', whole)
      judged('as text', redactor.text(text))
      judged('byte by byte', shownWith(Array.from({ length: bytes.length - 1 }, (_, at) => at + 1)))
      const step = size === 'full' || bytes.length < 400 ? 1 : 3
      for (let cut = 1; cut < bytes.length; cut += step) {
        judged(`split at ${cut}`, shownWith([cut]))
        if (size === 'full' && bytes.length < 200)
          for (let second = cut + 1; second < bytes.length; second += 1) judged(`split at ${cut}, ${second}`, shownWith([cut, second]))
      }
    }
    report(`${canary.name}: ${cases} cases so far`)
  }
  return { cases, broken: broken.slice(0, 20) }
}

/** Prints what the variables hold in every encoding, in small writes, as findings, as plain lines and on both outputs. */
const telltale = (names: readonly string[]): string => `
const fs = require('node:fs')
const b = (v, p, k) => Buffer.from('xxx'.slice(0, p) + v + 'yyy').toString(k)
const slowly = (to, text) => { const bytes = Buffer.from(text); for (let at = 0; at < bytes.length; at += 57) fs.writeSync(to, bytes.subarray(at, at + 57)) }
for (const name of ${JSON.stringify(names)}) {
  const v = process.env[name] ?? 'the variable did not arrive: ' + name
  const hex = Buffer.from(v).toString('hex')
  const forms = [v, b(v, 0, 'base64'), b(v, 1, 'base64'), b(v, 2, 'base64'), b(v, 1, 'base64url'), encodeURIComponent(v), JSON.stringify(v), hex, hex.toUpperCase()]
  for (const form of forms) { slowly(1, 'a.txt:1:1: error: ' + form + ' [rule]\\n'); slowly(2, 'plain ' + form + '\\n') }
}
process.exit(Number(process.argv[2]))
`

const bun = join(import.meta.dirname, '../../node_modules/.bin/bun')

async function realRun(size: 'ci' | 'full', report: (line: string) => void): ReturnType<SoakRow['run']> {
  const all = canaries(size)
  const names = all.map(({ name }) => name)
  await using repo = await newRepo({ 'a.txt': 'a', 'telltale.cjs': telltale(names) })
  const pass = JSON.stringify(names)
  const check = (command: readonly string[], more = ''): string => `{ command: ${JSON.stringify(command)}, passEnv: ${pass}${more} }\n`
  const argument = all[0]?.value ?? ''
  repo.write({
    'pawl.yaml': `detect: false\ndiskFree: 1MB\nchecks:\n  passes: ${check([bun, 'telltale.cjs', '0'])}  fails: ${check([bun, 'telltale.cjs', '1'])}  crashes: ${check([bun, 'telltale.cjs', '9'], ', exits: { findings: [1] }')}  json: ${check([bun, 'telltale.cjs', '0'], ', parser: eslint-json')}  argument: ${check(['/no/such/program', argument])}  told: ${check([bun, '-e', 'process.exit(1)', argument], `, env: { DB_PASSWORD2: ${JSON.stringify(argument)} }`)}  mended: ${check([bun, 'telltale.cjs', '1'], `, fix: { command: ${JSON.stringify([bun, 'telltale.cjs', '1'])} }`)}`,
  })
  const env = { ...Object.fromEntries(all.map(({ name, value }) => [name, value])), GITHUB_STEP_SUMMARY: join(repo.root, '../summary.md') }
  const outputs: [string, string][] = []
  const few: readonly (readonly string[])[] = [
    ['--json'],
    ['--format', 'sarif'],
    ['--format', 'github', '--verbose'],
    ['--only', argument],
    ['logs', 'fails'],
    ['why', 'told'],
  ]
  const more: readonly (readonly string[])[] = [
    [],
    ['--verbose'],
    ['--format', 'junit'],
    ['--format', 'json'],
    ['--dry-run'],
    ['logs'],
    ['logs', 'passes'],
    ['plan', '--json'],
    ['history', '--json'],
    ['status'],
  ]
  const runs = size === 'full' ? [...few, ...more] : few
  for (const args of runs) {
    const { stdout, stderr } = await repo.start(args, { env }).ended
    outputs.push([`pawl ${args.join(' ')}`, stdout + stderr])
    report(`pawl ${args.slice(0, 2).join(' ')}: ${stdout.length + stderr.length} characters`)
  }
  const kept = [join(repo.root, '.pawl'), join(repo.root, '../summary.md')]
    .flatMap(filesBelow)
    .map((path): [string, string] => [path.slice(repo.root.length), readFileSync(path, 'latin1')])
    // The copy for undo of a file that holds the secret in the open, for all to read.
    .filter(([, text]) => text !== repo.read('pawl.yaml'))
  const broken = [...outputs.map(([what, text]): [string, string] => [what, Buffer.from(text).toString('latin1')]), ...kept].flatMap(([what, text]) =>
    sightings(what, text, all),
  )
  const ran =
    outputs.some(([, text]) => text.includes('[redacted GITHUB_TOKEN]')) &&
    kept.some(([path, text]) => path.includes('logs') && text.includes('[redacted DB_PASSWORD]'))
  return { cases: outputs.length + kept.length, broken: [...(ran ? [] : ['the tool was never seen to print its secrets']), ...broken].slice(0, 20) }
}

/** Pieces that overlap by half: of what is longer than one and a half of them nothing can be missed. */
function sightings(what: string, text: string, all: readonly Canary[]): readonly string[] {
  return all.flatMap(({ name, value }) => {
    const cores = Object.values(encodings).map((encode) => Buffer.from(hidden(value, encode).core).toString('latin1'))
    const pieces = new Set(cores.flatMap((core) => piecesOf(core).filter((_, at, list) => at % 5 === 0 || at === list.length - 1)))
    const found = [...pieces].find((piece) => text.includes(piece))
    return found === undefined ? [] : [`${what}: ${name}: ${found}`]
  })
}

function filesBelow(path: string): readonly string[] {
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined) return []
  return stat.isDirectory() ? readdirSync(path).flatMap((name) => filesBelow(join(path, name))) : stat.isFile() ? [path] : []
}

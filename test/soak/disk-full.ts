/** T03: the disk runs full at any point of a save. What was there stays whole, success is only said when all is stored, and space heals it. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { pawlCommand } from '../journeys/rig.ts'
import { dice } from '../simulation/dice.ts'
import { busyRepo, type FaultRepo } from './fault-repo.ts'
import { oneLine, runProgram, wrongEnding, type ProgramEnd } from './program.ts'
import { eachCase, missingProgram, skippedRow, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { damageOf, storedRuns } from './store-facts.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T03',
    title: 'the disk runs full at any point: no torn file, no success with less data, and it heals when there is space again',
    run: diskFull,
  },
]

type Flow = 'cold run' | 'run with a fix' | 'undo' | 'cache prune' | 'init'
const flows: readonly Flow[] = ['cold run', 'run with a fix', 'undo', 'cache prune', 'init']

const argumentsOf: Readonly<Record<Flow, readonly string[]>> = {
  'cold run': [],
  'run with a fix': [],
  undo: ['undo'],
  'cache prune': ['cache', 'prune', '--older-than', '0s'],
  init: ['init', '--yes'],
}

async function diskFull(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const missing = process.platform === 'linux' ? missingProgram('unshare', 'mount') : 'mounting a small disk is for Linux'
  if (missing !== undefined) return skippedRow(missing)
  // A mount of its own name space: nothing to take back, and no privilege needed where user name spaces are allowed.
  const space = ['unshare', ...(process.getuid?.() === 0 ? [] : ['--map-root-user']), '--mount', '--']
  const [program = '', ...words] = space
  if (spawnSync(program, [...words, 'true']).status !== 0) return skippedRow('mount name spaces are not allowed here')
  const sizes = size === 'ci' ? 2 : 50
  const chance = dice(31)
  const refused = { count: 0 }
  const result = await eachCase(sizes * flows.length, 2, async (index) => {
    const flow = flows[index % flows.length] ?? 'cold run'
    const step = Math.floor(index / flows.length)
    // The first leave less than two pages, the others up to what a run needs.
    const leftBytes = step < sizes / 4 ? chance.roll(8192) : Math.round((step / sizes) * 220_000) + chance.roll(4096)
    return (await oneFlow(space, flow, leftBytes, refused)).map((line) => `${flow}, ${leftBytes} bytes left: ${line}`)
  })
  report(`${refused.count} of ${result.cases} flows met a full disk`)
  return result
}

/** Each step leaves its outputs and exit code in files on another disk; in the end there is space again. */
async function oneFlow(space: readonly string[], flow: Flow, leftBytes: number, refused: { count: number }): Promise<readonly string[]> {
  await using repo = await busyRepo()
  const all = flow === 'init'
  const disk = all ? repo.root : repo.state
  if (!existsSync(disk)) mkdirSync(disk)
  chmodSync(disk, 0o700)
  const out = join(repo.base, 'out')
  mkdirSync(out)
  const step = (name: string, args: readonly string[]): string =>
    `${quoted(pawlCommand(args))} >'${out}/${name}.out' 2>'${out}/${name}.err'; echo $? >'${out}/${name}.code'`
  const script = [
    ...(all ? [`cp -a '${disk}' '${repo.base}/saved'`] : []),
    `mount -t tmpfs -o size=8m,mode=700 tmpfs '${disk}' || exit 90`,
    ...(all
      ? [
          `cp -a '${repo.base}/saved/.' '${disk}'`,
          `cd '${disk}'`,
          'rm -f pawl.yaml',
          `echo '{"name":"x","version":"1.0.0","private":true,"scripts":{"test":"true"}}' > package.json`,
        ]
      : []),
    ...(flow === 'cold run' || all ? [] : [`echo 1 > a.txt`, step('earlier', [])]),
    ...(flow === 'run with a fix' || flow === 'undo' ? ['echo bad > b.txt'] : []),
    ...(flow === 'undo' ? [step('mended', [])] : []),
    ...(flow === 'cache prune' ? ['echo 2 > a.txt', step('more', [])] : []),
    // Filled to the last byte, then as much given back as shall be left.
    `head -c 9000000 /dev/zero > '${disk}/filler' 2>/dev/null`,
    `size=$(stat -c %s '${disk}/filler'); truncate -s $((size > ${leftBytes} ? size - ${leftBytes} : 0)) '${disk}/filler'`,
    step('full', argumentsOf[flow]),
    `cp b.txt '${out}/b.txt'; cp pawl.yaml '${out}/pawl.yaml' 2>/dev/null`,
    ...(all ? [] : [`cp -a '${disk}/.' '${out}/state'`]),
    `rm '${disk}/filler'`,
    step('again', argumentsOf[flow === 'undo' ? 'cold run' : flow]),
    ...(all ? [`cp pawl.yaml '${out}/healed.yaml'`] : [step('healed', [])]),
  ]
  const env = { PATH: process.env['PATH'] ?? '', HOME: repo.base, TERM: 'dumb', LANG: 'C.UTF-8' }
  writeFileSync(join(repo.base, 'flow.sh'), script.join('\n'))
  const end = await runProgram([...space, 'sh', join(repo.base, 'flow.sh')], { cwd: repo.root, env, limitMs: 60_000 })
  if (end.hung || !existsSync(join(out, flow === 'init' ? 'healed.yaml' : 'healed.code'))) return [`the flow did not end: ${oneLine(end.text)}`]
  return judge(repo, flow, out, refused)
}

const quoted = (argv: readonly string[]): string => argv.map((word) => `'${word}'`).join(' ')

function endOf(out: string, name: string): ProgramEnd {
  const [stdout, stderr, code] = ['out', 'err', 'code'].map((part) => readFileSync(join(out, `${name}.${part}`), 'utf8'))
  return { code: Number(code), signal: null, stdout: stdout ?? '', stderr: stderr ?? '', text: `${stdout}${stderr}`, ms: 0, hung: false }
}

function judge(repo: FaultRepo, flow: Flow, out: string, refused: { count: number }): readonly string[] {
  const full = endOf(out, 'full')
  const again = endOf(out, 'again')
  const wrong = [...wrongEnding(full, [0, 2]), ...wrongEnding(again, [0])]
  if (full.code !== 0) {
    refused.count += 1
    if (!/disk is full|disk quota|input\/output error/.test(full.text)) wrong.push(`it does not say that the disk is full: ${oneLine(full.text)}`)
    if (!full.text.includes(repo.root)) wrong.push(`it does not say where: ${oneLine(full.text)}`)
  }
  const b = readFileSync(join(out, 'b.txt'), 'utf8')
  if (!['good\n', 'bad\n'].includes(b)) wrong.push(`a file of the working copy is torn: ${JSON.stringify(b)}`)
  if (flow === 'undo' && full.code === 0 && b !== 'bad\n') wrong.push('undo said that it succeeded and did not put the file back')
  if (flow === 'init') {
    const written = existsSync(join(out, 'pawl.yaml')) ? readFileSync(join(out, 'pawl.yaml'), 'utf8') : undefined
    const healed = readFileSync(join(out, 'healed.yaml'), 'utf8')
    if (written !== undefined && written !== healed) wrong.push('a torn pawl.yaml was left')
    if (full.code === 0 && written === undefined) wrong.push('init said that it wrote a file and did not')
    return wrong
  }
  const state = join(out, 'state')
  rmSync(join(state, 'filler'), { force: true })
  for (const name of ['store.db', 'cache.db']) wrong.push(...damageOf(join(state, name)).map((line) => `${name}: ${line}`))
  const last = storedRuns(state).at(-1)
  if (full.code === 0 && (flow === 'cold run' || flow === 'run with a fix') && last?.ended !== true)
    wrong.push('success was said and the end of the run is not stored')
  const healed = endOf(out, 'healed')
  wrong.push(...wrongEnding(healed, [0]))
  if (flow !== 'cache prune' && !/3 reused/.test(healed.text)) wrong.push(`it did not heal by itself: ${oneLine(healed.text)}`)
  if (/damaged|set aside|cut off/.test(healed.text)) wrong.push(`it still tells of damage: ${oneLine(healed.text)}`)
  return wrong
}

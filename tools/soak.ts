/** Plays the rows of the fault table at full size and writes down what was measured: `npm run soak [-- ROW… --record --minutes N --size ci]`. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { execFileSync } from 'node:child_process'
import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os'
import { join } from 'node:path'
import type { SoakResult, SoakRow, SoakSize } from '../test/soak/soak-row.ts'

/** Rows that may be impossible on the machine that publishes figures: none but those that need a privilege. */
const mostSkipped = 3

type Played = SoakResult & { readonly row: SoakRow; readonly seconds: number; readonly notes: readonly string[] }

const home = join(import.meta.dirname, '..')
const words = process.argv.slice(2)
const valueOf = (flag: string): string | undefined => (words.includes(flag) ? words[words.indexOf(flag) + 1] : undefined)
const minutes = Number(valueOf('--minutes') ?? Number.POSITIVE_INFINITY)
const size: SoakSize = valueOf('--size') === 'ci' ? 'ci' : 'full'
const wanted = words.filter((word) => /^[A-Z]\d+$/.test(word))
/** Single rows are written down only on request. */
const recorded = size === 'full' && (wanted.length === 0 || words.includes('--record'))

// The shipped program is what is judged, if it is built.
if (process.env['PAWL_RUNTIME'] === undefined) process.env['PAWL_RUNTIME'] = existsSync(join(home, 'dist/pawl')) ? 'executable' : 'bun'

const played: Played[] = []
const startedAt = performance.now()
const rows = (await allRows()).filter(({ id }) => wanted.length === 0 || wanted.includes(id))
for (const row of rows) {
  const overdue = performance.now() - startedAt > minutes * 60_000
  played.push(overdue ? { row, cases: 0, broken: [], skipped: 'the time was up', seconds: 0, notes: [] } : await play(row))
  save()
}
const broken = played.reduce((sum, one) => sum + one.broken.length, 0)
const skipped = played.filter((one) => one.skipped !== undefined).length
console.log(`${played.length} rows, ${played.reduce((sum, one) => sum + one.cases, 0)} cases, ${broken} broken, ${skipped} rows skipped in part or whole`)
process.exitCode = broken === 0 && skipped <= mostSkipped && played.length > 0 ? 0 : 1

async function allRows(): Promise<readonly SoakRow[]> {
  const found: SoakRow[] = []
  for (const name of readdirSync(join(home, 'test/soak')).filter((file) => file.endsWith('.ts'))) {
    const { rows = [] } = (await import(join(home, 'test/soak', name))) as { rows?: readonly SoakRow[] }
    found.push(...rows)
  }
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}

async function play(row: SoakRow): Promise<Played> {
  const at = performance.now()
  const notes: string[] = []
  console.log(`── ${row.id} ${row.title}`)
  const result = await row.run(size, (line) => {
    notes.push(line)
    console.log(`   ${line}`)
  })
  const seconds = (performance.now() - at) / 1000
  for (const line of result.broken.slice(0, 100)) console.log(`   ✗ ${line}`)
  console.log(
    `   ${result.cases} cases, ${result.broken.length} broken, ${seconds.toFixed(1)} s${result.skipped === undefined ? '' : `; not tried: ${result.skipped}`}`,
  )
  return { ...result, row, seconds, notes }
}

/** After every row, so that an interrupted soak leaves what it has measured. */
function save(): void {
  if (!recorded) return
  const folder = join(home, 'docs/soak')
  mkdirSync(folder, { recursive: true })
  const day = new Date().toISOString().slice(0, 10)
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string }
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: home, encoding: 'utf8' }).trim()
  const machine = `${platform()} ${release()}, ${arch()}, ${availableParallelism()} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`
  const skips = played.filter((one) => one.skipped !== undefined)
  const missing = rows.filter((row) => played.every((one) => one.row !== row)).map(({ id }) => id)
  const lines = [
    `# Faults played on ${day}`,
    '',
    `pawl ${version} at ${commit} (${process.env['PAWL_RUNTIME']}), ${size} size, on ${machine}.`,
    '',
    '| row | what | cases | broken | seconds |',
    '| --- | --- | ---: | ---: | ---: |',
    ...played.map(({ row, cases, broken: lost, seconds }) => `| ${row.id} | ${row.title} | ${cases} | ${lost.length} | ${seconds.toFixed(0)} |`),
    '',
    '## Measured on the way',
    '',
    ...played.flatMap(({ row, notes }) => notes.map((note) => `- ${row.id}: ${note}`)),
    '',
    `## Not tried (${skips.length} of at most ${mostSkipped})`,
    '',
    ...(missing.length === 0 ? [] : [`- not played when this was written: ${missing.join(', ')}`]),
    ...(skips.length + missing.length === 0 ? ['Nothing was left out.'] : skips.map(({ row, skipped: why }) => `- ${row.id}: ${why}`)),
    ...(played.some((one) => one.broken.length > 0) ? ['', '## Broken', ''] : []),
    ...played.flatMap(({ row, broken: lost }) => lost.slice(0, 20).map((line) => `- ${row.id}: ${line.replaceAll(home, '…').replace(/\/tmp\/[\w.-]+/g, '…')}`)),
    '',
  ]
  writeFileSync(join(folder, `${day}-${commit}.md`), lines.join('\n'))
}

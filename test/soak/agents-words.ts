/** T31: names of files, prompts and titles that would be options, commands, patterns or marks of a terminal, if anybody took them for more than text. */
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dice } from '../simulation/dice.ts'
import { oneLine, wrongEnding } from './program.ts'
import { eachCase, type SoakResult, type SoakRow, type SoakSize } from './soak-row.ts'
import { differences, ofUser, prompt, workRepo } from './working-agents.ts'

export const rows: readonly SoakRow[] = [
  {
    id: 'T31',
    title: 'names and titles that are options, commands or marks of a terminal elsewhere: they arrive as they are, and nothing obeys them',
    run: played,
  },
]

const pieces = [
  '--upload-pack=touch owned',
  '--output=owned',
  '--exec=touch owned',
  '-o',
  '--',
  '-',
  '-c core.pager=touch owned',
  '--end-of-options',
  '-rf',
  '$(touch owned)',
  '`touch owned`',
  ';touch owned;',
  '|touch owned',
  '&&touch owned',
  '>owned',
  '${IFS}',
  '$HOME',
  '%s%n',
  '!!',
  "'",
  '"',
  '\\',
  '\n',
  '\r',
  '\t',
  ' ',
  '*',
  '?',
  '[a-z]',
  '{a,b}',
  '~',
  '#',
  '@{u}',
  '^{}',
  '..',
  ':(top)',
  ':!src',
  'HEAD',
  '.lock',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u001b[2J',
  '\u001b]0;owned\u0007',
  '\u0008',
  '\u009b31m',
  '\u00e9',
  'e\u0301',
  '\ud83d\ude00',
  'a',
  'B',
  '0',
]

/** Names in a run, and their longest in bytes. */
const together = 150
const longest = 200

async function played(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const runs = size === 'full' ? 67 : 2
  const arrived = { count: 0 }
  const result = await eachCase(runs, 2, (index) => play(index, arrived))
  report(`${arrived.count} names of files arrived as they were, ${runs} names and titles of prompts were taken for text`)
  return { ...result, cases: runs * (together + 1) }
}

function oddName(roll: (sides: number) => number): string {
  for (;;) {
    const name = Array.from({ length: 1 + roll(5) }, () => pieces[roll(pieces.length)] ?? 'a').join('')
    if (Buffer.byteLength(name) <= longest && !/^\.{1,2}$/.test(name)) return name
  }
}

async function play(index: number, arrived: { count: number }): Promise<readonly string[]> {
  const chance = dice(index * 7919 + 31)
  const roll = (sides: number): number => chance.roll(sides)
  const names = [...new Set(Array.from({ length: together }, () => oddName(roll)))]
  await using repo = await workRepo({})
  const list = join(repo.base, 'names')
  writeFileSync(list, names.map((name) => `./${name}\0`).join(''))
  // In names of prompts a backslash stands between folders, as lists from Windows have it.
  const file = `prompts/x${oddName(roll).replaceAll('\\', '')}.md`
  const title = oddName(roll).replaceAll(/[\r\n]/g, ' ')
  repo.write({
    [file]: prompt(`x\u001b[2J\u202e${title}`, `mkdir -p src/odd && cd src/odd && xargs -0 touch -- < '${list}' && cd ../.. && echo done >> src/a.txt`),
  })
  repo.commit('task')
  const before = ofUser(repo)
  const end = await repo.runs(['agents', 'run', 'prompts'], { limitMs: 120_000 })
  const broken = [...wrongEnding(end, [0])]
  if (end.code !== 0) return [...broken, `${JSON.stringify([file, title])} did not land: ${oneLine(end.text.slice(-400))}`]
  const there = new Set(repo.git('ls-tree', '-r', '-z', '--name-only', 'pawl/integration:src/odd').split('\0'))
  const missing = names.filter((name) => !there.has(name))
  arrived.count += names.length - missing.length
  if (missing.length > 0) broken.push(`${missing.length} files did not arrive, such as ${JSON.stringify(missing[0])}`)
  // oxlint-disable-next-line no-control-regex -- these are what is looked for
  if (/[\u0000-\u0008\u000b-\u001f\u0080-\u009f\u202a-\u202e\u2066-\u2069]/.test(end.text))
    broken.push(`characters that a terminal obeys were printed: ${JSON.stringify(end.text.slice(0, 400))}`)
  const branches = repo.git('log', '--format=%(trailers:key=Pawl-Job,valueonly)', 'main..pawl/integration').split('\n')
  if (branches.some((line) => line !== '' && !/^\d+\/[a-z0-9][a-z0-9-]{0,63}$/.test(line))) broken.push(`a job has an odd name: ${oneLine(branches.join(' '))}`)
  if (spawnSync('git', ['fsck', '--strict'], { cwd: repo.root }).status !== 0) broken.push('git finds fault with what landed')
  const folders = [repo.base, repo.root, ...readdirSync(join(repo.root, '.pawl/worktrees')).map((name) => join(repo.root, '.pawl/worktrees', name))]
  for (const folder of folders) if (existsSync(join(folder, 'owned'))) broken.push(`something was obeyed in ${folder}`)
  return [...broken, ...differences(before, ofUser(repo)).map((what) => `${what} of the user has changed`)]
}

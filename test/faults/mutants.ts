/** Breaks pawl on purpose, one promise at a time, and looks whether the row that watches over it notices: `npm run mutants [-- ID…]`. */
import { spawn } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lastWords, mutantIn, type Mutant } from './mutant.ts'

const home = join(import.meta.dirname, '../..')
const wanted = process.argv.slice(2)

const mutants = (await allMutants()).filter(({ id, row }) => wanted.length === 0 || wanted.includes(id) || wanted.includes(row))
const survivors: string[] = []
for (const mutant of mutants) {
  const at = performance.now()
  const { caught, words } = await judged(mutant)
  if (!caught) survivors.push(mutant.id)
  console.log(
    `${caught ? '✓ caught  ' : '✗ SURVIVED'}  ${mutant.row}  ${mutant.id.padEnd(34)} ${((performance.now() - at) / 1000).toFixed(0).padStart(4)} s  ${words}`,
  )
}
console.log(`${mutants.length} mutants, ${mutants.length - survivors.length} caught${survivors.length === 0 ? '' : `, survived: ${survivors.join(', ')}`}`)
process.exitCode = mutants.length > 0 && survivors.length === 0 ? 0 : 1

async function allMutants(): Promise<readonly Mutant[]> {
  const folder = join(import.meta.dirname, 'mutants')
  const lists = await Promise.all(readdirSync(folder).map(async (name) => (await import(join(folder, name))) as { mutants: readonly Mutant[] }))
  return lists.flatMap((list) => list.mutants)
}

/** In a copy of the tree, from source: the row at its small size must end badly, with a broken promise and not for another reason. */
async function judged(mutant: Mutant): Promise<{ readonly caught: boolean; readonly words: string }> {
  const copy = mkdtempSync(join(tmpdir(), 'pawl-mutant-'))
  try {
    for (const part of ['src', 'test', 'tools', 'schema', 'bench', 'package.json', 'tsconfig.json', 'tsconfig.base.json']) {
      cpSync(join(home, part), join(copy, part), { recursive: true })
    }
    mkdirSync(join(copy, 'docs'))
    symlinkSync(join(home, 'node_modules'), join(copy, 'node_modules'))
    const path = join(copy, mutant.file)
    writeFileSync(path, mutantIn(readFileSync(path, 'utf8'), mutant))
    const { code, text } = await played(copy, mutant.row)
    return { caught: code === 1 && /^ +✗ /m.test(text), words: lastWords(text) }
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

function played(copy: string, row: string): Promise<{ readonly code: number | null; readonly text: string }> {
  const child = spawn(process.execPath, ['tools/soak.ts', row, '--size', 'ci'], {
    cwd: copy,
    env: { ...process.env, PAWL_RUNTIME: 'bun', SOAK_STOP_EARLY: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, text }))
  })
}

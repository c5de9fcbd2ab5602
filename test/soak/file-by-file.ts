/** A check that judges each file by itself says the same as one that always looks at everything, whatever was changed, in whatever order (T36). */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findingsOf } from '../../src/model/outcome.ts'
import { newRepo } from '../journeys/rig.ts'
import { dice, type Dice } from '../simulation/dice.ts'
import { answeredAtOnce, checkedIn, outcomeOf } from './in-process.ts'
import type { SoakResult, SoakSize } from './soak-row.ts'

const names = ['a', 'b', 'c', 'd', 'e', 'f'] as const
/** good: nothing · odd: a warning · bad: an error · strict: an error under strict settings only. */
const contents = ['good', 'odd', 'bad', 'strict'] as const

type World = { readonly files: Map<string, (typeof contents)[number]>; strict: boolean }

/** Reads what it is given, or all. With names that count it also complains of "a" where there is no "b". */
const linter = (counted: boolean): string => `
[ "$1" = . ] && set -- $(ls src/*.txt 2>/dev/null)
code=0
for file in "$@"; do
  echo "$file" >> ../looked
  case "$(cat "$file")" in
    bad) echo "$file:1:1: error: bad"; code=1 ;;
    odd) echo "$file:1:1: warning: odd" ;;
    strict) if grep -q yes settings; then echo "$file:1:1: error: strict"; code=1; fi ;;
  esac
  ${counted ? 'if [ "$file" = src/a.txt ] && [ ! -e src/b.txt ]; then echo "$file:1:1: error: lonely"; code=1; fi' : ''}
done
exit $code`

function expected({ files, strict }: World, counted: boolean): readonly string[] {
  const found = [...files].flatMap(([name, content]) => {
    const file = `src/${name}.txt`
    const own = content === 'bad' ? [`${file} error bad`] : content === 'odd' ? [`${file} warning odd`] : []
    const lonely = counted && name === 'a' && !files.has('b') ? [`${file} error lonely`] : []
    return [...own, ...(content === 'strict' && strict ? [`${file} error strict`] : []), ...lonely]
  })
  return found.sort()
}

/** One change, often back to what was there before. */
function change(world: World, chance: Dice): void {
  if (chance.chance(0.1)) world.strict = !world.strict
  for (let count = 1 + chance.roll(3); count > 0; count--) {
    const name = chance.pick(names)
    if (chance.chance(0.2)) world.files.delete(name)
    else world.files.set(name, chance.chance(0.5) ? 'good' : chance.pick(contents))
  }
}

export async function fileByFile(size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const parts = [await played(true, size, report), await played(false, size, report)]
  return { cases: parts.reduce((sum, one) => sum + one.cases, 0), broken: parts.flatMap((one) => one.broken).slice(0, 20) }
}

async function played(counted: boolean, size: SoakSize, report: (line: string) => void): Promise<SoakResult> {
  const chance = dice(counted ? 36_001 : 36_002)
  await using repo = await newRepo({ settings: 'no\n' })
  const lint = repo.script('lint', linter(counted))
  repo.write({
    'pawl.yaml': `detect: false\ndiskFree: 1MB\nchecks:\n  lint: { command: ['${lint}', '{files}'], files: 'src/*.txt', inputs: ['src/*.txt', settings], perFile: { reads: [], names: ${counted} } }\n`,
    'src/z.txt': 'good\n',
  })
  const world: World = { files: new Map(), strict: false }
  const looked = join(repo.root, '../looked')
  const broken: string[] = []
  const cases = size === 'full' ? 500 : 25
  let [judged, there] = [0, 0]
  for (let step = 0; step < cases; step++) {
    change(world, chance)
    repo.write({ settings: world.strict ? 'yes\n' : 'no\n' })
    for (const name of names) {
      const content = world.files.get(name)
      if (content === undefined) rmSync(join(repo.root, `src/${name}.txt`), { force: true })
      else repo.write({ [`src/${name}.txt`]: `${content}\n` })
    }
    rmSync(looked, { force: true })
    const wanted = expected(world, counted)
    there += world.files.size + 1
    // An answer at once is given for a green run only.
    if (await answeredAtOnce(repo.root, {})) {
      if (wanted.some((line) => line.includes(' error '))) broken.push(`step ${step}: answered at once although ${wanted.join(', ')}`)
      continue
    }
    const outcome = outcomeOf(await checkedIn(repo.root), 'lint')
    if (existsSync(looked)) judged += readFileSync(looked, 'utf8').split('\n').length - 1
    const found = findingsOf(outcome).map(({ file, severity, message }) => `${file} ${severity} ${message}`)
    const isRed = wanted.some((line) => line.includes(' error '))
    if (found.toSorted().join('\n') !== wanted.join('\n')) broken.push(`step ${step}: found ${JSON.stringify(found)} instead of ${JSON.stringify(wanted)}`)
    if ((outcome?.kind === 'failed') !== isRed) broken.push(`step ${step}: it ended as ${outcome?.kind} with ${JSON.stringify(wanted)}`)
  }
  report(`file by file, names ${counted ? 'count' : 'do not count'}: ${cases} changes, ${judged} of ${there} files were looked at`)
  // Changes touch a third of the files, and some ask for all.
  if (judged > there * 0.7) broken.push(`${judged} of ${there} files were looked at: nothing was saved, so this proves nothing`)
  return { cases, broken }
}

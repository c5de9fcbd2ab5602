/** A roadmap of a chosen size whose scripted agents each leave one line, with faults sown in at known places. */
import { dice } from '../simulation/dice.ts'

export type RehearsedTask = {
  readonly id: string
  /** "1.A" */
  readonly group: string
  readonly fault?: Fault
}

/** red: its first turn leaves what the gate does not let pass. conflict: two write at the same place. hang: its turns end by their time limit until `calm`. idle: its first turn says done and has changed nothing. */
export type Fault = 'red' | 'conflict' | 'hang' | 'idle'

export type Rehearsal = { readonly text: string; readonly tasks: readonly RehearsedTask[] }

/** `sizes`: of each phase, how many tasks each of its groups has. `faults`: by id. `base`: a folder outside of the repository. */
export function rehearsal(sizes: readonly (readonly number[])[], faults: Readonly<Record<string, Fault>>, base: string): Rehearsal {
  const tasks: RehearsedTask[] = []
  const lines = ['# Roadmap', '']
  sizes.forEach((groups, phaseIndex) => {
    lines.push(`## Phase ${phaseIndex + 1}: Part ${phaseIndex + 1}`, '')
    groups.forEach((size, groupIndex) => {
      const letter = String.fromCharCode(65 + groupIndex)
      lines.push(`### Group ${letter}: Step ${groupIndex + 1}`, '')
      for (let index = 0; index < size; index++) {
        const id = `${letter}${phaseIndex + 1}.${index + 1}`
        const fault = faults[id]
        tasks.push({ id, group: `${phaseIndex + 1}.${letter}`, ...(fault === undefined ? {} : { fault }) })
        const { first, again } = deeds(id, letter + (phaseIndex + 1), index, fault, base)
        lines.push(`#### ${id}: Line ${id}`, '', '```sh', first, '```', '', '```sh again', again, '```', '')
      }
    })
  })
  return { text: lines.join('\n'), tasks }
}

/** Whoever was cut off finds what it has written already; so does a real agent. */
const leave = (line: string, file: string): string => `f=${file}; grep -qsx "did ${line}" $f || echo "did ${line}" >> $f`

function deeds(id: string, group: string, index: number, fault: Fault | undefined, base: string): { readonly first: string; readonly again: string } {
  const own = leave(id, `src/${group.toLowerCase()}-${index}.txt`)
  switch (fault) {
    case 'red':
      return { first: `${own}; echo BUG >> $f`, again: `${own}; sed -i /BUG/d $f` }
    case 'conflict': {
      // Not named in one word, so that nobody foresees it.
      const shared = `src/${group.toLowerCase()}-$(echo sha)red.txt`
      return { first: leave(id, shared), again: `f=${shared}; sed -i '/^[<=>|]\\{7\\}/d' $f; ${leave(id, shared)}` }
    }
    case 'hang':
      return { first: `[ -e '${base}/calm' ] || sleep 600; ${own}`, again: `[ -e '${base}/calm' ] || sleep 600; ${own}` }
    case 'idle':
      return { first: `[ -e '${base}/idle-${id}' ] || { touch '${base}/idle-${id}'; exit 0; }; ${own}`, again: own }
    case undefined:
      return { first: own, again: own }
  }
}

/** So many tasks in so many groups of 2 to 7, over so many phases. */
export function groupSizes(phases: number, groups: number, tasks: number, seed: number): readonly (readonly number[])[] {
  const chance = dice(seed)
  const sizes = Array.from({ length: groups }, () => 2)
  for (let left = tasks - 2 * groups; left > 0;) {
    const index = chance.roll(groups)
    const size = sizes[index] ?? 7
    if (size >= 7) continue
    sizes[index] = size + 1
    left--
  }
  const each = Math.ceil(groups / phases)
  return Array.from({ length: phases }, (_, index) => sizes.slice(index * each, (index + 1) * each))
}

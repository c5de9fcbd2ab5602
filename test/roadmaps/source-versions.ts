/** Roadmaps in the grammar of the source system's seven versions, in words of our own, each with all that looks like a task there and is none. */

export type SaidCounts = { readonly done: number; readonly partial: number; readonly open: number }
export type Version = {
  readonly name: string
  readonly text: string
  readonly phases: number
  readonly groups: readonly string[]
  readonly tasks: number
  /** Undefined: there is no column for it. */
  readonly said?: SaidCounts
}

type Row = { readonly id: string; readonly title: string; readonly complexity: string; readonly description: string }
type Group = { readonly id: string; readonly title: string; readonly rows: readonly Row[] }

const things = ['Ticket', 'Seat Map', 'Venue', 'Refund', 'Gate', 'Poster', 'Season Pass', 'Queue', 'Voucher', 'Stage', 'Badge'] as const
const works = [
  'Model',
  'Import & Export',
  'Search/Filter',
  'Reminders',
  'Audit Trail',
  'Editor',
  'API (v2)',
  'Archive',
  'Limits',
  'Reports',
  'Sync',
  'Cache',
  'Rules',
] as const
const descriptions = [
  'Tables (seats, rows), indexes + views, keys for 2 regions',
  'Draft → review → publish (3 steps), mail & push',
  'Reads CSV/JSON, up to 10,000 rows, undo + redo',
  'One worker, retries (max 5), dead letters → folder',
] as const
const levels = ['Low', 'Medium', 'High'] as const

const pick = <T>(from: readonly T[], i: number): T => from[i % from.length] as T
const letter = (i: number): string => String.fromCharCode(65 + i)

/** `from`: where in the lists of words it begins, so that the same id is other work in another dialect. */
function groupsOf(sizes: readonly number[], from: number): readonly Group[] {
  let n = from
  return sizes.map((size, g) => ({
    id: letter(g),
    title: `${pick(things, g + from)} & ${pick(works, g)}`,
    rows: Array.from({ length: size }, (_, i): Row => {
      n += 1
      return {
        id: `${letter(g)}${i + 1}`,
        title: `${pick(things, n)} ${pick(works, Math.floor(n / things.length) + i)}`,
        complexity: pick(levels, n),
        description: pick(descriptions, n),
      }
    }),
  }))
}

/** By groups. */
const firstSizes = [3, 4, 4, 3, 4, 4, 3, 4, 3, 4, 4, 3, 4, 4, 3, 4, 3] as const
const secondSizes = [4, 5, 5, 5, 6, 5, 5, 5, 6, 5, 5, 5, 5, 5, 6, 5, 5, 5, 5, 5, 5, 5] as const
const phaseTitles = ['Doors & Tickets', 'Selling: Shops/Partners', 'The Evening', 'After the Show'] as const

/** What stands before the phases: art in fences, with phases, letters and rows in it. */
const opening = `# Roadmap: Theatre Tickets

> Phase 1: this is a quotation, and so is A1: nothing.

\`\`\`
Phase 1: Doors        Phase 2: Selling
  A ──┐                 E1 → F1 → G1
  B ──┼─▶ D             ## Phase 9: Not a phase
  C ──┘                 | **A1: Boxes** | ✅ Done | Low | in a fence |
\`\`\`

## Legend

| Sign | Meaning |
|------|---------|
| ✅ Complete | it works |
| 🔶 Partial | some of it |
| ❌ Not Started | none of it |

---

`

/** Within a phase, below its last group. */
const phaseEnd = (n: number, deliverables: string): string => `
- H1-H5: All of the papers
- L1: Seats from photographs (quality varies)
1. Buying and giving back (A-C)

| Group | Features | Agents | Can Start After |
|-------|----------|--------|-----------------|
| **A** | Model, Import, Search | 1 | Immediately |
| **B** | Editor, Archive | 2 | A complete |

\`\`\`text
### Group Z: In a fence
| **Z1: Not a task** | ❌ Needed | Low | no |
\`\`\`

**Phase ${n} ${deliverables}:**
- ✅ B1: People can buy a ticket
- ⬜ Doors open (E1, E2)

---

### Phase ${n} Complete When:

- [x] A1: the doors open by themselves
- [ ] B${n}: nobody waits for more than 5 minutes

### Phase ${n} (4 parallel agents max)

- Agent 1: Model & Import (A1, A2, A3)
- ✅ B1: handed over

`

/** What stands behind the phases. */
const closing = `## Sprints

### ✅ MVP Sprint 1: Tickets & Venues (COMPLETE)

- ✅ A1: Everything about tickets
- [x] A2: Everything about venues

### Group A: a second record

| Feature | Status | Complexity | Description |
|---------|--------|------------|-------------|
| **A1: Not of any phase** | ✅ Done | Low | stands below no phase |

## Quick Reference

| Group | Features | Tasks | Can Start After |
|-------|----------|-------|-----------------|
| **A** | Doors | 3 | Immediately |
| **E** | Shops | 4 | Phase 1 complete |

### Phase 1 (3 parallel agents max)

1. **A1: Model** first
2. Then A2 → A3
`

/** `phaseSizes`: groups of each phase. */
function phases(groups: readonly Group[], phaseSizes: readonly number[], one: (group: Group, isFirst: boolean) => string, deliverables: string): string {
  let at = 0
  return phaseSizes
    .map((size, p) => {
      const own = groups.slice(at, at + size)
      at += size
      const body = own.map((group, i) => one(group, i === 0)).join('\n')
      return `## Phase ${p + 1}: ${phaseTitles[p]}\n\n*What phase ${p + 1} is about (A1 is only named here).*\n\n${body}${phaseEnd(p + 1, deliverables)}`
    })
    .join('')
}

function firstDialect(): Version {
  const groups = groupsOf(firstSizes, 0)
  const row = ({ id, title, complexity, description }: Row, i: number): string =>
    `| **${id}: ${title}** | ${complexity} | ${i % 2 === 0 ? 'core' : '-'} | ${description} |`
  const one = ({ id, rows }: Group, isFirst: boolean): string =>
    [
      `### Group ${id} (Parallel${isFirst ? '' : `, after ${String.fromCharCode(id.charCodeAt(0) - 1)}`})`,
      '',
      '| Feature | Complexity | Spec | Description |',
      '|---------|------------|------|-------------|',
      ...rows.map(row),
      '',
    ].join('\n')
  const text = opening + phases(groups, [4, 4, 5, 4], one, 'Deliverables') + closing
  return { name: 'v1', text, phases: 4, groups: groups.map(({ id }) => id), tasks: 61 }
}

function secondDialect(said: SaidCounts): Version {
  const groups = groupsOf(secondSizes, 5)
  const total = said.done + said.partial + said.open
  let n = 0
  const row = ({ id, title, complexity, description }: Row): string => {
    // 37 and 112 share no divisor: each place comes once.
    const place = (n * 37) % total
    n += 1
    const status = place < said.done ? '✅ Done' : place < said.done + said.partial ? '🔶 Partial' : '❌ Needed'
    return `| **${id}: ${title}** | ${status} | ${complexity} | ${description} |`
  }
  const one = ({ id, title, rows }: Group): string =>
    [
      `### Group ${id}: ${title}`,
      '',
      '| Feature | Status | Complexity | Description |',
      '|---------|--------|------------|-------------|',
      ...rows.map(row),
      '',
    ].join('\n')
  const text = opening + phases(groups, [8, 5, 4, 5], one, 'MVP Deliverables') + closing
  return { name: `v2 with ${said.done} done`, text, phases: 4, groups: groups.map(({ id }) => id), tasks: 112, said }
}

export const versions: readonly Version[] = [
  firstDialect(),
  ...(
    [
      [16, 8],
      [21, 8],
      [29, 7],
      [38, 4],
      [45, 4],
      [50, 4],
    ] as const
  ).map(([done, partial]) => secondDialect({ done, partial, open: 112 - done - partial })),
]

/** A heading of level 4 for each task, with a checklist. */
export const headingChecklists = `# Tasks

## Phase 1: Doors

### Group A: Entrance

#### A1: Turnstile & Gate

- [ ] Reads a ticket in 200 ms
- [x] Says why it stays closed

#### A2: Wheelchair Door

Opens (slowly) → stays open for 30 s.

- [ ] Opens by hand, too

### Group B: Seats (after A)

#### B1: Seat Finder/Map
`

/** Groups at level 2 below their phase, tasks at level 3, with keys in bold. */
export const headingKeys = `# Tasks of phases 3 and 4

## Phase 3: The Evening

## Group I: Light

### I1: Dimmer & Spots

**Complexity**: High
**Spec Reference**: docs/light.md

Ten steps (0 → 100 %), saved + restored.

### I2: Emergency Light

**Complexity**: Low
**Spec Reference**: -

## Group J: Sound

### J1: Microphones

**Status**: 🔶 Partial
**Depends on**: I1, I2
`

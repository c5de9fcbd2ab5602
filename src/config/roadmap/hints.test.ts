/** Hints that something of a roadmap is done: what counts, what does not, and what was called otherwise then. */
import { expect, test } from 'bun:test'
import { commitTraces } from './commit-traces.ts'
import { hintsFrom, type Trace } from './hints.ts'
import { isSameTitle } from './same-title.ts'
import { saidBeside, saidBy } from './said-words.ts'
import { sprintTraces } from './sprint-lists.ts'
import { statusFileOf, statusFileTraces } from './status-file.ts'
import { completedTraces, titlesThen, trackedTasks } from './tracking-traces.ts'
import { readYamlRoadmap } from './yaml-roadmap.ts'

const short = (traces: readonly Trace[]): readonly string[] =>
  traces.map(
    ({ task, group, phase, says, title }) =>
      `${task ?? `${phase ?? '?'}${group === undefined ? '' : `.${group}`}`} ${says}${title === undefined ? '' : ` ${title}`}`,
  )

const words: readonly (readonly [words: string, said: 'done' | 'partial' | undefined])[] = [
  ['✅ COMPLETE', 'done'],
  ['✅ Completed', 'done'],
  ['Done', 'done'],
  ['100% complete', 'done'],
  ['3/3 done', 'done'],
  ['INCOMPLETE', undefined],
  ['❌ INCOMPLETE', undefined],
  ['✅ not complete', undefined],
  ['in progress', undefined],
  ['Failed', undefined],
  ['complete except B2', undefined],
  ['95% complete', undefined],
  ['2 of 3 done', undefined],
  ['almost done', undefined],
  ['should be complete', undefined],
  ['🔶 Partial', 'partial'],
  ['Implemented (un-verified)', 'partial'],
  ['soon', undefined],
  ['', undefined],
]
test.each(words)('the words %j say %p', (text, said) => expect(saidBy(text)).toBe(said))

const remarks: readonly (readonly [remark: string, said: 'done' | 'partial' | undefined])[] = [
  ['', 'done'],
  ['(18 endpoints)', 'done'],
  ['(all kinds, partial credit, feedback)', 'done'],
  ['- Complete', 'done'],
  ['(partial)', 'partial'],
  ['(tables, partial)', 'partial'],
  ['(in progress by Ann)', undefined],
  ['(not yet started)', undefined],
]
test.each(remarks)('the remark %j beside a sign of being done says %p', (text, said) => expect(saidBeside(text)).toBe(said))

const titles: readonly (readonly [one: string, other: string, same: boolean])[] = [
  ['Database Schema', '**Database  schema** ✅', true],
  ['User Profiles (18 endpoints)', 'User Profiles', true],
  ['Core (Offline-first)', 'Core (Offline-first)', true],
  ['Core (Offline-first)', 'Core (Online)', true],
  ['User Account Management', 'User Profile System', false],
  ['(x)', 'y', false],
  ['', '', false],
]
test.each(titles)('%j and %j', (one, other, same) => expect(isSameTitle(one, other)).toBe(same))

const names: readonly (readonly [file: string, about: string | undefined])[] = [
  ['PHASE1-GROUP-A-STATUS.md', '1.A'],
  ['status/PHASE12-GROUP-B-SUMMARY.md', '12.B'],
  ['phase2-group-f-status.md', '2.F'],
  ['PHASE1-GROUP-A-STATUS.md.bak', undefined],
  ['ORCHESTRATION_SUMMARY.md', undefined],
]
test.each(names)('the file %s is about %p', (file, about) => {
  const found = statusFileOf(file)
  expect(found && `${found.phase}.${found.group}`).toBe(about)
})

const generated = `# Phase 1 Group A - Implementation Status

**Status: ✅ COMPLETE**
**Completed:** 2026-01-09 10:00:00

## Tasks Completed
- ✅ **A1**: Database Schema & Infrastructure
- ✅ **A2**: Scaffolding
## Testing
- ✅ Linting
`
const statusFiles: readonly (readonly [what: string, text: string, ...traces: string[]])[] = [
  ['a generated one', generated, '1.A done', 'A1 done Database Schema & Infrastructure', 'A2 done Scaffolding'],
  ['one that is incomplete', generated.replace('✅ COMPLETE', '❌ INCOMPLETE')],
  ['one in progress', generated.replace('✅ COMPLETE', 'in progress')],
  ['one that failed', generated.replace('✅ COMPLETE', 'FAILED')],
  ['one of another group', generated.replace('Group A', 'Group B')],
  ['one with an open task', `${generated}- ❌ **A3**: Tooling\n`, '1.A partial', 'A1 done Database Schema & Infrastructure', 'A2 done Scaffolding'],
  [
    'one with a task that is partly done',
    generated.replace('Scaffolding', 'Scaffolding (partial)'),
    '1.A partial',
    'A1 done Database Schema & Infrastructure',
    'A2 partial Scaffolding (partial)',
  ],
  [
    'one that is partly done',
    generated.replace('✅ COMPLETE', '🔶 Partial').replace('- ✅ **A2**: Scaffolding\n', ''),
    '1.A partial',
    'A1 done Database Schema & Infrastructure',
  ],
  [
    'headings of tasks',
    '# Phase 1 Group A\n## Status: ✅ COMPLETED\n### A1: Schema ✅\n### 2. Delivery ✅ (A2, A3)\n### 3. Forms ✅ (A4)\n### A5: Open\n### Architecture ✅\n',
    '1.A done',
    'A1 done Schema',
    'A2 done',
    'A3 done',
    'A4 done Forms',
  ],
  ['no status at all', 'Done so far:\n\n✅ **A1: Accounts** - Complete\n- [x] A2: Login\n- [ ] A3: Gateway\n', 'A1 done Accounts', 'A2 done Login'],
  [
    'a table',
    '| Feature | Status |\n|---|---|\n| **A1: Schema** | ✅ Done |\n| **A2: Seeds** | ❌ Needed |\n| **A3: Tools** | 🔶 Partial |\n',
    'A1 done Schema',
    'A3 partial Tools',
  ],
  ['words in a fence', '```\n**Status: ✅ COMPLETE**\n- ✅ **A1**: Schema\n```\n'],
  ['a status of a part only', '# Phase 1 Group A\n### Database\n**Status:** ✅ Configured and done\n'],
  ['two that contradict', '**Status: ✅ COMPLETE**\n\nStatus: blocked\n'],
  ['nothing but its name', ''],
]
test.each(statusFiles.map(([what, text, ...traces]) => [what, text, traces] as const))('a status file: %s', (_what, text, traces) => {
  expect(short(statusFileTraces(text, 'PHASE1-GROUP-A-STATUS.md'))).toEqual([...traces])
  expect(statusFileTraces(text, 'NOTES.md')).toEqual([])
})

const subjects: readonly (readonly [subject: string, ...traces: string[]])[] = [
  ['Complete Phase 1: All groups implemented and tested', '1 done'],
  ['feat: complete phase 2', '2 done'],
  ['Implement Phase 1 Groups B & C: Login', '1.B done', '1.C done'],
  ['Implement Phase 1 Groups B, C and D', '1.B done', '1.C done', '1.D done'],
  ['feat(api)!: Implement Phase 1 Group G - Progress', '1.G done'],
  ['Implement Group F', '?.F done'],
  ['Complete Phase 1 Group B', '1.B done'],
  ['feat: Implement Phase 1 Group F - Matching (un-verified)', '1.F partial'],
  ['TODO: someone should Complete Phase 1 soon; see Phase 2 Group E notes'],
  ['We should Complete Phase 1'],
  ['Complete Phase 1 should wait'],
  ['docs: Update ROADMAP with Phase 1 Group B/C completion status'],
  ['docs: Complete Phase 1'],
  ['Notes about Phase 1 Group B'],
  ['Start Phase 1 Group B'],
  ['Implement Group Permissions'],
  ['Implement group chat'],
  ['Revert "Implement Phase 1 Group B"'],
  ['Complete Phase 10', '10 done'],
  ['Complete Phase 1, Group B', '1.B done'],
  ['Complete Phase 1 of the move to another host'],
  ['Finish Phase 2 implementation (all of it)', '2 done'],
  ['Implement group A/B testing'],
  ['Add group a policy applies to'],
  ['Implement Group A & B: Login', '?.A done', '?.B done'],
]
test.each(subjects.map(([subject, ...traces]) => [subject, traces] as const))('the subject %j', (subject, traces) => {
  expect(short(commitTraces([{ commit: 'abc', subject }]))).toEqual([...traces])
})

test('a body says nothing but in its trailers', () => {
  const body = (text: string): readonly string[] => short(commitTraces([{ commit: 'abc', subject: 'Work', body: text }]))
  expect(body('Complete Phase 1\n\nImplement Group B')).toEqual([])
  expect(body('Some words.\n\nPawl-Task: A1\nCo-Authored-By: X <x@example.org>\n')).toEqual(['A1 done'])
  expect(body('Pawl-Task: A1 Schema: users')).toEqual(['A1 done Schema: users'])
  expect(body('Pawl-Task: A1\n\nMore words.')).toEqual([])
  expect(body('We write Pawl-Task: A1 there')).toEqual([])
})

test('a reverted subject counts for nothing, a repeated one once', () => {
  const commit = (subject: string) => ({ commit: 'abc', subject })
  expect(commitTraces([commit('Revert "Complete Phase 1"'), commit('Complete Phase 1')])).toEqual([])
  expect(short(commitTraces([commit('Complete Phase 1'), commit('Complete Phase 1')]))).toEqual(['1 done'])
})

test('tracking files name groups, and what tasks were called', () => {
  expect(short(completedTraces('PHASE_1:A\r\nPHASE_12:BC\n\n# PHASE_1:X\nPHASE_1\nPHASE_2:F ', 'status/completed_tasks.txt'))).toEqual([
    '1.A done',
    '12.BC done',
    '2.F done',
  ])
  expect(trackedTasks('PHASE_1:A:A1:Schema: users: all\nPHASE_1:A\n')).toEqual([{ phase: '1', group: 'A', task: 'A1', title: 'Schema: users: all' }])
})

test('lists beside the tables are read, goals and groups are not', () => {
  const text = `## Phase 1: Demo
### Group A: Access
- ✅ A9: nothing of a list
**Deliverables:**
- ✅ Users can register
### ✅ MVP Sprint 1: Community (COMPLETE)
- ✅ B1: Profiles (18 endpoints)
- ✅ B2: Wizard (in progress)
- 🔶 B3: Skills
- ⬜ B4: Later
- H1-H5: All data
\`\`\`
- ✅ B7: fenced
\`\`\`
### Phase 1 Complete When:
- ✅ all is green
`
  expect(sprintTraces(text, 'ROADMAP.md').map(({ task, says, title, place, why }) => [task, says, title, place?.line, why])).toEqual<unknown>([
    ['B1', 'done', 'Profiles (18 endpoints)', 7, 'list "✅ MVP Sprint 1: Community (COMPLETE)"'],
    ['B3', 'partial', 'Skills', 9, 'list "✅ MVP Sprint 1: Community (COMPLETE)"'],
  ])
})

const roadmapText = `phases:
- id: 1
  title: P
  groups:
  - { id: A, tasks: [{ id: A1, title: Schema }, { id: A2, title: Seeds }] }
  - { id: B, tasks: [{ id: B1, title: User Profile System }] }
- id: 2
  title: Q
  groups:
  - { id: B, tasks: [{ id: C1, title: Later }] }
`

test('hints are about what the roadmap has, and tell what was called otherwise', () => {
  const roadmap = readYamlRoadmap(roadmapText, 'roadmap.yaml', { digestOf: (content) => content })
  if (!roadmap.ok) throw new Error('no roadmap')
  const said = (trace: Omit<Trace, 'says' | 'why'>): Trace => ({ ...trace, says: 'done', why: 'somebody' })
  const titlesBefore = titlesThen(trackedTasks('PHASE_1:A:A1:Schema\nPHASE_1:A:A2:Seeds\nPHASE_1:B:B1:User Account Management\n'))
  const { hints, strays } = hintsFrom(
    roadmap.value,
    [
      said({ task: 'a1', title: 'Schema (all tables)' }),
      said({ task: 'A1', title: 'schema' }),
      said({ task: 'B1', title: 'User Account Management' }),
      said({ phase: '1', group: 'b' }),
      said({ phase: '1' }),
      said({ group: 'A' }),
      said({ group: 'B' }),
      said({ phase: '2', group: 'F' }),
      said({ task: 'Z1' }),
    ],
    titlesBefore,
  )
  const drift = [{ id: 'B1', was: 'User Account Management', now: 'User Profile System' }]
  expect(hints).toEqual([
    { task: 'A1', says: 'done', why: 'somebody' },
    { task: 'B1', says: 'done', why: 'somebody', drift },
    { group: '1.B', says: 'done', why: 'somebody', drift },
    { phase: '1', says: 'done', why: 'somebody', drift },
    { group: '1.A', says: 'done', why: 'somebody' },
  ])
  // Two phases have a group B.
  expect(short(strays)).toEqual(['?.B done', '2.F done', 'Z1 done'])
})

test('a group that got tasks since is not done as a whole; titles in a file go before those of a list', () => {
  const roadmap = readYamlRoadmap(roadmapText, 'roadmap.yaml', { digestOf: (content) => content })
  if (!roadmap.ok) throw new Error('no roadmap')
  const known = titlesThen(trackedTasks('PHASE_1:A:A1:Something else\nPHASE_1:A:A2:Seeds\nPHASE_1:B:B1:User Profile System\n'))
  const from = (text: string) =>
    hintsFrom(roadmap.value, statusFileTraces(text, 'PHASE1-GROUP-A-STATUS.md'), known).hints.map(({ task, group, says, drift }) => [
      task ?? group,
      says,
      drift?.map(({ was }) => was),
    ])
  expect(from('**Status: ✅ COMPLETE**\n### 1. The schema of all ✅ (A1)\n- ✅ **A1**: Schema\n')).toEqual<unknown>([
    ['1.A', 'partial', undefined],
    ['A1', 'done', undefined],
  ])
  expect(from('**Status: ✅ COMPLETE**\n- ✅ **A1**: Schema\n- ✅ **A2**: Sowing\n')).toEqual<unknown>([
    ['1.A', 'done', ['Sowing']],
    ['A1', 'done', undefined],
    ['A2', 'done', ['Sowing']],
  ])
  expect(from('**Status: ✅ COMPLETE**\n')).toEqual<unknown>([['1.A', 'done', ['Something else']]])
  const later = titlesThen(trackedTasks('PHASE_1:A:A1:Schema\n'))
  expect(hintsFrom(roadmap.value, completedTraces('PHASE_1:A\n', 'status/completed_tasks.txt'), later).hints).toMatchObject([{ group: '1.A', says: 'partial' }])
})

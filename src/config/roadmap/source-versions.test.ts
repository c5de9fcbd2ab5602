/** The forms of the source system: seven versions of its roadmap in two dialects, and its two files of tasks. */
import { expect, test } from 'bun:test'
import { headingChecklists, headingKeys, versions } from '../../../test/roadmaps/source-versions.ts'
import { tasksOf, type Roadmap } from '../../model/roadmap.ts'
import { readRoadmap } from './read-roadmap.ts'

function accepted(text: string): Roadmap {
  const read = readRoadmap(text, 'ROADMAP.md', { digestOf: (content) => content })
  if (!read.ok) throw new Error(JSON.stringify(read.failures))
  return read.value
}

const [first, second] = versions.map(({ text }) => accepted(text))
if (first === undefined || second === undefined) throw new Error('There are no versions')
const taskIn = (roadmap: Roadmap, id: string) => tasksOf(roadmap).find(({ task }) => task.id === id)?.task

for (const { name, text, phases, groups, tasks, said } of versions)
  test(`${name}: phases, groups, tasks and statuses are counted right, in their order, and nothing else is a task`, () => {
    const roadmap = accepted(text)
    const all = tasksOf(roadmap)
    expect(roadmap.dialect).toBe('table')
    expect(roadmap.phases.map(({ id }) => id)).toEqual(Array.from({ length: phases }, (_, i) => String(i + 1)))
    expect(roadmap.phases.flatMap((phase) => phase.groups.map(({ id }) => id))).toEqual([...groups])
    expect(all).toHaveLength(tasks)
    const count = (status: string | undefined) => all.filter(({ task }) => task.said === status).length
    expect(said ?? { unsaid: tasks }).toEqual(
      said === undefined ? { unsaid: count(undefined) } : { done: count('done'), partial: count('partial'), open: count('open') },
    )
    // As the text has them: each id once, in the bold of a row of a phase.
    const written = [...text.matchAll(/^\| \*\*([A-V]\d+): ([^*]+)\*\*/gm)].map(([, id, title]) => `${id} ${title}`)
    const wrong = ['A1 Boxes', 'Z1 Not a task', 'A1 Not of any phase']
    expect(all.map(({ task }) => `${task.id} ${task.title}`)).toEqual(written.filter((one) => !wrong.includes(one)))
    for (const { group, task } of all) expect(task.id.startsWith(group.id)).toBe(true)
    for (const { task } of all) expect(text.split('\n')[(task.place.line ?? 0) - 1]).toStartWith(`| **${task.id}: `)
  })

test('v1 says the order in headings, so nothing is inferred besides the order of phases', () => {
  expect(first.phases.map(({ groups }) => groups.map(({ id, after }) => `${id}<${after.join()}`).join(' '))).toEqual([
    'A< B<A C<B D<C',
    'E< F<E G<F H<G',
    'I< J<I K<J L<K M<L',
    'N< O<N P<O Q<P',
  ])
  expect(first.phases.flatMap(({ groups }) => groups.filter(({ isInferred }) => isInferred))).toEqual([])
  expect(first.phases.map(({ after, isInferred }) => [after, isInferred])).toEqual([
    [[], false],
    [['1'], true],
    [['2'], true],
    [['3'], true],
  ])
  expect(first.notes).toEqual([])
})

test('v2 says no order, so each group comes after the one before, and that is told once a phase', () => {
  expect(second.phases[1]?.groups.map(({ id, after, isInferred }) => [id, after, isInferred])).toEqual([
    ['I', [], false],
    ['J', ['I'], true],
    ['K', ['J'], true],
    ['L', ['K'], true],
    ['M', ['L'], true],
  ])
  expect(second.notes.map(({ type, what }) => `${type} ${what}`)).toEqual([
    'roadmap.unsure in phase 1 the order of groups B, C, D, E, F, G, H is inferred: each comes after the one before',
    'roadmap.unsure in phase 2 the order of groups J, K, L, M is inferred: each comes after the one before',
    'roadmap.unsure in phase 3 the order of groups O, P, Q is inferred: each comes after the one before',
    'roadmap.unsure in phase 4 the order of groups S, T, U, V is inferred: each comes after the one before',
  ])
})

test('columns are found by name: titles, levels, specifications and descriptions stay whole', () => {
  const [one, two] = [taskIn(first, 'A1'), taskIn(first, 'A2')]
  expect({ ...one, digest: '' }).toEqual({
    id: 'A1',
    title: 'Seat Map Model',
    digest: '',
    complexity: 'medium',
    spec: 'core',
    after: [],
    priority: 0,
    isManual: false,
    criteria: [],
    text: 'Draft → review → publish (3 steps), mail & push',
    place: { file: 'ROADMAP.md', line: 30, column: 1 },
  })
  expect(two?.spec).toBeUndefined()
  expect(two?.title).toBe('Venue Import & Export')
  const titles = tasksOf(first).map(({ task }) => task.title)
  for (const part of ['Search/Filter', 'Import & Export', 'API (v2)']) expect(titles.some((title) => title.endsWith(part))).toBe(true)
  expect(taskIn(second, 'A1')).toMatchObject({ said: 'done', text: 'Reads CSV/JSON, up to 10,000 rows, undo + redo', complexity: 'low' })
  expect(second.phases[0]?.groups[0]?.title).toBe('Poster & Model')
})

test('what stands below the groups of a phase is its text: deliverables and criteria are goals', () => {
  const text = first.phases[0]?.text ?? ''
  expect(first.phases[0]?.title).toBe('Doors & Tickets')
  for (const part of [
    '*What phase 1 is about',
    '**Phase 1 Deliverables:**',
    '- ✅ B1: People can buy a ticket',
    '- ⬜ Doors open',
    '### Phase 1 Complete When:',
    '- [x] A1: the doors',
  ])
    expect(text).toContain(part)
  expect(text).not.toContain('Phase 2')
  expect(text).not.toContain('Seat Map Model')
})

test('a phase ends at the next heading of level 2, whatever it says, and not at a rule', () => {
  const table = (id: string) => `| Feature | Status |\n|---|---|\n| **${id}: One** | ❌ Needed |\n`
  const text = `## Phase 1: First\n\n### Group A: One\n\n${table('A1')}\n---\n\n${table('A2')}\n\n## Remarks\n\n### Group B: No group\n\n${table('B1')}`
  expect(tasksOf(accepted(text)).map(({ task }) => task.id)).toEqual(['A1', 'A2'])
})

test('the same id is other work in another version, and its digest says so', () => {
  for (const id of ['A1', 'B1', 'Q3']) expect(taskIn(first, id)?.digest).not.toBe(taskIn(second, id)?.digest ?? '')
  const digests = versions.slice(1).map(({ text }) => tasksOf(accepted(text)).map(({ task }) => task.digest))
  for (const one of digests) expect(one).toEqual(digests[0] ?? [])
})

test('headings of tasks with checklists are read: boxes below them are criteria', () => {
  const roadmap = accepted(headingChecklists)
  expect(roadmap.dialect).toBe('headings')
  expect(tasksOf(roadmap).map(({ phase, group, task }) => [phase.id, group.id, task.id, task.title, task.text, task.criteria])).toEqual([
    ['1', 'A', 'A1', 'Turnstile & Gate', '', ['Reads a ticket in 200 ms', 'Says why it stays closed']],
    ['1', 'A', 'A2', 'Wheelchair Door', 'Opens (slowly) → stays open for 30 s.', ['Opens by hand, too']],
    ['1', 'B', 'B1', 'Seat Finder/Map', '', []],
  ])
  expect(roadmap.notes).toEqual([])
})

test('headings of tasks with keys are read, where groups are headings of level 2', () => {
  const roadmap = accepted(headingKeys)
  expect(roadmap.phases.map(({ id, groups }) => [id, groups.map((group) => group.id)])).toEqual([['3', ['I', 'J']]])
  const [light, emergency, sound] = tasksOf(roadmap).map(({ task }) => task)
  expect(light).toMatchObject({ id: 'I1', complexity: 'high', spec: 'docs/light.md', text: 'Ten steps (0 → 100 %), saved + restored.' })
  expect(emergency).toMatchObject({ id: 'I2', complexity: 'low', text: '' })
  expect(emergency?.spec).toBeUndefined()
  expect(sound).toMatchObject({ id: 'J1', said: 'partial', after: ['I1', 'I2'] })
})

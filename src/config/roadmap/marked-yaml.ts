/** Writes statuses into a roadmap in YAML: the value of each task's `status`, or a key of that name, and not a byte besides. */
import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from 'yaml'
import { tasksOf, type Roadmap, type SaidStatus } from '../../model/roadmap.ts'
import { yamlOptions } from '../read-yaml.ts'
import { edited, type TextEdit } from './text-edits.ts'
import { readYamlRoadmap } from './yaml-roadmap.ts'

/** By id of a task, without regard to case. What cannot be marked without changing something else stays; `phases.yaml` of the source system has no status. */
export function markedYaml(whole: string, marks: ReadonlyMap<string, SaidStatus>): string {
  const before = read(whole)
  if (before === undefined || before.dialect !== 'yaml') return whole
  const text = whole.replace(/^\ufeff/, '')
  const wanted = new Map([...marks].map(([id, status]) => [id.toLowerCase(), status]))
  const edits = editsIn(text, before, wanted)
  const made = whole.slice(0, whole.length - text.length) + edited(text, edits)
  return isMarked(before, read(made), wanted) ? made : whole
}

/** The digests say whether two contents are the same. */
function read(text: string): Roadmap | undefined {
  const result = readYamlRoadmap(text, 'roadmap.yaml', { digestOf: (content) => content })
  return result.ok ? result.value : undefined
}

function editsIn(text: string, { phases }: Roadmap, wanted: ReadonlyMap<string, SaidStatus>): readonly TextEdit[] {
  const document = parseDocument(text, yamlOptions)
  const places = phases.flatMap(({ groups }, p) =>
    groups.flatMap(({ tasks }, g) => tasks.map((task, t) => ({ task, keys: ['phases', p, 'groups', g, 'tasks', t] }))),
  )
  return places.flatMap(({ task, keys }): readonly TextEdit[] => {
    const status = wanted.get(task.id.toLowerCase())
    // What an alias stands for is written elsewhere, and not found here.
    const map = status === undefined || task.said === status ? undefined : document.getIn(keys, true)
    const edit = status === undefined || !isMap(map) ? undefined : statusEdit(text, map, status)
    return edit === undefined ? [] : [edit]
  })
}

function statusEdit(text: string, map: YAMLMap, status: SaidStatus): TextEdit | undefined {
  const own = valueOf(map, 'status')
  if (own !== undefined) return replaced(text, own, status)
  for (const after of [valueOf(map, 'title'), valueOf(map, 'id')]) {
    const edit = after === undefined ? undefined : map.flow === true ? betweenCommas(after, status) : onLine(text, map, after, status)
    if (edit !== undefined) return edit
  }
  return undefined
}

type Ranged = { readonly range?: readonly [number, number, number] | null | undefined }

function valueOf(map: YAMLMap, name: string): Ranged | undefined {
  const pair = map.items.find(({ key }) => isScalar(key) && key.value === name)
  return pair?.value as Ranged | undefined
}

/** Whoever repeats an anchored value would be marked with it; there it stays. */
function replaced(text: string, value: Ranged, status: SaidStatus): TextEdit | undefined {
  const [from, to] = value.range ?? [0, 0]
  const isPlain = isScalar(value) && value.anchor === undefined && !String(value.type).startsWith('BLOCK')
  if (!isPlain && text[from] !== '*') return undefined
  const [quote = ''] = /^["']/.exec(text.slice(from, to)) ?? []
  return from < to ? { from, to, text: `${quote}${status}${quote}` } : undefined
}

function betweenCommas({ range }: Ranged, status: SaidStatus): TextEdit | undefined {
  return range === undefined || range === null ? undefined : { from: range[1], to: range[1], text: `, status: ${status}` }
}

/** On a line of its own, below a value of one line. */
function onLine(text: string, { items }: YAMLMap, { range }: Ranged, status: SaidStatus): TextEdit | undefined {
  const first = (items[0] as Pair<Ranged> | undefined)?.key.range?.[0]
  if (first === undefined || range === undefined || range === null || /[\r\n]/.test(text.slice(range[0], range[1]))) return undefined
  const indent = first - (Math.max(text.lastIndexOf('\n', first - 1), text.lastIndexOf('\r', first - 1)) + 1)
  const [rest = ''] = /^[^\r\n]*/.exec(text.slice(range[1], range[1] + 20_000)) ?? []
  if (!/^(?:[ \t]*|[ \t]+#.*)$/.test(rest)) return undefined
  const end = range[1] + rest.length
  const [newLine] = /\r\n|\r|\n/.exec(text) ?? ['\n']
  return { from: end, to: end, text: `${newLine}${' '.repeat(indent)}status: ${status}` }
}

/** All else must be as it was. */
function isMarked(before: Roadmap, after: Roadmap | undefined, wanted: ReadonlyMap<string, SaidStatus>): boolean {
  if (after === undefined || askedIn(before) !== askedIn(after)) return false
  const now = tasksOf(after).map(({ task }) => task.said)
  return tasksOf(before).every(({ task }, i) => now[i] === task.said || now[i] === wanted.get(task.id.toLowerCase()))
}

const askedIn = ({ phases }: Roadmap): string => JSON.stringify(phases, (key, value: unknown) => (key === 'place' || key === 'said' ? undefined : value))

/** Reads a text in which a person lists prompts: bullets, numbers, sentences, with or without words around them. Nothing is dropped without a word. */
import { failed, ok, type Failure, type Place, type Result } from '../../model/failure.ts'
import { nameLine, type NameLine } from './name-line.ts'

export type Named = {
  /** As it was written, with forward slashes; its extension may be missing. */
  readonly name: string
  readonly place: Place
  /** Its check box is ticked. */
  readonly done?: true
}

export type NameList = {
  readonly names: readonly Named[]
  /** Lines that ask for something else than prompts: pawl does not follow them. */
  readonly notes: readonly string[]
}

type Line = {
  readonly text: string
  readonly number: number
  readonly read: NameLine
  /** Below a heading such as "Configuration:". */ readonly aside: string | undefined
}

/** Headings below which stand rules, not prompts. */
const aboutOther =
  /\b(?:config\w*|settings?|options|requirements?|criteria|constraints?|rules|guidelines?|context|background|outcomes?|notes?|important|expected|goals?|reminders?|governance)\b/i
const aboutPrompts = /\b(?:prompts?|tasks?|phase|execute|run)\b/i
const mostQuoted = 5
const mostNotes = 20

/** `file`: what messages call the text: a path, "stdin". */
export function promptNames(text: string, file: string): Result<NameList> {
  const lines = linesOf(text)
  const placeOf = (line: Line): Place => ({ file, line: line.number, column: 1 + Math.max(0, line.text.search(/\S/)) })
  const named = lines.flatMap((line) => (line.aside === undefined ? namesOf(line, placeOf(line)) : []))
  const known = new Set(named.map(({ name }) => name))
  const failures = lines.flatMap((line) => failureOf(line, known, placeOf(line)))
  if (failures.length > 0) return failed(...failures.slice(0, mostQuoted))
  if (named.length === 0) return failed(nothingNamed(lines, file))
  const unfollowed = lines.filter(({ read, aside }) => aside !== undefined && (read.kind === 'odd' || read.kind === 'names'))
  const notes = unfollowed.map((line) => `${file}:${line.number} was not followed, it names no prompt: ${quoted(line.text)}`)
  const more = notes.length > mostNotes ? [`${notes.length - mostNotes} more lines of ${file} were not followed`] : []
  return ok({ names: named, notes: [...notes.slice(0, mostNotes), ...more] })
}

function linesOf(text: string): readonly Line[] {
  let aside: string | undefined
  return text.split(/\r\n|\n|\r/).flatMap((line, i): Line[] => {
    const read = nameLine(line)
    if (read.kind === 'heading') aside = aboutOther.test(read.text) && !aboutPrompts.test(read.text) ? read.text.replace(/:$/, '') : undefined
    return line.trim() === '' ? [] : [{ text: line, number: i + 1, read, aside }]
  })
}

const namesOf = ({ read }: Line, place: Place): readonly Named[] =>
  read.kind === 'names' ? read.names.map((name) => ({ name, place, ...(read.done ? { done: true as const } : {}) })) : []

function failureOf(line: Line, known: ReadonlySet<string>, place: Place): readonly Failure[] {
  const { read, aside } = line
  if (read.kind === 'odd' && aside === undefined)
    return [{ type: 'prompt.unparsed', what: `${quoted(line.text)} cannot be read`, why: read.why, hint: read.hint, place }]
  if (read.kind !== 'names' || aside === undefined) return []
  const unknown = read.names.filter((name) => name.includes('.') && !known.has(name))
  if (unknown.length === 0) return []
  return [
    {
      type: 'prompt.unparsed',
      what: `${quoted(line.text)} can be read in two ways`,
      why: `it names ${unknown.join(', ')}, but stands below ${quoted(aside)}`,
      hint: 'Put it above that, among the other prompts, or take it out.',
      place,
    },
  ]
}

function nothingNamed(lines: readonly Line[], file: string): Failure {
  const said = lines.filter(({ read }) => read.kind !== 'nothing')
  const [first] = said
  if (first === undefined) return { type: 'prompt.unparsed', what: `${file} names no prompt`, why: 'it is empty', hint, place: { file } }
  const rest = said.length > mostQuoted ? `, and ${said.length - mostQuoted} more lines` : ''
  const quotes = said.slice(0, mostQuoted).map((line) => `line ${line.number}: ${quoted(line.text)}`)
  return {
    type: 'prompt.unparsed',
    what: `${file} names no prompt`,
    why: `nothing in it is a name: ${quotes.join('; ')}${rest}`,
    hint,
    place: { file, line: first.number },
  }
}

const hint = 'Write one name a line, as in "- fix-login.md".'

const quoted = (line: string): string => {
  const text = line.trim()
  return `"${text.length > 120 ? `${text.slice(0, 119)}…` : text}"`
}

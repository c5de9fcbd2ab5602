/** Finds lines for which the parser of Markdown would need time that grows faster than the text. Nothing that people write is like that. */

export type CostlyLine = { readonly what: string; readonly why: string; readonly line: number }

/** Of one line. */
const mostCharacters = 20_000
const mostIndent = 120
const mostDepth = 12
const mostNested = 500
/** Characters of a paragraph, times its lines and marks: the parser looks from each mark over all the rest. */
const mostCost = 10_000_000

/** `item`: how far the last item of a list is indented. */
type State = {
  line: number
  start: number
  characters: number
  marks: number
  item?: { readonly indent: number; readonly isOrdered: boolean } | undefined
  /** Lines on which several lists or quotes begin at once. */
  nested: number
  fence?: { readonly indent: number; readonly mark: string } | undefined
  /** Bars of the line before, where it may be the head of a table. */
  head?: number | undefined
  isTable: boolean
}

/** Undefined: there is none. It errs only by taking several paragraphs for one. */
export function costlyLine(text: string): CostlyLine | undefined {
  const state: State = { line: 0, start: 1, characters: 0, marks: 0, nested: 0, isTable: false }
  for (let at = 0; at < text.length;) {
    const end = endOfLine(text, at)
    const content = text.slice(at, Math.min(end, at + mostCharacters + 1))
    state.line += 1
    const odd = oddLine(content) ?? oddNesting(state, content) ?? oddParagraph(state, content)
    if (odd !== undefined) return { ...odd, line: state.line }
    at = end + (text[end] === '\r' && text[end + 1] === '\n' ? 2 : 1)
  }
  return undefined
}

function endOfLine(text: string, from: number): number {
  for (let at = from; at < text.length; at += 1) if (text[at] === '\n' || text[at] === '\r') return at
  return text.length
}

type Odd = Omit<CostlyLine, 'line'>
const why = 'the time to read it would grow faster than the text'

function oddLine(line: string): Odd | undefined {
  if (line.length > mostCharacters) return { what: `this line has more than ${mostCharacters} characters`, why }
  let [at, depth, indent] = [0, 0, 0]
  while (at < line.length && ' \t>*+-.)0123456789'.includes(line[at] as string)) {
    const character = line[at]
    if (character === ' ') indent += 1
    else if (character === '\t') indent += 4
    // A rule is made of marks alone.
    else if (!/\d/.test(character as string)) depth += 1
    at += 1
  }
  if (at === line.length) return line.length <= mostIndent || /^\s*$/.test(line) ? undefined : { what: 'this line is nothing but marks', why }
  return depth > mostDepth || indent > mostIndent ? { what: 'lists or quotes are nested too deeply in this line', why } : undefined
}

/** "- - text", "> - text". */
function oddNesting(state: State, line: string): Odd | undefined {
  if (/^ *(?:[-*+>]|\d{1,9}[.)]) {0,4}(?:[-*+>]|\d{1,9}[.)])(?: |$)/.test(line)) state.nested += 1
  return state.nested > mostNested ? { what: `up to this line, lists or quotes in each other begin on ${state.nested} lines`, why } : undefined
}

function oddParagraph(state: State, line: string): Odd | undefined {
  if (isCode(state, line) || beginsAnew(state, line)) [state.characters, state.marks, state.start] = [0, 0, state.line]
  state.characters += line.length + 1
  state.marks += 1 + marksIn(line)
  if (state.characters * state.marks <= mostCost) return undefined
  return { what: `the text without a blank line from line ${state.start} on has ${state.characters} characters and ${state.marks} lines and marks`, why }
}

function marksIn(line: string): number {
  let marks = 0
  for (let at = 0; at < line.length; at += 1) if ('*_[]`<!|&\\'.includes(line[at] as string)) marks += 1
  return marks
}

const indentOf = (line: string): number => line.length - line.trimStart().length

/** In a fence there is nothing to look for. Where the list ends that it stands in, it ends, too. */
function isCode(state: State, line: string): boolean {
  const indent = indentOf(line)
  const [, mark, info = ''] = /^ *(`{3,}|~{3,})(.*)$/.exec(line) ?? []
  if (state.fence !== undefined) {
    const isOver = mark !== undefined && mark.startsWith(state.fence.mark) && info.trim() === ''
    if (isOver || (indent < state.fence.indent && line.trim() !== '')) state.fence = undefined
    return isOver || state.fence !== undefined
  }
  if (mark === undefined || indent > 3 || (mark.startsWith('`') && info.includes('`'))) return false
  state.fence = { indent, mark }
  return true
}

/** Whether a paragraph before this line is certainly over. */
function beginsAnew(state: State, line: string): boolean {
  const { item, head } = state
  state.head = undefined
  if (line.trim() === '') {
    state.isTable = false
    state.head = -1
    return true
  }
  const indent = line.startsWith('\t') || line.includes('\t') ? 99 : indentOf(line)
  const [, number] = /^ *(?:[-*+]|(\d{1,9})[.)]) +\S/.exec(line) ?? []
  const isItem = /^ *(?:[-*+]|\d{1,9}[.)]) +\S/.test(line)
  const isOrdered = number !== undefined
  const isNext = !isOrdered || Number(number) === 1 || (item?.isOrdered === true && indent < item.indent + 2)
  if (isItem && isNext && indent <= (item === undefined ? 3 : item.indent + 5)) {
    state.item = { indent, isOrdered }
    state.isTable = false
    return true
  }
  if (item !== undefined && indent <= item.indent) state.item = undefined
  if (indent > 3) return false
  if (/^ *#{1,6} /.test(line)) {
    state.head = -1
    state.isTable = false
    return true
  }
  const bars = barsIn(line)
  if (head !== undefined && head > 0 && bars === head && /^ *\|[ :|-]*-[ :|-]*\|\s*$/.test(line)) state.isTable = true
  else if (head === -1 && /^ *\|.*\|\s*$/.test(line)) state.head = bars
  return state.isTable && /^ *\|/.test(line)
}

/** Without those that a backslash takes for text. */
function barsIn(line: string): number {
  let bars = 0
  for (let at = 0; at < line.length; at += 1) {
    if (line[at] === '\\') at += 1
    else if (line[at] === '|') bars += 1
  }
  return bars
}

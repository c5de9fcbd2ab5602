/** Reads the small part of XML that reports of tools are made of: elements, attributes and text; no document types, no entities of their own. */
import { withoutEscapes } from './plain-text.ts'

export type XmlElement = {
  readonly name: string
  readonly attributes: ReadonlyMap<string, string>
  readonly children: readonly XmlElement[]
  /** What stands between its tags, without that of its children. */
  readonly text: string
}

type Open = { readonly name: string; readonly attributes: ReadonlyMap<string, string>; readonly children: XmlElement[]; readonly text: string[] }
type Read = { readonly root: XmlElement } | { readonly unreadable: string }

/** A text that only looks like a report must not be read again and again. */
const mostTries = 3
/** Whoever walks through the elements may call itself for each level. */
const deepest = 100

/** The first document with one of these roots; other lines may stand before and behind it. */
export function readXml(output: string, roots: readonly string[]): Read {
  const text = withoutEscapes(output).replace(/^\ufeff/, '')
  if (text.trim() === '') return { unreadable: 'nothing was printed where XML was expected' }
  // pytest prints its document behind the dots of its tests.
  const starts = /<\?xml\s|^[ \t]*<([\w.-]{1,40})[\s/>]/gm
  let why = `what was printed is no XML with ${roots.map((root) => `<${root}>`).join(' or ')}`
  let tries = 0
  for (let start = starts.exec(text); start !== null && tries < mostTries; start = starts.exec(text)) {
    if (start[1] !== undefined && !roots.includes(start[1])) continue
    tries += 1
    const read = readFrom(text, start.index)
    if ('root' in read && roots.includes(read.root.name)) return read
    if ('unreadable' in read && tries === 1) why = read.unreadable
  }
  return { unreadable: why }
}

const tagName = /[\p{L}_:][\p{L}\p{N}_:.-]*/uy
const attribute = /\s+([\p{L}_:][\p{L}\p{N}_:.-]*)\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy
const tagEnd = /\s*(\/?)>/y

/** From the first tag to the end of the element that it opens. */
function readFrom(text: string, from: number): Read {
  const open: Open[] = []
  let at = text.indexOf('<', from)
  while (at !== -1) {
    const skipped = skipAt(text, at)
    if (skipped !== undefined) {
      if (typeof skipped === 'string') return { unreadable: skipped }
      if (skipped.characters !== '') open.at(-1)?.text.push(skipped.characters)
      at = skipped.end
    } else {
      const tag = text.startsWith('</', at) ? closeAt(text, at, open) : openAt(text, at, open)
      if (typeof tag === 'string') return { unreadable: tag }
      if (tag.root !== undefined) return { root: tag.root }
      at = tag.end
    }
    const next = text.indexOf('<', at)
    const between = next === -1 ? '' : text.slice(at, next)
    const plain = open.length === 0 ? (between.trim() === '' ? '' : undefined) : withoutEntities(between)
    if (plain === undefined) return { unreadable: `${place(text, at)}: text that XML does not allow there` }
    if (plain !== '') open.at(-1)?.text.push(plain)
    at = next
  }
  return { unreadable: `the XML ends inside of <${open.at(-1)?.name ?? '?'}>` }
}

const place = (text: string, at: number): string => `line ${text.slice(0, at).split('\n').length} of the XML`

/** Comments, instructions and CDATA; a document type could define anything, so it is not read. */
function skipAt(text: string, at: number): { readonly end: number; readonly characters: string } | string | undefined {
  for (const [begin, finish, kept] of skips) {
    if (!text.startsWith(begin, at)) continue
    const end = text.indexOf(finish, at + begin.length)
    if (end === -1) return `${place(text, at)}: ${begin} without its end`
    return { end: end + finish.length, characters: kept ? text.slice(at + begin.length, end) : '' }
  }
  return text.startsWith('<!', at) ? `${place(text, at)}: a document type or an entity of its own is not read` : undefined
}

const skips = [
  ['<!--', '-->', false],
  ['<![CDATA[', ']]>', true],
  ['<?', '?>', false],
] as const

type Tag = { readonly end: number; readonly root?: XmlElement }

function openAt(text: string, at: number, open: Open[]): Tag | string {
  tagName.lastIndex = at + 1
  const name = tagName.exec(text)?.[0]
  if (name === undefined) return `${place(text, at)}: < without the name of an element`
  const attributes = new Map<string, string>()
  let here = at + 1 + name.length
  attribute.lastIndex = here
  for (let found = attribute.exec(text); found !== null; found = attribute.exec(text)) {
    const value = withoutEntities((found[2] ?? found[3] ?? '').replace(/[\t\n\r]/g, ' '))
    if (value === undefined || attributes.has(found[1] ?? '')) return `${place(text, here)}: the attribute ${found[1] ?? ''} cannot be read`
    attributes.set(found[1] ?? '', value)
    here += found[0].length
    attribute.lastIndex = here
  }
  tagEnd.lastIndex = here
  const end = tagEnd.exec(text)
  if (end === null) return `${place(text, here)}: <${name}> is not ended as XML demands`
  if (open.length >= deepest) return `more than ${deepest} elements inside of each other`
  const element: Open = { name, attributes, children: [], text: [] }
  if (end[1] !== '/') open.push(element)
  return end[1] === '/' ? closed(element, open, here + end[0].length) : { end: here + end[0].length }
}

function closeAt(text: string, at: number, open: Open[]): Tag | string {
  const element = open.pop()
  tagName.lastIndex = at + 2
  const name = tagName.exec(text)?.[0] ?? ''
  tagEnd.lastIndex = at + 2 + name.length
  const end = tagEnd.exec(text)
  if (element === undefined || name !== element.name || end === null || end[1] !== '')
    return `${place(text, at)}: </${name}> where ${element === undefined ? 'nothing is open' : `</${element.name}> is due`}`
  return closed(element, open, at + 2 + name.length + end[0].length)
}

function closed({ name, attributes, children, text }: Open, open: readonly Open[], end: number): Tag {
  const element: XmlElement = { name, attributes, children, text: text.join('') }
  const parent = open.at(-1)
  if (parent === undefined) return { end, root: element }
  parent.children.push(element)
  return { end }
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Undefined when it names an entity that XML itself does not know. */
function withoutEntities(text: string): string | undefined {
  if (!text.includes('&')) return text
  const parts = text.split('&')
  const plain = [parts[0] ?? '']
  for (const part of parts.slice(1)) {
    const match = /^(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|([a-z]{2,4}));/.exec(part)
    const character = match === null ? undefined : match[3] === undefined ? characterOf(match[1], match[2]) : entities[match[3]]
    if (match === null || character === undefined) return undefined
    plain.push(character, part.slice(match[0].length))
  }
  return plain.join('')
}

function characterOf(decimal: string | undefined, hexadecimal: string | undefined): string | undefined {
  const code = decimal === undefined ? Number.parseInt(hexadecimal ?? '', 16) : Number(decimal)
  return code > 0 && code <= 0x10_ffff ? String.fromCodePoint(code) : undefined
}

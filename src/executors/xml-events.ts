/** Reads the small part of XML that reports of tools are made of, strictly and in one pass; nothing that a document could define for itself. */

export type XmlEvent =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: 'close'; readonly name: string }
  /** Plain text between two tags or out of CDATA, blanks included. */
  | { readonly kind: 'text'; readonly text: string }

/** Whoever walks through the elements may call itself for each level. */
const deepest = 100

/** From the first "<" after `from` to the end of the element that it opens; what follows is not looked at. The answer: where that is, or why the text is not XML. */
export function eachElement(text: string, from: number, visit: (event: XmlEvent) => void): number | string {
  const open: string[] = []
  let at = text.indexOf('<', from)
  while (at !== -1) {
    const skipped = skipAt(text, at)
    let end: number
    if (typeof skipped === 'string') return skipped
    if (skipped !== undefined) {
      if (skipped.characters !== '' && open.length > 0) visit({ kind: 'text', text: skipped.characters })
      end = skipped.end
    } else {
      const tag = tagAt(text, at)
      if (typeof tag === 'string') return tag
      const trouble = tag.kind === 'close' && open.at(-1) !== tag.name ? `</${tag.name}> where ${dueIn(open)}` : open.length >= deepest ? tooDeep : undefined
      if (trouble !== undefined) return `${place(text, at)}: ${trouble}`
      if (tag.kind === 'open') {
        open.push(tag.name)
        visit({ kind: 'open', name: tag.name, attributes: tag.attributes })
      }
      if (tag.kind === 'close' || tag.empty) {
        open.pop()
        visit({ kind: 'close', name: tag.name })
        if (open.length === 0) return tag.end
      }
      end = tag.end
    }
    const next = text.indexOf('<', end)
    const between = next === -1 ? '' : text.slice(end, next)
    const plain = open.length > 0 ? withoutEntities(between) : between.trim() === '' ? '' : undefined
    if (plain === undefined) return `${place(text, end)}: text that XML does not allow there`
    if (plain !== '') visit({ kind: 'text', text: plain })
    at = next
  }
  return open.length === 0 ? 'it has no element' : `it ends inside of <${open.at(-1) ?? ''}>: it was cut off`
}

const tooDeep = `more than ${deepest} elements inside of each other`
const dueIn = (open: readonly string[]): string => (open.length === 0 ? 'nothing is open' : `</${open.at(-1) ?? ''}> is due`)
const place = (text: string, at: number): string => `line ${text.slice(0, at).split('\n').length}`

const skips = [
  ['<!--', '-->', false],
  ['<![CDATA[', ']]>', true],
  ['<?', '?>', false],
] as const

/** Comments, instructions, CDATA, and the name of a document type; one that declares anything is not read. */
function skipAt(text: string, at: number): { readonly end: number; readonly characters: string } | string | undefined {
  for (const [begin, finish, isText] of skips) {
    if (!text.startsWith(begin, at)) continue
    const end = text.indexOf(finish, at + begin.length)
    if (end === -1) return `${place(text, at)}: ${begin} without its end`
    return { end: end + finish.length, characters: isText ? text.slice(at + begin.length, end) : '' }
  }
  if (!text.startsWith('<!', at)) return undefined
  const end = text.indexOf('>', at)
  const isName = end !== -1 && text.startsWith('<!DOCTYPE', at) && !text.slice(at, end).includes('[')
  return isName ? { end: end + 1, characters: '' } : `${place(text, at)}: a document type or an entity of its own is not read`
}

type Tag =
  | { readonly kind: 'open'; readonly name: string; readonly attributes: ReadonlyMap<string, string>; readonly empty: boolean; readonly end: number }
  | { readonly kind: 'close'; readonly name: string; readonly end: number }

const tagName = /[\p{L}_:][\p{L}\p{N}_:.-]{0,200}/uy
const attribute = /\s+([\p{L}_:][\p{L}\p{N}_:.-]{0,200})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/uy
const tagEnd = /\s*(\/?)>/y

function tagAt(text: string, at: number): Tag | string {
  const isClose = text[at + 1] === '/'
  const name = matchAt(tagName, text, at + (isClose ? 2 : 1))?.[0]
  if (name === undefined) return `${place(text, at)}: < without the name of an element`
  const attributes = new Map<string, string>()
  let here = at + (isClose ? 2 : 1) + name.length
  for (let found = isClose ? null : matchAt(attribute, text, here); found !== null; found = matchAt(attribute, text, here)) {
    const [whole, key = '', double, single] = found
    const value = withoutEntities((double ?? single ?? '').replace(/[\t\n\r]/g, ' '))
    if (value === undefined || attributes.has(key)) return `${place(text, here)}: the attribute ${key} cannot be read`
    attributes.set(key, value)
    here += whole.length
  }
  const end = matchAt(tagEnd, text, here)
  if (end === null || (isClose && end[1] !== '')) return `${place(text, here)}: <${name}> is not ended as XML demands`
  here += end[0].length
  return isClose ? { kind: 'close', name, end: here } : { kind: 'open', name, attributes, empty: end[1] === '/', end: here }
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
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

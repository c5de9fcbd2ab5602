/** Finds the XML report in what a tool printed, and makes a tree of its elements. */
import { eachElement } from '../xml-events.ts'
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

function readFrom(text: string, from: number): Read {
  const open: Open[] = []
  let root: XmlElement | undefined
  const end = eachElement(text, from, (event) => {
    if (event.kind === 'open') open.push({ name: event.name, attributes: event.attributes, children: [], text: [] })
    else if (event.kind === 'text') open.at(-1)?.text.push(event.text)
    else {
      const element = open.pop()
      if (element === undefined) return
      const whole = { ...element, text: element.text.join('') }
      const parent = open.at(-1)
      if (parent === undefined) root = whole
      else parent.children.push(whole)
    }
  })
  if (typeof end === 'string') return { unreadable: `the XML cannot be read: ${end}` }
  return root === undefined ? { unreadable: 'the XML has no element' } : { root }
}

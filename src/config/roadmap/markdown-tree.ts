/** Parses Markdown piece by piece, as the time of the parser grows faster than a text. The tree is that of the whole text, with all its places. */
import type { List, Nodes, RootContent } from 'mdast'
import { fromMarkdown } from 'mdast-util-from-markdown'
import { gfmTableFromMarkdown } from 'mdast-util-gfm-table'
import { gfmTable } from 'micromark-extension-gfm-table'

/** Characters, at least 1. `few`: of a piece, where the text allows it; `most`: of one that is read at all, as nothing in it begins anew. */
export type PieceSizes = { readonly few: number; readonly most: number }

export const longestPiece = 500_000
const usual: PieceSizes = { few: 4_000, most: longestPiece }

type Piecewise = { readonly nodes: readonly RootContent[]; readonly tooLong?: never } | { readonly nodes?: never; readonly tooLong: number }

/** `tooLong`: the line in which a part begins that is longer than the longest piece. */
export function markdownTree(text: string, sizes: PieceSizes = usual): Piecewise {
  const pieces: Piece[] = []
  const trees: Tree[] = []
  for (let [from, line]: [number | undefined, number] = [0, 1]; from !== undefined;) {
    const found = nextPiece(text, from, line, sizes)
    if (found === undefined) return { tooLong: line }
    pieces.push(found.piece)
    trees.push(found.tree)
    ;[from, line] = [found.piece.cut, found.tree.next ?? line]
  }
  const defined = trees.length === 1 ? new Set<string>() : definedIn(trees)
  return { nodes: joined(defined.size === 0 ? trees : pieces.map((piece) => treeOf(text, piece, defined))) }
}

/** A part of the text. `cut`: where its last line begins, which is parsed with it and belongs to the next one. */
type Piece = { readonly from: number; readonly line: number; readonly end: number; readonly cut?: number }

/** `next`: the line in which the next piece begins; undefined: what stands at the cut does not begin there. */
type Tree = { readonly nodes: readonly RootContent[]; readonly next?: number; readonly isListCut: boolean }

/** Tries ever longer pieces, twice as long each time, so that all attempts together cost little more than the last one. */
function nextPiece(text: string, from: number, line: number, { few, most }: PieceSizes): { readonly piece: Piece; readonly tree: Tree } | undefined {
  for (let size = few; ; size *= 2) {
    const cut = nextStart(text, from + size)
    const end = cut === undefined ? text.length : endOfLine(text, cut)
    const isLast = cut === undefined || (end - from > most && text.length - from <= most)
    if (end - from > most && !isLast) return undefined
    const piece: Piece = isLast ? { from, line, end: text.length } : { from, line, end, cut }
    const tree = treeOf(text, piece)
    if (isLast || tree.next !== undefined) return { piece, tree }
  }
}

/**
 * Lines at which something may begin anew: after a blank line, or one that no paragraph can go on with. Whether it does is seen when it has been parsed:
 * what begins there closes all that is open, and hangs on nothing that comes later.
 */
function nextStart(text: string, from: number): number | undefined {
  const start = /(?:\n|\r(?!\n))(?:[ \t]*\r?(?:\n|\r(?!\n))(?=[^ \t\r\n\ufeff])|(?=#{1,6}[ \t]+[^ \t\r\n]|[-*+][ \t]+[^ \t\r\n]|\d{1,9}[.)][ \t]+[^ \t\r\n]))/g
  start.lastIndex = from
  const found = start.exec(text)
  return found === null ? undefined : found.index + found[0].length
}

function endOfLine(text: string, from: number): number {
  const end = /[\r\n]/g
  end.lastIndex = from
  return end.exec(text)?.index ?? text.length
}

/** `defined`: what links may refer to in all of the text. */
function treeOf(text: string, { from, line, end, cut }: Piece, defined?: ReadonlySet<string>): Tree {
  const nodes = parsed(text.slice(from, end), defined)
  for (const node of nodes) moved(node, from, line - 1)
  const last = nodes.at(-1)
  const item = last?.type === 'list' ? last.children.at(-1) : undefined
  const first = item?.position?.start.offset === cut ? item : last
  const start = first?.position?.start
  if (cut === undefined || last === undefined || start?.offset !== cut) return { nodes, isListCut: false }
  // Below indented code, the parser takes for text what would begin a list or HTML elsewhere.
  if (last.type !== 'heading' && parsed(text.slice(cut, end))[0]?.type !== last.type) return { nodes, isListCut: false }
  const isListCut = last.type === 'list' && last.children.length > 1
  if (isListCut) last.children.pop()
  else nodes.pop()
  return { nodes, next: start.line, isListCut }
}

const parsed = (text: string, defined?: ReadonlySet<string>): RootContent[] =>
  fromMarkdown(text, { extensions: defined === undefined ? [gfmTable()] : [gfmTable(), knowing(defined)], mdastExtensions: [gfmTableFromMarkdown()] }).children

const closingBracket = 93

/** Looks at each bracket before the parser does, and tells it what is defined elsewhere. */
function knowing(defined: ReadonlySet<string>): ReturnType<typeof gfmTable> {
  const known = Object.assign([] as string[], { includes: (id: string) => defined.has(id.toLowerCase()) })
  return {
    text: {
      [closingBracket]: {
        tokenize(_effects, _ok, nok) {
          this.parser.defined = known
          return nok
        },
      },
    },
  }
}

function definedIn(trees: readonly Tree[]): ReadonlySet<string> {
  const defined = new Set<string>()
  for (const { nodes } of trees) for (const top of nodes) eachOf(top, (node) => void (node.type === 'definition' && defined.add(node.identifier)))
  return defined
}

/** Not recursive: links and emphasis may be nested as deep as they like. */
function eachOf(top: Nodes, visit: (node: Nodes) => void): void {
  const open: Nodes[] = [top]
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    visit(node)
    if ('children' in node) for (const child of node.children) open.push(child)
  }
}

function moved(top: Nodes, characters: number, lines: number): void {
  eachOf(top, ({ position }) => {
    for (const point of position === undefined ? [] : [position.start, position.end]) {
      point.offset = (point.offset ?? 0) + characters
      point.line += lines
    }
  })
}

/** A list that was cut is one list again. */
function joined(trees: readonly Tree[]): readonly RootContent[] {
  const all: RootContent[] = []
  let open: List | undefined
  for (const { nodes, isListCut } of trees) {
    const [first] = nodes
    const isMore = open !== undefined && first?.type === 'list'
    if (isMore && open !== undefined) extend(open, first)
    for (const node of isMore ? nodes.slice(1) : nodes) all.push(node)
    const last = all.at(-1)
    open = isListCut && last?.type === 'list' ? last : undefined
  }
  return all
}

function extend(list: List, more: List): void {
  for (const item of more.children) list.children.push(item)
  list.spread = list.spread === true || more.spread === true
  if (list.position !== undefined && more.position !== undefined) list.position.end = more.position.end
}

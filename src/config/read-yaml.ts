/** Reads YAML so that every value and every complaint knows its line and column. */
import { LineCounter, parseDocument, type Document, type Node, type YAMLError } from 'yaml'
import type { Failure, Place } from '../model/failure.ts'
import type { PlaceOf } from './keys.ts'
import { isMerge, keyAt, valueNodeAt, walk } from './yaml-nodes.ts'

export type YamlFile = {
  /** Undefined when the text is so wrong that its values mean nothing. */
  readonly value: unknown
  readonly readable: boolean
  readonly failures: readonly Failure[]
  readonly keyPlace: PlaceOf
  readonly valuePlace: PlaceOf
}

const mostFailures = 20

export const yamlOptions = { prettyErrors: false, logLevel: 'error', merge: true, stringKeys: true } as const

export function parseYaml(file: string, text: string): YamlFile {
  const lines = new LineCounter()
  // A byte order mark would shift the columns of the first line.
  const source = text.replace(/^\ufeff/, '')
  const document: Document = parseDocument(source, { ...yamlOptions, lineCounter: lines })
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset)
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const placeOfNode = (node: Node | undefined): Place | undefined => (node?.range ? placeAt(node.range[0]) : undefined)
  const problems = [...document.errors, ...document.warnings]
  const syntax = problems.map((problem) => syntaxFailure(problem, source, placeAt))
  const exhausted = syntax.filter((_, i) => problems[i]?.code === 'RESOURCE_EXHAUSTION')
  const wrongAliases = exhausted.length > 0 ? [] : aliasFailures(document, placeAt)
  const repeated = problems.every((problem) => problem.code === 'DUPLICATE_KEY')
  const plain = repeated && wrongAliases.length === 0 ? plainValue(document, placeAt) : { value: undefined, failures: [] }
  const failures = [...(exhausted.length > 0 ? exhausted.slice(0, 1) : onePerPlace(syntax)), ...wrongAliases, ...plain.failures]
  return {
    value: plain.value,
    readable: repeated && wrongAliases.length === 0 && plain.failures.length === 0,
    failures: failures.slice(0, mostFailures),
    keyPlace: (keys) => placeOfNode(keyAt(document, keys)),
    valuePlace: (keys) => placeOfNode(valueNodeAt(document, keys)) ?? placeOfNode(keyAt(document, keys)),
  }
}

function syntaxFailure(problem: YAMLError, text: string, placeAt: (offset: number) => Place): Failure {
  const place = placeAt(problem.pos[0])
  const rest = text.slice(problem.pos[0], problem.pos[0] + 200)
  switch (problem.code) {
    case 'DUPLICATE_KEY':
      return {
        type: 'config.invalid',
        what: `the key '${/^["']?([^"':\r\n]*)/.exec(rest)?.[1]?.trim() ?? ''}' is there twice`,
        hint: 'Keep one of the two.',
        place,
      }
    case 'TAB_AS_INDENT':
      return { type: 'config.unreadable', what: 'a tab is used as indentation', hint: 'Use spaces.', place }
    case 'MULTIPLE_DOCS':
      return { type: 'config.unreadable', what: 'a second document begins here', hint: 'Remove the line "---" or "...".', place }
    case 'RESOURCE_EXHAUSTION':
      return { type: 'config.unreadable', what: 'lists or mappings are nested too deeply', hint: 'Write fewer levels.', place }
    case 'TAG_RESOLVE_FAILED':
      return {
        type: 'config.unreadable',
        what: `the tag ${/^\S+/.exec(rest)?.[0] ?? ''} has no meaning here`,
        hint: 'Remove it, or put the text in quotes.',
        place,
      }
    case 'NON_STRING_KEY':
      return { type: 'config.unreadable', what: 'a key is not a text', hint: 'Write the key as a plain text.', place }
    case 'BAD_SCALAR_START':
      return { type: 'config.unreadable', what: `a text without quotes cannot begin with ${rest.slice(0, 1)}`, hint: 'Put the text in quotes.', place }
    case 'BLOCK_AS_IMPLICIT_KEY':
      return {
        type: 'config.unreadable',
        what: 'a key and its value stand where only a text can',
        hint: 'Put a text that contains ": " in quotes, or check the indentation.',
        place,
      }
    default:
      return { type: 'config.unreadable', what: `not valid YAML: ${sentence(problem.message)}`, hint: otherHint(lineBefore(text, problem.pos[0])), place }
  }
}

const sentence = (message: string): string =>
  message.slice(0, 1).toLowerCase() +
  message
    .slice(1)
    .replace(/\.$/, '')
    .replace(/(["'])quote$/, '$1 quote')

const otherHint = (before: string): string =>
  /[{[]/.test(before) ? 'Put a text that begins with { or [ in quotes.' : 'Check quotes, brackets and indentation here and in the line before.'

const lineBefore = (text: string, offset: number): string => text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset)

/** A slip of the pen often yields several complaints about one spot; the first says it. */
function onePerPlace(failures: readonly Failure[]): readonly Failure[] {
  const seen = new Set<string>()
  return failures.filter((failure) => {
    const spot = `${failure.place?.line ?? 0}:${failure.place?.column ?? 0}`
    if (seen.has(spot)) return false
    seen.add(spot)
    return true
  })
}

/** Aliases without an anchor or inside of their own, and merges of what is no mapping: the library would throw for these only later, without a place. */
function aliasFailures(document: Document, placeAt: (offset: number) => Place): readonly Failure[] {
  const failures: Failure[] = []
  const complain = (node: { range?: readonly number[] | null | undefined }, what: string, hint: string): void => {
    failures.push({ type: 'config.unreadable', what, hint, place: placeAt(node.range?.[0] ?? 0) })
  }
  walk(document, {
    alias: (alias, within) => {
      const target = alias.resolve(document)
      if (target === undefined)
        complain(alias, `the alias *${alias.source} has no anchor before it`, `Write &${alias.source} where its value stands, or put the text in quotes.`)
      else if (within.has(target)) complain(alias, `the alias *${alias.source} stands inside of what it repeats`, 'Remove it.')
    },
    pair: (pair) => {
      const wrong = isMerge(document, pair)
      if (wrong !== undefined && wrong.bad !== undefined)
        complain(wrong.bad, '<< takes a mapping or a list of mappings', 'Write <<: *name with the anchor of a mapping.')
    },
  })
  return failures
}

function plainValue(document: Document, placeAt: (offset: number) => Place): { readonly value: unknown; readonly failures: readonly Failure[] } {
  let firstAlias: number | undefined
  walk(document, {
    alias: (alias) => {
      firstAlias = alias.range?.[0]
      return false
    },
  })
  try {
    return { value: document.toJS({ maxAliasCount: 100 }), failures: [] }
  } catch (error) {
    // Raised for texts that would grow beyond all bounds when their aliases are written out.
    if (!(error instanceof ReferenceError)) throw error
    return {
      value: undefined,
      failures: [
        {
          type: 'config.unreadable',
          what: 'aliases repeat each other too often',
          hint: 'Write the values out, or use fewer aliases.',
          place: placeAt(firstAlias ?? 0),
        },
      ],
    }
  }
}

/** Reads `biome check --reporter=json`, in the shape of version 2.6 and in the older one. */
import type { Finding } from '../../model/finding.ts'
import { at, listAt, numberAt, readDocument, textAt } from './json-output.ts'
import { newFinding, severityOf } from './new-finding.ts'
import type { Parser } from './parser.ts'

export const biomeJson: Parser = ({ stdout }) => {
  const document = readDocument(stdout)
  if ('unreadable' in document) return { findings: [], unreadable: document.unreadable }
  const diagnostics = at(document.value, 'diagnostics')
  if (!Array.isArray(diagnostics)) return { findings: [], unreadable: 'the JSON has no list of diagnostics, as Biome prints it' }
  const positions = newPositions()
  return { findings: diagnostics.map((diagnostic) => findingOf(diagnostic, positions)) }
}

function findingOf(diagnostic: unknown, positions: Positions): Finding {
  const category = textAt(diagnostic, 'category')
  const isFormat = category === 'format' && /would have printed/.test(textOf(diagnostic))
  return newFinding({
    file: textAt(diagnostic, 'location', 'path') ?? textAt(diagnostic, 'location', 'path', 'file'),
    // 0 stands for "the whole file".
    ...(isFormat ? {} : placeOf(diagnostic, positions)),
    rule: category,
    severity: severityOf(severityWord(diagnostic)),
    message: isFormat ? 'not formatted' : textOf(diagnostic),
    fixable: isFormat || listAt(diagnostic, 'tags').includes('fixable') || adviceOf(diagnostic)?.startsWith('Safe fix') === true,
    suggestion: adviceOf(diagnostic),
  })
}

/** "fatal" in the older shape. */
const severityWord = (diagnostic: unknown): string => textAt(diagnostic, 'severity') ?? 'error'

/** A text since 2.6; before, `description` beside a marked-up message. */
const textOf = (diagnostic: unknown): string => textAt(diagnostic, 'message') ?? textAt(diagnostic, 'description') ?? ''

const adviceOf = (diagnostic: unknown): string | undefined =>
  listAt(diagnostic, 'advices')
    .map((advice) => textAt(advice, 'text'))
    .find((text) => text?.includes('fix: '))

function placeOf(diagnostic: unknown, positions: Positions): { readonly line?: number | undefined; readonly column?: number | undefined } {
  const start = at(diagnostic, 'location', 'start')
  if (start !== undefined) return { line: numberAt(start, 'line'), column: numberAt(start, 'column') }
  const offset = numberAt(diagnostic, 'location', 'span', 0)
  const source = textAt(diagnostic, 'location', 'sourceCode')
  return offset === undefined || source === undefined ? {} : positions.of(source, offset)
}

type Positions = ReturnType<typeof newPositions>

/** Turns the offsets of the older shape, which count UTF-8 bytes, into lines and columns. */
function newPositions() {
  const encoder = new TextEncoder()
  const decoder = new TextDecoder()
  return {
    of(source: string, offset: number): { readonly line: number; readonly column: number } {
      const before = decoder.decode(encoder.encode(source).subarray(0, Math.max(0, offset)))
      const lastBreak = before.lastIndexOf('\n')
      return { line: before.split('\n').length, column: before.length - lastBreak }
    },
  }
}

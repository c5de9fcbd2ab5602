/** Reads `go test -json`: one event a line; each failed test is a finding, each package that does not build its compiler errors. */
import type { Finding } from '../../model/finding.ts'
import { goFindings } from './go.ts'
import { at, readLines, textAt } from './json-output.ts'
import { newFinding } from './new-finding.ts'
import type { Parser, ToolOutput } from './parser.ts'
import { placeIn } from './place.ts'
import { linesOf } from './plain-text.ts'

/** More output of one test says nothing more about why it failed. */
const keptOutput = 16_000

const mostMoreLines = 8

type Unit = { readonly package: string; readonly test?: string; output: string; failed: boolean }

export const goTestJson: Parser = (output) => {
  const events = readLines(output.stdout).filter((event) => textAt(event, 'Action') !== undefined)
  if (events.length === 0) return { findings: goFindings(textLines(output)), unreadable: 'no event was printed, as `go test -json` does for each package' }
  const units = unitsOf(events)
  const folders = folderNames([...new Set([...units.values()].map((unit) => unit.package))])
  const failed = [...units.values()].filter((unit) => unit.failed)
  const whole = wholeTests(failed)
  const tests = failed.filter((unit) => unit.test !== undefined && !whole.has(`${unit.package}\n${unit.test}`))
  const explained = new Set(tests.map((unit) => unit.package))
  const built = goFindings(builtLines(events, output))
  const packages = failed.filter(
    (unit) => unit.test === undefined && !explained.has(unit.package) && (built.length === 0 || !/\[(?:build|setup) failed\]/.test(unit.output)),
  )
  return { findings: [...built, ...[...tests, ...packages].map((unit) => findingOf(unit, folders))] }
}

function unitsOf(events: readonly unknown[]): ReadonlyMap<string, Unit> {
  const units = new Map<string, Unit>()
  for (const event of events) {
    const name = textAt(event, 'Package')
    if (name === undefined) continue
    const test = textAt(event, 'Test')
    const key = `${name}\n${test ?? ''}`
    const unit = units.get(key) ?? { package: name, output: '', failed: false, ...(test === undefined ? {} : { test }) }
    units.set(key, unit)
    if (unit.output.length < keptOutput) unit.output += textAt(event, 'Output') ?? ''
    if (at(event, 'Action') === 'fail') unit.failed = true
  }
  return units
}

/** A test fails when a subtest does: the subtest says why. */
function wholeTests(failed: readonly Unit[]): ReadonlySet<string> {
  const whole = failed.flatMap(({ package: name, test = '' }) => {
    const end = test.lastIndexOf('/')
    return end === -1 ? [] : [`${name}\n${test.slice(0, end)}`]
  })
  return new Set(whole)
}

function findingOf(unit: Unit, folders: (name: string) => string | undefined): Finding {
  const lines = linesOf(unit.output).filter((line) => !/^\s*(?:===|---) |^(?:FAIL|PASS|ok)\b|^exit status/.test(line) && line.trim() !== '')
  const panic = lines.find((line) => line.startsWith('panic: '))
  // A test logs before it fails: its last word counts.
  const index = lines.findLastIndex((line) => placeIn(line.trim())?.file.endsWith('.go') === true)
  const place = index === -1 ? undefined : placeIn((lines[index] ?? '').trim())
  const folder = folders(unit.package)
  const file = place === undefined || /[\\/]/.test(place.file) ? place?.file : folder === undefined ? undefined : `${folder}${place.file}`
  // Without its folder the name of a file would point to the wrong one: then it stays in the message.
  const where = place !== undefined && file === undefined ? `${place.file}:${place.line}: ` : ''
  const more = lines.slice(index + 1, index + mostMoreLines).map((line) => line.trim())
  const text = panic ?? [place?.rest ?? '', ...more].filter((line) => line !== '').join('\n')
  return newFinding({
    file,
    line: place?.line,
    column: place?.column,
    rule: unit.test === undefined ? 'package' : 'test',
    severity: 'error',
    message: `${unit.test ?? unit.package}: ${where}${text === '' ? 'failed' : text}`,
  })
}

/**
 * Go names a file by its last part, and a package by its import path. The folder is known where the import path of the module is:
 * on the usual forges it has three parts, and when the package in the root was tested too, all others begin with it.
 */
function folderNames(packages: readonly string[]): (name: string) => string | undefined {
  const shortest = packages.reduce<string | undefined>((short, name) => (short === undefined || name.length < short.length ? name : short), undefined)
  const isRoot = packages.length > 1 && packages.every((name) => name === shortest || name.startsWith(`${shortest ?? ''}/`))
  return (name) => {
    const module =
      /^(?:github\.com|gitlab\.com|bitbucket\.org|codeberg\.org)\/[^/]+\/[^/]+(?:\/v\d+(?=\/|$))?/.exec(name)?.[0] ?? (isRoot ? shortest : undefined)
    if (module === undefined) return undefined
    return name === module ? './' : `.${name.slice(module.length)}/`
  }
}

/** Since Go 1.24 the compiler's words are events too; before, they are on stderr. */
function builtLines(events: readonly unknown[], output: ToolOutput): readonly string[] {
  const text = events.map((event) => (at(event, 'Action') === 'build-output' ? (textAt(event, 'Output') ?? '') : '')).join('')
  return linesOf(`${text}\n${output.stderr}`)
}

const textLines = ({ stdout, stderr }: ToolOutput): readonly string[] => linesOf(`${stdout}\n${stderr}`)

/** Every parser, by the name that configuration uses. */
import type { ParserName } from '../../model/task.ts'
import { actionlint } from './actionlint.ts'
import { biomeJson } from './biome-json.ts'
import { cargoJson } from './cargo-json.ts'
import { eslintJson } from './eslint-json.ts'
import { fileList } from './file-list.ts'
import { gnu } from './gnu.ts'
import { goTestJson } from './go-test-json.ts'
import { go } from './go.ts'
import { lines } from './lines.ts'
import { mypy } from './mypy.ts'
import { none } from './none.ts'
import { oxlintJson } from './oxlint-json.ts'
import type { Parser } from './parser.ts'
import { ruffJson } from './ruff-json.ts'
import { tsc } from './tsc.ts'

export const parsers = {
  lines,
  gnu,
  tsc,
  'eslint-json': eslintJson,
  'biome-json': biomeJson,
  'oxlint-json': oxlintJson,
  'file-list': fileList,
  'ruff-json': ruffJson,
  mypy,
  'cargo-json': cargoJson,
  go,
  'go-test-json': goTestJson,
  actionlint,
  none,
} as const satisfies Record<ParserName, Parser>

/** A part of one of these says nothing: half a JSON document cannot be read. */
export const neededWhole: ReadonlySet<ParserName> = new Set(['eslint-json', 'biome-json', 'oxlint-json', 'ruff-json', 'cargo-json', 'go-test-json'])

/** Reports whose own errors outweigh an exit code of 0, which a wrapper (`|| true`) may have made. Ruff calls everything an error and has --exit-zero. */
export const outweighingPass: ReadonlySet<ParserName> = new Set(['eslint-json', 'biome-json', 'oxlint-json', 'cargo-json', 'go-test-json'])

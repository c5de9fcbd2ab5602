/** What pawl knows about one JavaScript tool: what it reads, how it says what it found, how it mends it. */
import type { CheckConfig } from '../check-shape.ts'

export type NodeTool = {
  /** Name of the check. */
  readonly name: string
  readonly program: string
  /** Words that must follow the program: "check" of `biome check`. */
  readonly lead: readonly string[]
  readonly packages: readonly string[]
  /** Globs, in the root, of files that configure it. */
  readonly configs: readonly string[]
  /** Key of package.json that configures it. */
  readonly key?: string
  readonly kind: 'lint' | 'format' | 'types' | 'test'
  /** Endings of files it can be given one by one; empty: it always judges the whole. */
  readonly endings: readonly string[]
  /** It is quick although it judges the whole. */
  readonly quick?: true
  /** What it judges when no path is named; undefined: nothing. */
  readonly whole?: readonly string[]
  /** Flags followed by a value, and flags that are not: needed to tell paths from values. */
  readonly valued: readonly string[]
  readonly bare: readonly string[]
  /** Flags that make it write. */
  readonly mends: readonly string[]
  /** Words and flags that make it no check at all. */
  readonly never: readonly string[]
  /** Valued flags and bare flags that `machine` replaces. */
  readonly replaced: readonly string[]
  /** Added so that pawl can read the answer. */
  readonly machine: readonly string[]
  /** What takes the place of `lead` and is added for mending. */
  readonly fix?: { readonly lead: readonly string[]; readonly flags: readonly string[] }
  readonly judge: Pick<CheckConfig, 'parser' | 'exits' | 'failsOnOutput'>
  /** Further inputs than the files it judges and its own configs. */
  readonly reads: readonly string[]
}

export const scriptEndings = ['js', 'mjs', 'cjs', 'jsx', 'ts', 'mts', 'cts', 'tsx']
export const componentEndings = ['vue', 'svelte', 'astro']
export const typeReads = ['**/tsconfig*.json', '**/jsconfig.json', '**/*.d.{ts,mts,cts}', '**/package.json']
export const one = { exits: { pass: [0], findings: [1] } }
export const base = {
  lead: [],
  configs: [],
  valued: [],
  bare: [],
  mends: [],
  never: [],
  replaced: [],
  machine: [],
  reads: [],
  endings: [],
} satisfies Partial<NodeTool>

/** Reads the targets of a Makefile, each with its recipe and with what keeps make from running it. */
import type { Files } from '../../model/files.ts'

export type MakeTarget = {
  readonly name: string
  readonly file: string
  readonly needs: readonly string[]
  readonly recipe: readonly string[]
  /** Why `make NAME` does nothing. */ readonly trap?: string
}

/** A target that is not declared phony and has the name of a file or folder is "up to date": make does nothing and is content. */
export async function makeTargets(files: Files): Promise<readonly MakeTarget[]> {
  const file = (await files.glob(['GNUmakefile', 'makefile', 'Makefile']))[0]
  if (file === undefined) return []
  const text = ((await files.read(file)) ?? '').replaceAll(/\\\n/g, ' ')
  const phony = new Set([...text.matchAll(/^\.PHONY\s*:(.*)$/gm)].flatMap((match) => (match[1] ?? '').trim().split(/\s+/)))
  const targets = [...text.matchAll(/^([A-Za-z0-9][\w.-]*)\s*::?(?!=)([^\n=]*)((?:\n\t[^\n]*|\n[ \t]*(?=\n)|\n#[^\n]*)*)/gm)]
  return Promise.all(
    targets.map(async (match): Promise<MakeTarget> => {
      const name = match[1] ?? ''
      const needs = (match[2] ?? '')
        .replace(/[;#].*/, '')
        .trim()
        .split(/\s+/)
        .filter((word) => word !== '')
      const recipe = (match[3] ?? '')
        .split('\n')
        .filter((line) => line.startsWith('\t'))
        .map((line) => line.trim().replace(/^[@+-]+/, ''))
        .filter((line) => line !== '')
      const blocked = !phony.has(name) && ((await files.exists(name)) || (await files.list(name)).length > 0)
      return { name, file, needs, recipe, ...(blocked ? { trap: `it is not .PHONY and a file or folder named ${name} exists, so make does nothing` } : {}) }
    }),
  )
}

/** Every line that `make NAME` runs, those of the targets that it needs first. */
export function linesOf(targets: readonly MakeTarget[], name: string, seen: ReadonlySet<string> = new Set()): readonly string[] {
  const target = targets.find((other) => other.name === name)
  if (target === undefined || seen.has(name)) return []
  return [...target.needs.flatMap((need) => linesOf(targets, need, new Set([...seen, name]))), ...target.recipe]
}

/** Reads the first line of a script: which program it is for. */
import { closeSync, openSync, readSync } from 'node:fs'

/** The words after "#!"; undefined when the file is no script. Throws what opening or reading the file throws. */
export function shebangOf(path: string): readonly string[] | undefined {
  // Linux itself looks at no more than 256 bytes.
  const start = Buffer.alloc(256)
  const file = openSync(path, 'r')
  try {
    const length = readSync(file, start, 0, start.length, 0)
    return shebangIn(start.toString('utf8', 0, length))
  } finally {
    closeSync(file)
  }
}

function shebangIn(text: string): readonly string[] | undefined {
  const line = /^#![ \t]*([^\r\n]+)/.exec(text)?.[1]
  return line?.trim().split(/[ \t]+/)
}

/** The program that really reads the script: for "env -S NAME=value node --flag" it is node. */
export function interpreterIn(shebang: readonly string[]): string | undefined {
  const [first, ...rest] = shebang
  if (first === undefined || !/(^|\/)env$/.test(first)) return first
  return rest.find((word) => !word.startsWith('-') && !word.includes('='))
}

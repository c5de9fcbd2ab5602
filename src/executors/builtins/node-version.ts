/** Compares the Node, Bun or Deno that commands get with what the repository asks for. */
import type { Builtin } from '../builtin.ts'
import { isJsonTable, textIn } from './package-manifests.ts'
import { judgeVersion, type VersionWish } from './version-question.ts'

const how: Readonly<Record<string, string>> = {
  node: 'install it with the version manager you use (mise install, nvm install, fnm use, volta install node), or see https://nodejs.org/en/download',
  bun: 'see https://bun.sh/docs/installation',
  deno: 'see https://docs.deno.com/runtime/getting_started/installation',
}

/** program, pins: a list of { range, from, strict }, the most binding first. */
export const nodeVersion: Builtin = async (args, world) => {
  const program = textIn(args, 'program') ?? 'node'
  const pins = Array.isArray(args['pins']) ? args['pins'].filter(isJsonTable) : []
  const wishes = pins.map((pin): VersionWish => ({
    range: textIn(pin, 'range') ?? '*',
    from: textIn(pin, 'from') ?? '',
    strict: pin['strict'] !== false,
    plain: 'newer',
  }))
  return judgeVersion(program, wishes, how[program], world)
}

/** Compares the Python that the project would use with every pin of the repository. */
import type { Failure } from '../../model/failure.ts'
import type { Finding } from '../../model/finding.ts'
import type { Builtin, BuiltinWorld } from '../builtin.ts'
import { ask, crashed, missing, textOr } from './asking.ts'
import { pythonPins } from './python-pins.ts'
import { inSpecifier } from './python-specifier.ts'

export const pythonVersion: Builtin = async (args, world) => {
  const pins = await pythonPins(world.files)
  const interpreter = await interpreterOf(
    textOr(args['manager'], 'pip'),
    textOr(args['venv'], '.venv'),
    pins.map((pin) => pin.wanted),
    world,
  )
  if ('failure' in interpreter) return interpreter
  if ('finding' in interpreter) return { findings: [interpreter.finding], summary: 'no fitting Python' }
  const findings = pins.flatMap((pin): Finding[] => {
    const inside = inSpecifier(interpreter.version, pin.wanted)
    if (inside === true) return []
    const place = { file: pin.file, ...(pin.line === undefined ? {} : { line: pin.line }) }
    if (inside === undefined)
      return [{ ...place, severity: 'warning', rule: 'python-version', message: `'${pin.wanted}' is no version specifier that can be judged` }]
    return [
      {
        ...place,
        severity: 'error',
        rule: 'python-version',
        message: `wants Python ${pin.wanted}, found ${interpreter.version} (${interpreter.path})`,
        suggestion: 'install that version, or start pawl where it comes first on PATH',
      },
    ]
  })
  return { findings, summary: `Python ${interpreter.version} (${interpreter.path})${pins.length === 0 ? ', nothing pins a version' : ''}` }
}

type Interpreter = { readonly version: string; readonly path: string } | { readonly finding: Finding } | { readonly failure: Failure }

/** uv chooses an interpreter by itself; everyone else gets the one of the environment, or the first on PATH. */
async function interpreterOf(manager: string, venv: string, wanted: readonly string[], world: BuiltinWorld): Promise<Interpreter> {
  if (manager !== 'uv') return firstOf([`${venv}/bin/python`, `${venv}/Scripts/python.exe`, 'python3', 'python'], world)
  const argv = ['uv', 'python', 'find', '--no-python-downloads']
  const answer = await ask(argv, world, { install: 'https://docs.astral.sh/uv/getting-started/installation/' })
  if (!answer.ok) return answer
  const path = answer.exit.stdout.trim()
  if (answer.exit.code === 0 && path !== '') return firstOf([path], world)
  if (answer.exit.code !== 1 && answer.exit.code !== 2) return { failure: crashed(argv, answer.exit) }
  return {
    finding: {
      severity: 'error',
      rule: 'python-version',
      message: `uv finds no Python${wanted.length === 0 ? '' : ` for ${wanted.join(' and ')}`}`,
      suggestion: 'uv python install',
    },
  }
}

async function firstOf(programs: readonly string[], world: BuiltinWorld): Promise<Interpreter> {
  const program = programs.find((name) => world.processes.find(name, world.env, world.files.root) !== undefined)
  if (program === undefined) return { failure: missing(programs.at(-1) ?? 'python', 'install Python 3') }
  const answer = await ask([program, '--version'], world)
  if (!answer.ok) return answer
  const version = /Python (\d[\w.+]*)/.exec(answer.exit.stdout + answer.exit.stderr)?.[1]
  if (version === undefined)
    return { failure: { type: 'tool.unparsed', what: `${program} --version did not print a version`, why: answer.exit.stdout.slice(0, 200) } }
  return { version: version.replace(/\+$/, ''), path: world.processes.find(program, world.env, world.files.root) ?? program }
}

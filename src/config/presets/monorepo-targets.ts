/** Takes a call of a monorepo tool for several targets apart, so that each target is a check of its own. */

export type Target = { readonly id: string; readonly command: readonly string[] }

/** Undefined: not such a call, or one whose flags pawl does not know. */
export function monorepoTargets(words: readonly string[]): readonly Target[] | undefined {
  const args = ['npx', 'bunx'].includes(words[0] ?? '')
    ? words.slice(1)
    : ['pnpm', 'yarn'].includes(words[0] ?? '')
      ? words.slice(words[1] === 'exec' ? 2 : 1)
      : words
  if (args[0] === 'turbo') return turbo(args.slice(args[1] === 'run' ? 2 : 1))
  if (args[0] === 'nx' && args[1] === 'run-many') return nx(args.slice(2))
  if (args[0] === 'lerna' && args[1] === 'run' && args[2] !== undefined && args.length === 3) return [{ id: `lerna:${args[2]}`, command: [...args] }]
  return undefined
}

function turbo(args: readonly string[]): readonly Target[] | undefined {
  const flags = args.filter((arg) => arg.startsWith('-'))
  const tasks = args.filter((arg) => !arg.startsWith('-'))
  const unclear =
    flags.includes('--') ||
    args.some(
      (arg, i) =>
        /^--?\w[\w-]*$/.test(arg) &&
        !/^--(continue|force|no-daemon|daemon|affected|parallel)$/.test(arg) &&
        i + 1 < args.length &&
        !(args[i + 1] ?? '').startsWith('-'),
    )
  return tasks.length === 0 || unclear ? undefined : tasks.map((task) => ({ id: `turbo:${task}`, command: ['turbo', 'run', task, ...flags] }))
}

function nx(args: readonly string[]): readonly Target[] | undefined {
  const targets: string[] = []
  const rest: string[] = []
  for (let i = 0; i < args.length; i++) {
    const match = /^(?:-t|--targets?)(?:=(.*))?$/.exec(args[i] ?? '')
    if (match === null) rest.push(args[i] ?? '')
    else if (match[1] !== undefined) targets.push(...match[1].split(','))
    else for (; i + 1 < args.length && !(args[i + 1] ?? '').startsWith('-'); i++) targets.push(...(args[i + 1] ?? '').split(','))
  }
  return targets.length === 0 ? undefined : targets.map((target) => ({ id: `nx:${target}`, command: ['nx', 'run-many', '-t', target, ...rest] }))
}

/** pawl, with every task written down in pawl.yaml. */
import { commandOf, needsOf, scripts, type Monorepo } from '../monorepo.ts'
import { parallelism, type Runner } from '../runner.ts'

export const pawl: Runner = {
  name: 'pawl',
  program: (place) => place.pawl,
  files: (repo) => ({ 'pawl.yaml': configOf(repo) }),
  argv: (program) => [program, '--quiet'],
  plan: (program) => [program, 'plan'],
  state: () => ['.pawl'],
  note: 'the compiled executable; pawl.yaml names every task',
}

function configOf({ packages }: Monorepo): string {
  const checks = packages.flatMap((pkg) =>
    scripts.map((script) => {
      const check = {
        command: commandOf(script),
        cwd: pkg.folder,
        inputs: [`${pkg.folder}/src/**`, `${pkg.folder}/package.json`, `tools/${script}.sh`],
        outputs: script === 'build' ? [`${pkg.folder}/dist/**`] : [],
        needs: needsOf(script, pkg).map((need) => need.join(':')),
      }
      return `  "${pkg.name}:${script}": ${JSON.stringify(check)}`
    }),
  )
  return ['detect: false', `jobs: ${parallelism}`, 'checks:', ...checks, ''].join('\n')
}

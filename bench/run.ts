/** `npm run bench`: generates the cases, installs the peers, measures all in turn, and judges the goals. See `--help`. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gitStatus, tasksAlone } from './floors.ts'
import { hookRows, hookTools } from './hooks.ts'
import { load, thisMachine } from './machine.ts'
import { monorepoRows } from './monorepo-rows.ts'
import { optionsOf, usage, type Options } from './options.ts'
import { environment, installPeers, leave, newPlace, type Place } from './place.ts'
import { goalsOf, markdownOf, type Result } from './result.ts'
import type { Row } from './row.ts'
import { isAvailable, type Runner } from './runner.ts'
import { make, miseContent, miseTimes, ninja } from './runners/file-times.ts'
import { lage, moon, vitePlus, wireit } from './runners/monorepo-runners.ts'
import { nx, nxNpm, nxWithoutDaemon } from './runners/nx.ts'
import { pawl } from './runners/pawl.ts'
import { turbo, turboLauncher, turboNpm } from './runners/turbo.ts'

/** The first is what the others are compared with. */
const runners: readonly Runner[] = [
  pawl,
  gitStatus,
  tasksAlone,
  ninja,
  make,
  turbo,
  turboLauncher,
  turboNpm,
  miseTimes,
  miseContent,
  vitePlus,
  nx,
  nxWithoutDaemon,
  nxNpm,
  lage,
  wireit,
  moon,
]

const options = optionsOf(process.argv.slice(2))
if (options === undefined) console.log(usage)
else run(options)

function run(chosen: Options): void {
  const place = newPlace()
  if (!chosen.quick) installPeers(place)
  const wanted = <T extends { readonly name: string }>(all: readonly T[]): T[] =>
    all.filter(
      ({ name }) => (chosen.tools.length === 0 || chosen.tools.some((tool) => name.startsWith(tool))) && !chosen.without.some((tool) => name.endsWith(tool)),
    )
  const here = wanted(runners).filter((runner) => isAvailable(runner, place))
  const hooks = chosen.scenarios.includes('hooks') ? wanted(hookTools) : []
  const absent = [...wanted(runners).filter((runner) => !here.includes(runner)), ...hooks.filter((tool) => !isAvailable(tool, place))].map(({ name }) => name)
  const loads = [load()]
  const rows: Row[] = []
  const keep = (more: readonly Row[]): void => void (rows.push(...more), loads.push(load()))
  if (chosen.scenarios.some((name) => name !== 'hooks')) for (const size of chosen.sizes) keep(monorepoRows(here, size, place, chosen))
  if (hooks.length > 0)
    keep(
      hookRows(
        hooks.filter((tool) => isAvailable(tool, place)),
        place,
        chosen,
      ),
    )
  const result: Result = {
    date: new Date().toISOString().slice(0, 10),
    machine: thisMachine(),
    rounds: chosen.rounds,
    load: [Math.min(...loads), Math.max(...loads)],
    versions: Object.fromEntries([...here, ...hooks.filter((tool) => isAvailable(tool, place))].map((tool) => [tool.name, versionOf(tool, place)])),
    notes: notesOf([...here, ...hooks]),
    missing: [...new Set(absent)],
    rows,
  }
  console.log(`\n${markdownOf(result)}`)
  if (chosen.markdown !== undefined) writeFileSync(chosen.markdown, markdownOf(result))
  if (chosen.json !== undefined) writeFileSync(chosen.json, `${JSON.stringify({ ...result, goals: goalsOf(result) }, undefined, 2)}\n`)
  const wrong = rows.filter((row) => row.wrong !== undefined)
  for (const row of wrong) console.error(`${row.tool}, ${row.scenario}, ${row.size}: ${row.wrong}`)
  if (chosen.keep) console.log(`left for a look: ${place.work}`)
  else leave(place)
  process.exitCode = wrong.length > 0 || rows.length === 0 ? 1 : 0
}

/** A tool of both parts has both notes. */
function notesOf(tools: readonly { readonly name: string; readonly note?: string }[]): Record<string, string> {
  const told = Map.groupBy(tools, ({ name }) => name)
  return Object.fromEntries(
    [...told].map(([name, same]) => [name, same.flatMap(({ note }) => note ?? []).join('; ')] as const).filter(([, note]) => note !== ''),
  )
}

function versionOf(tool: Pick<Runner, 'program' | 'versionArgs' | 'npm'>, place: Place): string {
  if (tool.npm !== undefined) return (JSON.parse(readFileSync(join(place.peers, tool.npm, 'package.json'), 'utf8')) as { version: string }).version
  const program = tool.program(place)
  const argv = [...(program.endsWith('.js') ? [place.node] : []), program, ...(tool.versionArgs ?? ['--version'])]
  const { stdout } = spawnSync(argv[0] ?? '', argv.slice(1), { cwd: place.work, env: environment(place, place.work, {}), encoding: 'utf8' })
  return /\d+\.\d+(\.\d+)?[\w.-]*/.exec(stdout ?? '')?.[0] ?? '-'
}

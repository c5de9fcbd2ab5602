/** Looks whether pawl itself can work here: git, state, disk, tools. Every line is looked at, none assumed. */
import { existsSync } from 'node:fs'
import { freeBytes } from '../host/disk.ts'
import { git } from '../host/git.ts'
import { namespaces } from '../host/pid-namespace.ts'
import { placeText, type Failure } from '../model/failure.ts'
import { sizeText } from '../model/size.ts'
import { agentSymptoms } from './agent-symptoms.ts'
import { lockHolder } from './lock-holder.ts'
import { planFor } from './planned.ts'
import { environmentOf, type Site } from './site.ts'
import { readState } from './state.ts'
import type { Symptom } from './symptom.ts'
import { trustHere } from './trust-here.ts'
import { version } from './version.ts'

/** `trial`: every agent has to edit a file, which takes seconds. */
export async function diagnose(site: Site, { trial }: { readonly trial: boolean }): Promise<readonly Symptom[]> {
  const agents = agentSymptoms(site, { trial })
  const before = [program(), await gitSymptom(site), repository(site), await state(site), lock(site), await disk(site), isolation()]
  return [...before, ...(await tools(site)), ...(await agents), ...(await trust(site))]
}

/** Nothing is said where the repository brings none. What is wrong with the configuration is told where the plan is. */
async function trust(site: Site): Promise<readonly Symptom[]> {
  const here = await trustHere(site)
  if (!here.ok) return []
  const { trust: known, settings } = here.value
  if (known.trouble !== undefined) return [{ name: 'trust', state: 'warning', text: `${known.trouble.what}: ${known.trouble.why ?? ''}` }]
  const open = settings.filter((one) => !known.isApproved(one)).map(({ path }) => path)
  const rest = settings.length - open.length
  if (open.length > 0)
    return [
      {
        name: 'trust',
        state: 'fine',
        text: `settings for agents, not approved: ${[...new Set(open)].join(', ')}${rest > 0 ? `; ${rest} approved` : ''}`,
        hint: 'pawl trust',
      },
    ]
  return rest === 0 ? [] : [{ name: 'trust', state: 'fine', text: `settings for agents, all ${rest} approved` }]
}

function program(): Symptom {
  const runtime = process.versions['bun'] === undefined ? `Node ${process.versions.node}` : `Bun ${process.versions['bun']}`
  return { name: 'pawl', state: 'fine', text: `${version} on ${runtime}, ${process.platform} ${process.arch}` }
}

/** `merge-tree --stdin`, by which work of agents lands, came with 2.39. */
async function gitSymptom(site: Site): Promise<Symptom> {
  const answer = await git(site.cwd, ['version'])
  if (!answer.ok) return { name: 'git', state: 'broken', text: 'git does not answer', hint: 'Install git 2.39 or newer.' }
  const text = new TextDecoder().decode(answer.stdout).trim()
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(text) ?? []).slice(1).map(Number)
  return major > 2 || (major === 2 && minor >= 39)
    ? { name: 'git', state: 'fine', text }
    : { name: 'git', state: 'warning', text, hint: 'Landing of agents needs git 2.39 or newer.' }
}

function repository(site: Site): Symptom {
  if (site.repository === undefined)
    return { name: 'repository', state: 'warning', text: `${site.root} is no git repository`, hint: 'pawl works, but must hash every file itself: git init' }
  return { name: 'repository', state: 'fine', text: `${site.root}${site.repository.linked ? ' (linked worktree)' : ''}` }
}

async function state(site: Site): Promise<Symptom> {
  const opened = await readState(site)
  if (!opened.ok)
    return {
      name: 'state',
      state: 'broken',
      text: opened.failures.map((failure) => failure.what).join('; '),
      ...(opened.failures[0]?.hint === undefined ? {} : { hint: opened.failures[0].hint }),
    }
  const runs = opened.value.store.runs(Number.MAX_SAFE_INTEGER).length
  const notes = opened.value.notes.map((note) => `; ${note.what}`).join('')
  opened.value.close()
  return {
    name: 'state',
    state: notes === '' ? 'fine' : 'warning',
    text: existsSync(site.stateFolder) ? `${site.stateFolder}, ${runs} runs${notes}` : `none yet (${site.stateFolder})`,
  }
}

function lock(site: Site): Symptom {
  const holder = lockHolder(site)
  return {
    name: 'lock',
    state: 'fine',
    text: holder === undefined ? 'free' : holder.pid === 0 ? 'held by a process that has just begun' : `held by process ${holder.pid}: ${holder.command}`,
  }
}

async function disk(site: Site): Promise<Symptom> {
  const free = await freeBytes(site.root)
  return {
    name: 'disk',
    state: free >= 2 ** 30 ? 'fine' : 'broken',
    text: `${sizeText(free)} free`,
    ...(free >= 2 ** 30 ? {} : { hint: 'pawl cache prune, or set diskFree in pawl.yaml' }),
  }
}

/** Whether `isolation: namespace` can be had; nobody needs it as long as it is not set. */
function isolation(): Symptom {
  const by = namespaces()?.by[0]
  return by === undefined
    ? {
        name: 'isolation',
        state: 'fine',
        text: 'group; namespace is not possible here',
        hint: 'Install bubblewrap (bwrap) on Linux to get isolation: namespace.',
      }
    : { name: 'isolation', state: 'fine', text: `group, or namespace by ${by}` }
}

function brokenPlan({ place, what, hint }: Failure): Symptom {
  return { name: 'plan', state: 'broken', text: `${placeText(place)} ${what}`.trim(), ...(hint === undefined ? {} : { hint }) }
}

/** Each program that the plan calls, and whether it is there. */
async function tools(site: Site): Promise<readonly Symptom[]> {
  const planned = await planFor(site, {})
  if (!planned.ok) return planned.failures.map(brokenPlan)
  const programs = new Map<string, { users: string[]; install: string | undefined; required: boolean }>()
  for (const { task } of planned.value.plan.tasks.values()) {
    const [program] = task.action.kind === 'command' ? task.action.argv : []
    if (program === undefined || task.action.kind !== 'command' || task.role === 'fix') continue
    const entry = programs.get(program) ?? { users: [], install: task.action.install, required: false }
    entry.users.push(task.id)
    programs.set(program, { ...entry, required: entry.required || task.severity === 'required' })
  }
  const env = environmentOf(site, site.root, { pass: planned.value.settings.envPass, key: planned.value.settings.envKey })
  return [...programs].map(([program, { users, install, required }]): Symptom => {
    const found = site.processes.find(program, env, site.root)
    const name = program.split('/').at(-1) ?? program
    if (found !== undefined) return { name, state: 'fine', text: found }
    return { name, state: required ? 'broken' : 'warning', text: `missing; needed by ${users.join(', ')}`, ...(install === undefined ? {} : { hint: install }) }
  })
}

/** A repository with a roadmap whose scripted agents do what their tasks say, and what is told of it afterwards. */
import type { Repo } from './rig.ts'
import { agentsRepo } from './scripted-agent.ts'

/** Where all lands. */
export const onto = 'pawl/integration'

/** A task whose agent does `work` in its first turn, and `again` in a later one. */
export const task = (id: string, title: string, work: string, again = '', more: readonly string[] = []): string =>
  [
    `#### ${id}: ${title}`,
    '',
    ...more,
    ...(more.length > 0 ? [''] : []),
    '```sh',
    work,
    '```',
    '',
    ...(again === '' ? [] : ['```sh again', again, '```', '']),
  ].join('\n')

export const group = (id: string, ...tasks: readonly string[]): string => [`### Group ${id}: Part ${id}`, '', ...tasks].join('\n')
export const phase = (id: string, ...groups: readonly string[]): string => [`## Phase ${id}: Part ${id}`, '', ...groups].join('\n')
export const roadmap = (...phases: readonly string[]): string => ['# Roadmap', '', ...phases].join('\n')

/** `more`: further keys of `work` in pawl.yaml, after a comma; `section`: of `roadmap`. */
export async function roadmapRepo(text: string, more = '', section = ''): Promise<Repo> {
  const repo = await agentsRepo({ 'ROADMAP.md': text }, more)
  if (section !== '') {
    repo.write({ 'pawl.yaml': `${repo.read('pawl.yaml')}roadmap: { ${section} }\n` })
    repo.commit('section')
  }
  return repo
}

type Status = {
  readonly phases: readonly { readonly groups: readonly { readonly tasks: readonly { id: string; standing: { kind: string } }[] }[] }[]
}
type Told = { readonly kind: string; readonly [key: string]: unknown }

/** By id of the task: how it stands, with all that is told of it. */
export async function standingsOf(repo: Repo): Promise<Readonly<Record<string, Told>>> {
  const status = JSON.parse((await repo.pawl('roadmap', 'status', '--json')).stdout) as Status
  return Object.fromEntries(status.phases.flatMap(({ groups }) => groups.flatMap(({ tasks }) => tasks.map((one) => [one.id, one.standing as Told] as const))))
}

export const kindsOf = async (repo: Repo): Promise<Readonly<Record<string, string>>> =>
  Object.fromEntries(Object.entries(await standingsOf(repo)).map(([id, { kind }]) => [id, kind]))

/** Drafts a roadmap: a starter for people who write it themselves, or a turn of an agent in a copy from an idea in prose. What comes of it is only taken when it can be read. */
import { existsSync, lstatSync } from 'node:fs'
import { mkdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { agentNamed } from '../../config/ai-fix.ts'
import { loadConfig, type LoadedConfig } from '../../config/load.ts'
import { readRoadmap } from '../../config/roadmap/read-roadmap.ts'
import { draftBrief, starterRoadmap } from '../../config/roadmap/roadmap-template.ts'
import { sha256 } from '../../host/digest.ts'
import { makeIsolatedCopy } from '../../host/isolated-copy.ts'
import { randomHex } from '../../host/random-hex.ts'
import { saveAtomic } from '../../host/save-atomic.ts'
import { prepareStateFolder } from '../../host/state-folder.ts'
import type { AgentChoice } from '../../model/agent.ts'
import type { Spent } from '../../model/budget.ts'
import type { Cancellation } from '../../model/cancellation.ts'
import { failed, ok, type Failure, type Result } from '../../model/failure.ts'
import { newsText } from '../../model/news-text.ts'
import { importConfig } from '../config-module.ts'
import { processTag } from '../recover.ts'
import { movesRefused } from '../moved-agents.ts'
import { environmentOf, type Site } from '../site.ts'
import { trustedAgents } from '../trusted-agent.ts'

export type DraftWish = {
  /** Relative to the root. */
  readonly file: string
  /** Absent: the starter. */
  readonly idea?: string
  readonly agent?: string
  readonly timeoutMs?: number
  /** Nothing is written. */
  readonly isDry: boolean
  readonly cancellation: Cancellation
  readonly note: (text: string) => void
}

export type Draft = { readonly file: string; readonly text: string; readonly by: string; readonly turns: number; readonly spent?: Spent }

const usualTimeoutMs = 15 * 60_000
const mostTurns = 2

/** A file that is there is never replaced. */
export async function draftRoadmap(site: Site, wish: DraftWish): Promise<Result<Draft>> {
  const path = join(site.root, wish.file)
  const inTheWay = (): Failure | undefined =>
    existsSync(path)
      ? {
          type: 'init.foreign',
          what: `${wish.file} is there already`,
          kept: 'it was not changed',
          hint: 'Name another file with -o.',
          place: { file: wish.file },
        }
      : undefined
  const taken = inTheWay()
  if (taken !== undefined) return failed(taken)
  const draft = wish.idea === undefined ? ok({ file: wish.file, text: starterRoadmap, by: 'pawl', turns: 0 }) : await byAgent(site, wish, wish.idea)
  if (!draft.ok || wish.isDry) return draft
  const now = inTheWay()
  if (now !== undefined) return failed(now)
  await mkdir(dirname(path), { recursive: true })
  await saveAtomic(path, draft.value.text, 0o644)
  return draft
}

async function byAgent(site: Site, wish: DraftWish, idea: string): Promise<Result<Draft>> {
  const { repository } = site
  if (repository === undefined)
    return failed({
      type: 'repo.no-git',
      what: `${site.root} is no git repository`,
      why: 'the agent works in a copy that git makes',
      kept: 'nothing was started',
    })
  const loaded = await loadConfig(site.files(), { importModule: importConfig })
  if (!loaded.ok) return loaded
  const agent = await agentFor(site, wish, loaded.value)
  if (!agent.ok) return agent
  const prepared = await prepareStateFolder(site.stateFolder)
  if (!prepared.ok) return prepared
  const folder = join(site.stateFolder, 'drafting', randomHex(8))
  try {
    const copy = await makeIsolatedCopy(repository, folder)
    if (!copy.ok) return copy
    const { root } = copy.value.repository
    const paths = (await site.trees.look()).files.map((file) => file.path)
    const brief = draftBrief(idea, { file: wish.file, checks: Object.keys(loaded.value.config.checks ?? {}), paths })
    const env = environmentOf({ ...site, root }, root, { pass: agent.value.env, key: [] })
    let [asked, spent]: [string, Spent | undefined] = [brief, undefined]
    for (let turn = 1; ; turn++) {
      const briefFile = join(folder, `brief-${turn}.md`)
      await saveAtomic(briefFile, asked)
      const end = await trustedAgents(site)(agent.value).turn(
        {
          brief: asked,
          briefFile,
          folder: root,
          env,
          timeoutMs: wish.timeoutMs ?? usualTimeoutMs,
          budget: {},
          access: 'edit',
          sessionId: crypto.randomUUID(),
          tag: processTag(site.root, 0, `draft-${randomHex(8)}`),
          cancellation: wish.cancellation,
          news: (news) => {
            const text = newsText(news)
            if (text !== undefined) wish.note(text)
          },
          output: () => undefined,
        },
        site.processes,
      )
      spent = end.spent
      if (end.outcome !== 'ok' && end.outcome !== 'turns')
        return failed({
          type: 'agent.stopped',
          what: `${agent.value.name} ended as '${end.outcome}'`,
          ...(end.why === undefined ? {} : { why: end.why }),
          kept: 'nothing was written',
        })
      const text = await textAt(join(root, wish.file))
      if (text === undefined)
        return failed({ type: 'agent.idle', what: `${agent.value.name} says that it is done, and has not written ${wish.file}`, kept: 'nothing was written' })
      const read = readRoadmap(text, wish.file, { digestOf: sha256 })
      if (read.ok) return ok({ file: wish.file, text, by: agent.value.name, turns: turn, spent })
      if (turn >= mostTurns) return failed(...read.failures.map((failure) => ({ ...failure, kept: `what ${agent.value.name} wrote was not taken` })))
      asked = `${brief}\n\n# What you have written cannot be read\n\nThe file is there. Mend it:\n\n${read.failures
        .slice(0, 20)
        .map(({ what, place, hint }) => `- line ${place?.line ?? 1}: ${what}${hint === undefined ? '' : ` (${hint})`}`)
        .join('\n')}\n`
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function agentFor(site: Site, { agent }: DraftWish, loaded: LoadedConfig): Promise<Result<AgentChoice>> {
  const named = agentNamed(agent ?? loaded.config.work?.agent ?? 'claude', agent === undefined ? undefined : '--agent', loaded)
  if (!named.ok) return named
  const moved = await movesRefused(site, { agents: [named.value], services: [] }, undefined)
  return moved === undefined ? named : failed(moved)
}

async function textAt(path: string): Promise<string | undefined> {
  // A link of the agent's could lead anywhere.
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFile(path, 'utf8') : undefined
}

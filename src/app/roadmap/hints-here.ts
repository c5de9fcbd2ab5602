/** What lies about in a repository that says that something of the roadmap is done: status files, tracking files, commits, the journal of another pawl. */
import { commitTraces, type CommitText } from '../../config/roadmap/commit-traces.ts'
import { hintsFrom, type Hint, type Hints } from '../../config/roadmap/hints.ts'
import { sprintTraces } from '../../config/roadmap/sprint-lists.ts'
import { statusFileOf, statusFileTraces } from '../../config/roadmap/status-file.ts'
import { completedTraces, titlesThen, trackedTasks } from '../../config/roadmap/tracking-traces.ts'
import { answerText } from '../../host/git.ts'
import { gitIn } from '../../host/repository.ts'
import { groupKey, tasksOf, type PlacedTask, type Roadmap } from '../../model/roadmap.ts'
import type { Site } from '../site.ts'
import type { RoadmapHere } from './roadmap-here.ts'

export type { Hint, Hints }

const statusFolders = ['', 'status/', 'docs/status/']
const trackingFolders = ['', 'status/', 'logs/orchestrator/']
const mostCommits = 2000

export async function hintsHere(site: Site, { roadmap, text, files }: RoadmapHere): Promise<Hints> {
  const names = (
    await Promise.all(statusFolders.map(async (folder) => (await files.list(folder === '' ? '.' : folder.slice(0, -1))).map((name) => folder + name)))
  ).flat()
  const status = await Promise.all(
    names.filter((name) => statusFileOf(name) !== undefined).map(async (name) => statusFileTraces((await files.read(name)) ?? '', name)),
  )
  const completed = await Promise.all(
    trackingFolders.map(async (folder) => completedTraces((await files.read(`${folder}completed_tasks.txt`)) ?? '', `${folder}completed_tasks.txt`)),
  )
  const tracked = await Promise.all(trackingFolders.map(async (folder) => trackedTasks((await files.read(`${folder}roadmap_tasks.txt`)) ?? '')))
  const sprints = roadmap.dialect === 'yaml' || roadmap.dialect === 'phases' ? [] : sprintTraces(text, roadmap.file)
  return hintsFrom(roadmap, [...status.flat(), ...completed.flat(), ...sprints, ...commitTraces(await commitsOf(site))], titlesThen(tracked.flat()))
}

/** Newest first; none where git cannot tell. */
async function commitsOf({ repository }: Site): Promise<readonly CommitText[]> {
  if (repository === undefined) return []
  const answer = await gitIn(repository, ['log', `--max-count=${mostCommits}`, '-z', '--format=%H%x01%s%x01%b'], { maxBytes: 32 * 1024 * 1024 })
  if (!answer.ok) return []
  return answerText(answer.stdout)
    .split('\0')
    .flatMap((record) => {
      const [commit = '', subject = '', body = ''] = record.split('\x01')
      return commit.trim() === '' ? [] : [{ commit: commit.trim(), subject, body }]
    })
}

/** The tasks that a hint is about. */
export function hintedTasks(roadmap: Roadmap, { task, group, phase }: Hint): readonly PlacedTask[] {
  return tasksOf(roadmap).filter((one) =>
    task !== undefined ? one.task.id === task : group !== undefined ? groupKey(one.phase, one.group) === group : one.phase.id === phase,
  )
}

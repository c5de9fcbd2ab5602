/** Work of agents that was rescued: what there is, and how it comes back. */
import { rescues, restoreRescue, type Rescue, type RestorePlace } from '../../host/rescue.ts'
import { failed, type Result } from '../../model/failure.ts'
import type { Site } from '../site.ts'

export type { Rescue, RestorePlace }

export const rescuedWork = ({ repository, root }: Site): Promise<Result<readonly Rescue[]>> =>
  repository === undefined ? Promise.resolve(noRepository(root)) : rescues(repository)

export const restoredWork = ({ repository, root }: Site, name: string, into: RestorePlace): Promise<Result<{ readonly commit: string }>> =>
  repository === undefined ? Promise.resolve(noRepository(root)) : restoreRescue(repository, name, into)

const noRepository = (root: string) => failed({ type: 'repo.no-git', what: `${root} is no git repository` })

/** The repository of a site where jobs run: there are none outside of one. */
import type { Repository } from '../../host/repository.ts'
import { Bug } from '../../model/failure.ts'
import type { Site } from '../site.ts'

export function repositoryOf(site: Site): Repository {
  if (site.repository === undefined) throw new Bug('jobs outside of a git repository')
  return site.repository
}

/** Plans what each operating system needs and what no file name may be; all of it advice. */
import { nothingDetected, type Preset } from '../preset.ts'
import { ages } from './ages.ts'
import { newGathering } from './gathering.ts'

export const platform: Preset = {
  name: 'platform',
  /** Advice alone is no plan: a folder in which nothing was recognised must not pass because its system is fine. */
  async detect(_files, before) {
    if (Object.keys(before.checks).length === 0) return nothingDetected
    const gathering = newGathering(before)
    for (const row of rows) {
      gathering.check(`platform:${row.platform}`, {
        builtin: `platform-${row.platform}`,
        stage: 'platform',
        needs: [],
        severity: 'advisory',
        platforms: [row.platform],
        ttl: ages.platform,
        inputs: ['.gitattributes'],
        tools: ['git'],
        reason: row.reason,
      })
    }
    gathering.check('paths', {
      builtin: 'paths',
      stage: 'platform',
      needs: [],
      severity: 'advisory',
      ttl: ages.platform,
      inputs: ['**/*'],
      reason: 'file names that another system cannot hold',
    })
    return gathering.detected()
  },
}

const rows = [
  { platform: 'linux', reason: 'file watchers and open files' },
  { platform: 'macos', reason: 'developer tools and volumes without extended attributes' },
  { platform: 'windows', reason: 'long paths, line endings and symbolic links' },
  { platform: 'wsl', reason: 'where the repository lies' },
] as const

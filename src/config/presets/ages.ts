/** How long a passed check of each kind may be trusted at most; a changed input is noticed before that. */
export const ages = {
  runtime: '1h',
  packageManager: '1h',
  environmentFolder: '10m',
  lockfile: '5m',
  dependencySync: '30m',
  opaque: '10m',
  platform: '1h',
} as const

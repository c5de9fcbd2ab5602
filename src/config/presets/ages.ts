/** The rows of the table of time limits (`ttl` in pawl.yaml) by which passed checks of each kind may be trusted at most; a changed input is noticed before that. */
export const ages = {
  runtime: 'runtime',
  packageManager: 'packageManager',
  environmentFolder: 'environmentFolder',
  lockfile: 'lockfile',
  dependencySync: 'dependencySync',
  opaque: 'quality',
  platform: 'platform',
} as const

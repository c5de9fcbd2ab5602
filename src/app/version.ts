/** The version of this program, from its own package.json; the build puts it into the executable. */
import manifest from '../../package.json' with { type: 'json' }

export const version: string = manifest.version

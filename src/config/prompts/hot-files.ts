/** Files that many pieces of work change, whatever they are about. */

const kinds: readonly (readonly [what: string, path: RegExp])[] = [
  [
    'a lockfile',
    /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|Cargo\.lock|go\.sum|poetry\.lock|uv\.lock|pdm\.lock|Pipfile\.lock|composer\.lock|Gemfile\.lock|flake\.lock|deno\.lock)$/,
  ],
  [
    'a manifest',
    /(?:^|\/)(?:package\.json|pyproject\.toml|requirements[\w.-]{0,40}\.txt|Cargo\.toml|go\.mod|composer\.json|Gemfile|pom\.xml|build\.gradle(?:\.kts)?|deno\.jsonc?)$/,
  ],
  ['a registry of routes', /(?:^|\/)(?:routes?|router|urls|routing|app-routing\.module)\.[cm]?[a-z]{2,3}$/],
  ['a schema', /(?:^|\/)(?:schema\.(?:prisma|sql|rb|graphql|ts|py|json)|[\w-]{1,60}\.proto|openapi\.(?:ya?ml|json)|structure\.sql)$/],
  ['migrations', /(?:^|\/)migrations?\//],
  ['translations', /(?:^|\/)(?:i18n|locales?|translations|lang|messages)\/(?:.{0,200}\/)?[\w.-]{1,60}\.(?:json|ya?ml|po|properties|ts|js)$/],
  ['a changelog', /(?:^|\/)(?:CHANGELOG|CHANGES|HISTORY)(?:\.\w{1,10})?$/i],
  [
    'settings of the whole repository',
    /^(?:tsconfig(?:\.base)?\.json|\.env\.example|docker-compose\.ya?ml|Makefile|\.github\/workflows\/.{1,200}|eslint\.config\.\w{2,3}|vite\.config\.\w{2,3})$/,
  ],
]

/** "a lockfile"; undefined for all others. */
export const hotFile = (path: string): string | undefined => kinds.find(([, form]) => form.test(path))?.[0]

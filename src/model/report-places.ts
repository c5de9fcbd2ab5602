/** Where tools usually write their reports of coverage, relative to the root. */

/** Of each row the first that is there counts: one run of one tool writes them all. */
export const usualReports: readonly (readonly string[])[] = [
  ['coverage/lcov.info', 'coverage/coverage-final.json', 'coverage/coverage-summary.json'],
  ['coverage.json', 'coverage.xml', 'cobertura.xml'],
  ['lcov.info'],
  ['target/site/jacoco/jacoco.xml'],
  ['build/reports/jacoco/**/*.xml'],
  ['coverage.out', 'cover.out', 'cover.profile'],
]

/** What Gradle writes has no fixed name; these files say that Gradle is used. */
export const gradleFiles: readonly string[] = ['build.gradle', 'build.gradle.kts']

export const isPattern = (path: string): boolean => /[*?[\]{}()!]/.test(path)

/** Lines of continuous integration, task files and guides that show how people really start a tool. */
import type { Files } from '../../model/files.ts'

const places = [
  '.github/workflows/*.yml',
  '.github/workflows/*.yaml',
  '.gitlab-ci.yml',
  '.pre-commit-config.yaml',
  'prek.toml',
  'lefthook.yml',
  'Makefile',
  'justfile',
  'Taskfile.yml',
  'mise.toml',
  'CONTRIBUTING.md',
  '.github/CONTRIBUTING.md',
  'README.md',
]

/** Lines that match, without what stands around them on the line. */
export async function mentioned(files: Files, pattern: RegExp): Promise<readonly string[]> {
  const contents = await Promise.all((await files.glob(places)).map((path) => files.read(path)))
  return contents
    .flatMap((text) => (text ?? '').split('\n'))
    .map((line) => line.trim())
    .filter((line) => pattern.test(line) && !/^(#|-?\s*name:)/.test(line))
}

/** Ids of the hooks that pre-commit or prek runs in this repository. */
export async function hookIds(files: Files): Promise<readonly string[]> {
  const text = [await files.read('.pre-commit-config.yaml'), await files.read('.pre-commit-config.yml'), await files.read('prek.toml')].join('\n')
  return [...text.matchAll(/\bid\s*[:=]\s*["']?([\w.-]+)/g)].map((match) => match[1] ?? '')
}

// Where the vectors from elsewhere are: in the folder ALLOD_VECTORS, or in ../shared/vectors beside the project.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const folder = process.env.ALLOD_VECTORS ?? fileURLToPath(new URL('../../../../shared/vectors', import.meta.url))

/** Why tests that need them are skipped, if they are. */
export const missing = existsSync(folder) ? false : '../shared/vectors is not there'

/** What the files of one of its folders hold, by their names. */
export function filesOf(subfolder) {
  const names = readdirSync(join(folder, subfolder))
  return Object.fromEntries(names.map((name) => [name, new Uint8Array(readFileSync(join(folder, subfolder, name)))]))
}

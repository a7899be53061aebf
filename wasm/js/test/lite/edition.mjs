// `allod/lite` as browsers have it, in Node.

import { readFileSync } from 'node:fs'
import * as lite from '../../../../target/npm/package/dist/lite/slim.js'

await lite.init(readFileSync(new URL('../../../../target/npm/package/dist/lite/allod.wasm', import.meta.url)))

export { lite }

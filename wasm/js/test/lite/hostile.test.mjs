// Hostile calls of everything that `allod/lite` exports.

import { hostileCalls } from '../hostile-run.mjs'

hostileCalls('allod/lite', { lite: true })

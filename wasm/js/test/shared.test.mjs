// The vectors from elsewhere, through the package. browser/vectors.test.mjs runs the same in Chromium.

import { test } from 'node:test'
import * as allod from '../../../target/npm/package/dist/node.mjs'
import { checks } from './shared-checks.mjs'
import { folder, filesOf, missing } from './shared-files.mjs'

for (const [name, [subfolder, check]] of Object.entries(checks(allod))) {
  test(name, { skip: missing }, () => check(filesOf(subfolder)))
}

test('the vectors from elsewhere are where they are looked for', { skip: missing }, (t) => t.diagnostic(folder))

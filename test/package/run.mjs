// Installs the packed package into real apps, one for each major of Nest, as the README says, and uses it there.
import { join } from 'node:path';

import {
  checkConsumer,
  checkRequestField,
  installConsumer,
} from './consumer.mjs';
import { CONSUMERS } from './consumers.mjs';
import { checkNestAdd } from './nest-add.mjs';
import { checkPackage, pack } from './packed-package.mjs';
import { checkSingleFile } from './single-file.mjs';
import { beside, heading } from './transcript.mjs';
import { inWorkplace } from './workplace.mjs';

const TIME_LIMIT_MINUTES = 30;

/** The majors of Nest that `nest new` is tried with; other root modules than that of a new project take turns. */
const NEW_PROJECTS = [
  { nest: 10, alsoWith: 'imports missing' },
  { nest: 11, alsoWith: 'imports filled, with ConfigModule' },
  { nest: 12, alsoWith: 'imports filled, with ConfigModule' },
];

await inWorkplace(TIME_LIMIT_MINUTES, async (workplace) => {
  heading('The package');
  const packed = await pack(workplace);
  await checkPackage(packed);
  const { tarball } = packed;

  // Both wait for npm most of the time.
  await Promise.all([
    checkConsumers(workplace, tarball),
    beside(() => checkNewProjects(workplace, tarball)),
  ]);
});

async function checkConsumers(workplace, tarball) {
  for (const [name, consumer] of Object.entries(CONSUMERS)) {
    heading(consumer.about);
    const installed = { ...consumer, folder: join(workplace, name), tarball };
    const works =
      (await installConsumer(installed)) && (await checkConsumer(installed));
    if (!works) continue;
    await checkSingleFile(installed);
    await checkRequestField(installed);
  }
}

async function checkNewProjects(workplace, tarball) {
  for (const { nest, alsoWith } of NEW_PROJECTS) {
    heading(`nest add, in a new Nest ${nest} project`);
    await checkNestAdd({ workplace, tarball, nest, alsoWith });
  }
}

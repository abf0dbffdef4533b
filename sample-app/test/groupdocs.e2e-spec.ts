import { describe, expect, it } from 'vitest';

import { GroupDocsModule } from '../src/groupdocs/groupdocs.module.js';
import { startSampleApp } from './support/sample-app.js';

describe('GET /formats', () => {
  it('tells what GroupDocs Cloud converts, with a token of its own', async () => {
    await using sample = await startSampleApp({}, GroupDocsModule);
    await fetch(`${sample.url}/storage`);

    const answer = await fetch(`${sample.url}/formats`);

    expect(answer.status).toBe(200);
    expect(await answer.json()).toContainEqual({
      sourceFormat: 'xlsx',
      targetFormats: expect.arrayContaining(['pdf']),
    });
    expect(sample.countTokenRequests()).toBe(2);
  });
});

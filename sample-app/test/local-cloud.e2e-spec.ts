import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { hasEngine } from './support/has-engine.js';
import { type SampleApp, startSampleApp } from './support/sample-app.js';

describe.skipIf(!hasEngine)('The local cloud, with aspose.cells.node', () => {
  let sample: SampleApp;

  beforeAll(async () => {
    sample = await startSampleApp();
  });

  afterAll(() => sample[Symbol.asyncDispose]());

  it.each([
    ['pdf', 'application/pdf', /^%PDF/],
    ['png', 'image/png', /^\u0089PNG/],
    ['csv', 'text/csv; charset=utf-8', /North,"2,458","1,541,991.50",35.1%/],
    ['json', 'application/json; charset=utf-8', /"Summary"/],
    ['html', 'text/html; charset=utf-8', /1,541,991.50/],
  ])('converts a workbook to %s', async (format, contentType, content) => {
    const answer = await sample.convert({ format });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe(contentType);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes.toString('latin1')).toMatch(content);
  });

  it.each([
    ['an empty file', ''],
    ['what is no workbook', '%PDF-1.7'],
  ])('survives %s', async (_, content) => {
    const refused = await sample.convert({ file: new Blob([content]) });
    expect(refused.status).toBe(400);

    const converted = await sample.convert();
    expect(converted.status).toBe(200);
  });
});

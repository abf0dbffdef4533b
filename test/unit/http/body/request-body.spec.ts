import { once } from 'node:events';
import { PassThrough } from 'node:stream';

import { expect, it } from 'vitest';

import { takeBody } from '../../../../lib/http/body/request-body.js';

const GONE = new Error('the disk is gone');

it.each<[string, () => { body: unknown; fail: () => void }]>([
  [
    'a Node stream',
    () => {
      const body = new PassThrough();
      return { body, fail: () => void body.destroy(GONE) };
    },
  ],
  [
    'a web stream',
    () => {
      const { readable, writable } = new TransformStream();
      return { body: readable, fail: () => void writable.abort(GONE) };
    },
  ],
])('What is taken of %s that then fails is not sent', async (_, make) => {
  const { body, fail } = make();
  const taken = takeBody(body);
  const failing = once(taken.failure as AbortSignal, 'abort');

  fail();
  await failing;

  expect(() => taken.release()).toThrow(GONE);
});

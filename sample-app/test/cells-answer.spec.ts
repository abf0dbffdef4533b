import { Logger } from '@nestjs/common';
import { AxiosError } from 'axios';
import { TimeoutError } from 'rxjs';
import { expect, it } from 'vitest';

import { answerOf } from '../src/cells/cells-answer.js';

Logger.overrideLogger(false);

it.each([
  ['HttpService', new AxiosError('timeout exceeded', 'ECONNABORTED')],
  ['fetch', new DOMException('timed out', 'TimeoutError')],
  ['the SDK', new TimeoutError()],
])('a timeout of %s is answered with 504', async (_, error) => {
  const answer = answerOf(() => Promise.reject(error));

  await expect(answer).rejects.toMatchObject({
    status: 504,
    message: 'Aspose Cells did not answer in time.',
  });
});

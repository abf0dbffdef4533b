import { Readable } from 'node:stream';

import { Logger } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { describe, expect, it, onTestFinished, vi } from 'vitest';

import { noteFailedCall } from '../../../lib/http/failed-call.js';
import { readFailedAnswer } from '../../../lib/http/failure/call-failure.js';
import { AsposeAuthExceptionFilter } from '../../../lib/index.js';
import { contextOf } from '../../support/contexts.js';
import { RecordingLogger } from '../../support/recording-logger.js';

/** What a call rejects with whose failed answer is still to be read. */
function unreadFailure(): Error {
  const response = { status: 400, data: Readable.from(['{"Message":"x"}']) };
  const error = Object.assign(new Error('400'), {
    response: Object.freeze(response),
  });
  noteFailedCall(error, 'PUT https://api.aspose.cloud/v4.0/cells');
  return error;
}

describe('A failed answer that is still to be read', () => {
  it('is read even if it is frozen', async () => {
    await expect(readFailedAnswer(unreadFailure())).resolves.toBeUndefined();
  });

  it('leaves a line, and no unhandled rejection, where it cannot be answered', async () => {
    const logger = new RecordingLogger();
    Logger.overrideLogger(logger);
    onTestFinished(() => Logger.overrideLogger(false));
    const host = contextOf('http');
    host.switchToHttp = () => {
      throw new Error('the response is gone');
    };

    new AsposeAuthExceptionFilter(new HttpAdapterHost()).catch(
      unreadFailure(),
      host,
    );

    await vi.waitUntil(() =>
      logger.own.includes(
        'error: A failed call to Aspose could not be answered: Error: the response is gone',
      ),
    );
  });
});

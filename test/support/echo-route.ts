import { text } from 'node:stream/consumers';

import type { AsposeCloudEmulator } from '../../lib/testing/index.js';

/** An upload as it arrived, and how it was answered. */
export interface ReceivedUpload {
  readonly status: number;
  readonly contentType: string | undefined;
  readonly body: string;
}

/** Serves `PUT /upload`: reads each upload to its end and answers 200, or 401 to a token that is not valid. */
export function echoUploads(cloud: AsposeCloudEmulator): ReceivedUpload[] {
  const uploads: ReceivedUpload[] = [];
  cloud.route(
    'PUT',
    '/upload',
    async (request, response) => {
      const status = cloud.apiCalls.at(-1)?.token === 'valid' ? 200 : 401;
      uploads.push({
        status,
        contentType: request.headers['content-type'],
        body: await text(request),
      });
      response.writeHead(status).end();
    },
    { public: true },
  );
  return uploads;
}
